/* firewall.c - what the stand-ins know of Windows Firewall. */
#include "firewall.h"
#include <stdio.h>
#include <string.h>

static int has(const char *line, const char *argument)
{
    size_t length = strlen(argument);
    for (const char *at = line; (at = strchr(at, '\t')); )
        if (!_strnicmp(++at, argument, length) && (at[length] == '\t' || !at[length])) return 1;
    return 0;
}

int firewall_allows(unsigned port)
{
    char line[2048], wanted[32];
    int allowed = 0, blocked = 0;
    FILE *rules = fopen(FIREWALL_RULES, "r");
    if (!rules) return 0;
    snprintf(wanted, sizeof wanted, "localport=%u", port);
    while (fgets(line, sizeof line, rules)) {
        line[strcspn(line, "\r\n")] = 0;
        if (!has(line, "dir=in") || (strstr(line, "localport=") && !has(line, wanted) && !has(line, "localport=any"))) continue;
        allowed |= has(line, "action=allow");
        blocked |= has(line, "action=block");
    }
    fclose(rules);
    return allowed && !blocked;
}

/* firewall.c - what the stand-ins know of Windows Firewall. */
#include "firewall.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int has(const char *line, const char *argument)
{
    size_t length = strlen(argument);
    for (const char *at = line; (at = strchr(at, '\t')); )
        if (!_strnicmp(++at, argument, length) && (at[length] == '\t' || !at[length])) return 1;
    return 0;
}

/* Does the rule name the port, in a list as netsh takes it, or none at all? */
static int names_port(const char *line, unsigned port)
{
    const char *at = strstr(line, "\tlocalport=");
    if (!at) return 1;
    for (at += strlen("\tlocalport="); *at && *at != '\t'; at += *at == ',') {
        size_t length = strcspn(at, ",\t");
        if (length == 3 && !_strnicmp(at, "any", 3)) return 1;
        if (strtoul(at, NULL, 10) == port) return 1;
        at += length;
    }
    return 0;
}

int firewall_allows(unsigned port)
{
    char line[2048];
    int allowed = 0, blocked = 0;
    FILE *rules = fopen(FIREWALL_RULES, "r");
    if (!rules) return 0;
    while (fgets(line, sizeof line, rules)) {
        line[strcspn(line, "\r\n")] = 0;
        if (!has(line, "dir=in") || !names_port(line, port)) continue;
        allowed |= has(line, "action=allow");
        blocked |= has(line, "action=block");
    }
    fclose(rules);
    return allowed && !blocked;
}

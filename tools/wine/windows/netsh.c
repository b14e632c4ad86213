/*
 * netsh.c - a stand-in for netsh.exe that remembers firewall rules: `advfirewall firewall add|delete|show rule name=...`.
 *
 * Wine's own netsh does nothing and always succeeds. Output and exit codes here are those of the real one. Every call is written down in
 * C:\weirbed\netsh.log, the rules in firewall.txt beside it. WEIRBED_NETSH_ERROR=1: every call fails as if the console were not elevated.
 */
#include "firewall.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

static void write_line(const char *file, int argc, char **argv, int from)
{
    FILE *f = fopen(file, "a");
    if (!f) return;
    for (int k = from; k < argc; k++) fprintf(f, "\t%s", argv[k]);
    fprintf(f, "\n");
    fclose(f);
}

/* Copies the rules, without those that carry the argument when `keep` is 0; prints them when `print`. Returns how many carry it. */
static int walk(const char *name, int keep, int print)
{
    char line[2048], wanted[512];
    int found = 0;
    FILE *from = fopen(FIREWALL_RULES, "r"), *to = keep ? NULL : fopen(FIREWALL_RULES ".new", "w");
    snprintf(wanted, sizeof wanted, "\t%s", name);
    size_t length = strlen(wanted);
    while (from && fgets(line, sizeof line, from)) {
        int matches = !_strnicmp(line, wanted, length) && (line[length] == '\t' || line[length] == '\n');
        found += matches;
        if (matches && print) printf("%s", line);
        if (!matches && to) fputs(line, to);
    }
    if (from) fclose(from);
    if (to) {
        fclose(to);
        MoveFileExA(FIREWALL_RULES ".new", FIREWALL_RULES, MOVEFILE_REPLACE_EXISTING);
    }
    return found;
}

/* What follows `name` and an equals sign among the arguments; "" when it is not there. */
static const char *argument(const char *name, int argc, char **argv)
{
    size_t length = strlen(name);
    for (int k = 5; k < argc; k++)
        if (!_strnicmp(argv[k], name, length) && argv[k][length] == '=') return argv[k] + length + 1;
    return "";
}

static void to_registry(int argc, char **argv)
{
    char text[2048];
    HKEY key;
    const char *protocol = argument("protocol", argc, argv);
    int length = snprintf(text, sizeof text, "v2.31|Action=%s|Active=TRUE|Dir=%s|%s|LPort=%s|App=%s|Name=%s|",
        _stricmp(argument("action", argc, argv), "block") ? "Allow" : "Block", _stricmp(argument("dir", argc, argv), "out") ? "In" : "Out",
        _stricmp(protocol, "TCP") ? _stricmp(protocol, "UDP") ? "Profile=Public" : "Protocol=17" : "Protocol=6",
        argument("localport", argc, argv), argument("program", argc, argv), argument("name", argc, argv));
    if (RegCreateKeyExA(HKEY_LOCAL_MACHINE, FIREWALL_REGISTRY, 0, NULL, 0, KEY_WRITE, NULL, &key, NULL)) return;
    RegSetValueExA(key, argument("name", argc, argv), 0, REG_SZ, (const BYTE *)text, length + 1);
    RegCloseKey(key);
}

static void from_registry(const char *name)
{
    HKEY key;
    if (RegOpenKeyExA(HKEY_LOCAL_MACHINE, FIREWALL_REGISTRY, 0, KEY_WRITE, &key)) return;
    RegDeleteValueA(key, name);
    RegCloseKey(key);
}

static int no_match(void)
{
    printf("\r\nNo rules match the specified criteria.\r\n\r\n");
    return 1;
}

static int firewall_rule(const char *verb, int argc, char **argv)
{
    const char *name = argc > 5 ? argv[5] : "";
    if (_strnicmp(name, "name=", 5)) {
        printf("A specified value is not valid.\r\n\r\n");
        return 1;
    }
    if (!_stricmp(verb, "add")) {
        write_line(FIREWALL_RULES, argc, argv, 5);
        to_registry(argc, argv);
        printf("Ok.\r\n\r\n");
        return 0;
    }
    if (!_stricmp(verb, "delete")) {
        int deleted = walk(name, 0, 0);
        if (!deleted) return no_match();
        from_registry(argument("name", argc, argv));
        printf("\r\nDeleted %d rule(s).\r\nOk.\r\n\r\n", deleted);
        return 0;
    }
    return walk(name, 1, 1) ? 0 : no_match();
}

int main(int argc, char **argv)
{
    CreateDirectoryA(FIREWALL_FOLDER, NULL);
    write_line(FIREWALL_CALLS, argc, argv, 1);
    if (getenv("WEIRBED_NETSH_ERROR")) {
        printf("The requested operation requires elevation (Run as administrator).\r\n\r\n");
        return 1;
    }
    if (argc > 4 && !_stricmp(argv[1], "advfirewall") && !_stricmp(argv[2], "firewall") && !_stricmp(argv[4], "rule"))
        return firewall_rule(argv[3], argc, argv);
    printf("The following command was not found: netsh\r\n");
    return 1;
}

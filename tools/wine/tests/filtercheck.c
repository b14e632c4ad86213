/*
 * filtercheck.c - checks the mapped filter evaluator with vectors: filtercheck WINDIVERT_DLL PACKETS CASES
 *
 * PACKETS: name, hex. CASES, three columns (filter, packet, result) or nine (with Outbound, Loopback, Impostor, IfIdx, SubIfIdx, Timestamp).
 */
#include "filter.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PACKETS_MAX = 32, BYTES_MAX = 2048, COLUMNS = 9 };

static struct { char name[64]; uint8_t bytes[BYTES_MAX]; int length; } packets[PACKETS_MAX];
static int packet_count, right, wrong, skipped;
static char line[65536];

static void read_packets(FILE *f)
{
    while (fgets(line, sizeof line, f) && packet_count < PACKETS_MAX) {
        char *hex = strchr(line, '\t');
        if (!hex || line[0] == '#') continue;
        snprintf(packets[packet_count].name, 64, "%.*s", (int)(hex - line), line);
        int *length = &packets[packet_count++].length;
        for (hex++; *length < BYTES_MAX && sscanf(hex, "%2hhx", &packets[packet_count - 1].bytes[*length]) == 1; hex += 2) ++*length;
    }
}

static int packet_named(const char *name)
{
    int k = 0;
    while (k < packet_count && strcmp(packets[k].name, name)) k++;
    return k;
}

static void check(char **column, int columns)
{
    static char object[FILTER_OBJECT_MAX];
    const char *wanted = column[columns - 1];
    divert_address a = {.bits = OUTBOUND};
    int p = packet_named(column[1]);
    if (columns == COLUMNS) {
        a.bits = atoi(column[2]) * OUTBOUND | atoi(column[3]) * LOOPBACK | atoi(column[4]) * IMPOSTOR;
        a.u.net.ifidx = atoi(column[5]);
        a.u.net.subifidx = atoi(column[6]);
        a.timestamp = atoll(column[7]);
    }
    if (p == packet_count || (strcmp(wanted, "match") && strcmp(wanted, "no-match"))) { skipped++; return; }
    if (packets[p].bytes[0] >> 4 == 6) a.bits |= IPV6;
    int text = filter_matches(column[0], packets[p].bytes, packets[p].length, &a);
    int compiled = filter_compile(column[0], LAYER_NETWORK, object) && filter_matches(object, packets[p].bytes, packets[p].length, &a);
    if (text == !strcmp(wanted, "match") && compiled == text) right++;
    else if (wrong++ < 5) printf("WRONG %s on %s: text %d, object %d, wanted %s\n", column[0], column[1], text, compiled, wanted);
}

int main(int argc, char **v)
{
    FILE *f, *cases;
    if (argc != 4 || filter_load(v[1]) || !(f = fopen(v[2], "r")) || !(cases = fopen(v[3], "r"))) return 2;
    read_packets(f);
    while (fgets(line, sizeof line, cases)) {
        char *column[COLUMNS], *rest = line;
        int columns = 0;
        line[strcspn(line, "\r\n")] = 0;
        while (columns < COLUMNS && rest) {
            column[columns++] = rest;
            if ((rest = strchr(rest, '\t'))) *rest++ = 0;
        }
        if (line[0] != '#' && columns >= 3) check(column, columns);
    }
    printf("filtercheck: %d right, %d wrong, %d skipped\n", right, wrong, skipped);
    return wrong || !right;
}

"""Tables out of the recorded runs: medians, and medians of the ratios inside each round (rows of one round ran side by side)."""
import statistics

from harness import metrics

BULK = ("up1", "up8", "dn1", "dn8")


def median(values):
    values = [value for value in values if value is not None]
    return statistics.median(values) if values else None


def text(value, digits):
    return "-" if value is None else f"{value:.{digits}f}"


class Report:
    def __init__(self, records):
        self.records = records
        self.rows = list(dict.fromkeys(record["row"] for record in records))
        self.runs = {}
        for record in records:
            if not record.get("error"):
                self.runs.setdefault((record["row"], record["metric"]), {})[record["round"]] = record

    def value(self, metric, field, digits):
        return lambda row: text(median(run.get(field) for run in self.runs.get((row, metric), {}).values()), digits)

    def ratio(self, metric, field, base, digits=2):
        def column(row):
            ours, theirs = self.runs.get((row, metric), {}), self.runs.get((base, metric), {})
            return text(median(ours[i][field] / theirs[i][field] for i in ours if i in theirs and theirs[i].get(field)), digits)
        return column

    def cpu_per_gb(self, metric, field):
        def column(row):
            values = [run[field] / run["gb"] for run in self.runs.get((row, metric), {}).values() if run.get("gb", 0) > .01]
            return text(median(values), 2) if any(values) else "-"
        return column

    def cpu_us_per(self, metric):
        def column(row):
            # The CPU time spans pb's warm-up too; at a steady rate that is so much more of the same.
            values = [run["cpu"] * 1e6 / (run["rps"] * (run["seconds"] + (.2 if metric == "keep64" else .1)))
                      for run in self.runs.get((row, metric), {}).values() if run.get("rps")]
            return text(median(values), 0) if any(values) else "-"
        return column

    def kb_per_connection(self, row):
        few, many = metrics.HELD
        for run in self.runs.get((row, "memory"), {}).values():
            if run.get(f"held{many}", 0) > few:
                return text((run[f"resident{many}"] - run[f"resident{few}"]) * 1024 / (run[f"held{many}"] - run[f"held{few}"]), 1)
        return "-"

    def table(self, title, columns):
        lines = []
        for row in self.rows:
            cells = [column(row) for _, column in columns]
            if any(cell != "-" for cell in cells):
                lines.append(f"| {row} | " + " | ".join(cells) + " |")
        if lines:
            print(f"\n{title}\n\n| row | " + " | ".join(name for name, _ in columns) + " |")
            print("|---" * (len(columns) + 1) + "|")
            print("\n".join(lines))

    def print(self):
        value, ratio = self.value, self.ratio
        self.table("Summary: /s = against the program speaking SOCKS5 itself, /d = against no diversion", [
            *((f"{name}/s", ratio(name, "gbps", "socks")) for name in BULK),
            ("CPU s/GB up1", self.cpu_per_gb("up1", "cpu")), ("CPU s/GB dn1", self.cpu_per_gb("dn1", "cpu")),
            ("connect p50/s", ratio("conn1", "p50", "socks")), ("conn64/s", ratio("conn64", "rps", "socks")),
            ("request p50/s", ratio("keep1", "p50", "socks")), ("keep64/s", ratio("keep64", "rps", "socks")),
            ("untouched bulk/d", ratio("by_up1", "gbps", "direct")), ("untouched request p50/d", ratio("by_keep1", "p50", "direct")),
            ("untouched connect p50/d", ratio("by_conn1", "p50", "direct")),
            ("idle MB", value("memory", "idle", 0)), ("KB/conn", self.kb_per_connection)])
        for base in ("nfq-c-ct", "nfq-c"):
            if base in self.rows:
                self.table(f"Against {base}, the C limit of the same shape (bulk and conn64: more is better; p50: less)", [
                    *((name, ratio(name, "gbps", base)) for name in BULK), ("conn64", ratio("conn64", "rps", base)),
                    ("connect p50", ratio("conn1", "p50", base)), ("request p50", ratio("keep1", "p50", base)),
                    ("keep64", ratio("keep64", "rps", base))])
        self.table("Bulk, Gbit/s", [(name, value(name, "gbps", 2)) for name in BULK])
        self.table("New connections, connect to first byte", [
            ("one CPU p50 µs", value("conn1", "p50", 0)), ("free p50 µs", value("conn1f", "p50", 0)), ("free p99 µs", value("conn1f", "p99", 0)),
            ("c1 /s", value("conn1f", "rps", 0)), ("c64 /s", value("conn64", "rps", 0)), ("c64 p50 µs", value("conn64", "p50", 0)),
            ("c64 p99 µs", value("conn64", "p99", 0)), ("c64 failed", value("conn64", "err", 0)), ("c64 lost", value("conn64", "lost", 0)),
            ("CPU µs each", self.cpu_us_per("conn64"))])
        self.table("Kept-alive requests", [
            ("one CPU p50 µs", value("keep1", "p50", 1)), ("free p50 µs", value("keep1f", "p50", 0)), ("free p99 µs", value("keep1f", "p99", 0)),
            ("c64 /s", value("keep64", "rps", 0)), ("c64 p99 µs", value("keep64", "p99", 0)), ("CPU µs each", self.cpu_us_per("keep64"))])
        self.table("CPU seconds per GB: the diverter, and everything (with client, SOCKS server and server)", [
            *((name, self.cpu_per_gb(name, "cpu")) for name in BULK), *((f"{name} all", self.cpu_per_gb(name, "cpu_all")) for name in BULK)])
        self.table("Untouched traffic", [
            ("Gbit/s", value("by_up1", "gbps", 2)), ("request p50 µs", value("by_keep1", "p50", 1)), ("connect p50 µs", value("by_conn1", "p50", 0)),
            ("bulk/d", ratio("by_up1", "gbps", "direct")), ("request p50/d", ratio("by_keep1", "p50", "direct")),
            ("connect p50/d", ratio("by_conn1", "p50", "direct"))])
        self.table("Datagrams of 1200 bytes (flood: 100,000 a second offered)", [
            ("echo ×32 /s", value("echo32", "pps", 0)), ("echo p50 µs", value("echo1", "p50", 1)), ("flood delivered /s", value("flood", "pps", 0)),
            ("echo ×32 /d", ratio("echo32", "pps", "direct"))])
        self.table("Memory and idling", [
            ("idle CPU %", value("idle", "cpu_percent", 1)), ("idle MB", value("memory", "idle", 1)),
            *((f"{count} connections MB", value("memory", f"resident{count}", 1)) for count in metrics.HELD),
            *((f"held of {count}", value("memory", f"held{count}", 0)) for count in metrics.HELD), ("KB/conn", self.kb_per_connection)])
        self.print_errors()

    def print_errors(self):
        counts = {}
        for record in self.records:
            if record.get("error"):
                counts.setdefault((record["row"], record["metric"], record["error"]), []).append(1)
            elif record.get("err"):
                counts.setdefault((record["row"], record["metric"], "failed connections"), []).append(record["err"])
        if counts:
            print("\nErrors\n")
            for (row, metric, problem), numbers in counts.items():
                print(f"- {row} {metric}: {problem} ({len(numbers)} runs, {sum(numbers)} in all)")

"""What is measured. A metric is a run of pb against every row; the report knows which figure of its answer counts."""
from dataclasses import dataclass

from harness.lab import PROXIED, UNTOUCHED


@dataclass(frozen=True)
class Metric:
    name: str
    figure: str         # the field of pb's answer that must not be zero
    arguments: tuple    # pb's; CONTROL stands for the address of its counters
    needs: str = ""     # "untouched" or "udp": only rows that say they can
    pinned: bool = False   # client, diverter, SOCKS server and server on one CPU: latency without cross-CPU wake-ups


CONTROL = object()

METRICS = [
    Metric("up1", "gbps", ("bulk", PROXIED, "up", 1, 1.0, CONTROL)),
    Metric("dn1", "gbps", ("bulk", PROXIED, "down", 1, 1.0, CONTROL)),
    Metric("up8", "gbps", ("bulk", PROXIED, "up", 8, 1.0, CONTROL)),
    Metric("dn8", "gbps", ("bulk", PROXIED, "down", 8, 1.0, CONTROL)),
    Metric("conn1", "rps", ("http", PROXIED, "conn", 1, .6), pinned=True),
    Metric("conn1f", "rps", ("http", PROXIED, "conn", 1, .6)),
    Metric("conn64", "rps", ("http", PROXIED, "conn", 64, 1.0)),
    Metric("keep1", "rps", ("http", PROXIED, "keep", 1, .5), pinned=True),
    Metric("keep1f", "rps", ("http", PROXIED, "keep", 1, .5)),
    Metric("keep64", "rps", ("http", PROXIED, "keep", 64, .6)),
    Metric("by_up1", "gbps", ("bulk", UNTOUCHED, "up", 1, .8, CONTROL), needs="untouched"),
    Metric("by_keep1", "rps", ("http", UNTOUCHED, "keep", 1, .4), needs="untouched", pinned=True),
    Metric("by_conn1", "rps", ("http", UNTOUCHED, "conn", 1, .4), needs="untouched", pinned=True),
    Metric("echo1", "pps", ("echo", PROXIED, 1, .4, 1200), needs="udp", pinned=True),
    Metric("echo32", "pps", ("echo", PROXIED, 32, .7, 1200), needs="udp"),
    Metric("flood", "pps", ("flood", PROXIED, 100, .8, 1200, CONTROL), needs="udp"),
]
NAMES = [metric.name for metric in METRICS]
QUICK = ["up1", "dn1", "conn1", "conn64", "keep1", "by_up1", "by_keep1", "by_conn1"]
HELD = (1000, 9900)


def applies(metric, row):
    if row.name == "direct" or not metric.needs:
        return True
    if metric.needs == "udp":
        return "udp" in row.measures or row.name == "socks"
    return any(word.startswith(metric.needs) for word in row.measures)


def program(metric, row):
    """Untouched traffic of a row that diverts by program comes from pb under another name."""
    return "pb-untouched" if metric.needs == "untouched" and "untouched-by-program" in row.measures else "pb"

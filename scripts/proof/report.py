#!/usr/bin/env python3
"""report.py LOAD.csv PHASES: requests, failures and latencies of each phase."""
import bisect
import csv
import sys

with open(sys.argv[2], encoding="utf-8") as file:
    phases = [(float(at), name.strip()) for at, name in (line.split(" ", 1) for line in file)]
starts = [at for at, _ in phases]
found = {}
with open(sys.argv[1], encoding="utf-8", newline="") as file:
    for at, kind, status, ms, *_ in csv.reader(file):
        number = bisect.bisect(starts, float(at)) - 1
        found.setdefault(number, []).append((kind, int(status), float(ms)))
found["all"] = [request for requests in found.values() for request in requests]


def row(name, requests):
    millis = sorted(ms for _, _, ms in requests)
    posts = sum(kind == "POST" for kind, _, _ in requests)
    failed = sum(not 200 <= status < 300 for _, status, _ in requests)
    at = lambda share: millis[int((len(millis) - 1) * share)]
    print(f"{name[:50]:50} {posts:6} {len(requests) - posts:6} {failed:7} {at(.5):7.1f} {at(.95):7.1f} {at(.99):7.1f} {millis[-1]:7.0f}")


print(f"\n{'phase':50} {'POST':>6} {'GET':>6} {'failed':>7} {'p50 ms':>7} {'p95':>7} {'p99':>7} {'max':>7}")
for number, requests in sorted(found.items(), key=lambda item: (item[0] == "all", item[0] if item[0] != "all" else 0)):
    row("all" if number == "all" else phases[number][1], requests)

#!/usr/bin/env python3
"""Places orders and reads them, over kept connections, and never repeats a request. Ends when its input does.

    load.py URL TOKEN OUT.csv [POSTS_A_SECOND] [GETS_A_SECOND]

OUT.csv gets a line a request: time, kind, status (0: no answer), milliseconds, idempotency key, reason.
"""
import http.client
import itertools
import json
import random
import socket
import sys
import threading
import time
import urllib.parse
import uuid

url, token, out = sys.argv[1:4]
rates = {"POST": float(sys.argv[4]) if len(sys.argv) > 4 else 40, "GET": float(sys.argv[5]) if len(sys.argv) > 5 else 60}
THREADS = 4
host = urllib.parse.urlsplit(url)
stopped = threading.Event()
lines = []
placed = []


def connection():
    made = http.client.HTTPConnection(host.hostname, host.port or 80, timeout=15)
    made.connect()
    made.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def order():
    return json.dumps({
        "customer_id": f"c-{random.randrange(5000)}",
        "items": [{"product_id": f"sku-{random.randrange(1, 99):04d}", "quantity": 1}],
        "payment_method": "credit_card", "payment_token": "tok_visa"})


def call(open_connection, kind, key):
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    if kind == "POST":
        headers["Idempotency-Key"] = key
        open_connection.request("POST", "/api/v1/orders", order(), headers)
    else:
        path = f"/api/v1/orders/{random.choice(placed[-200:])}" if placed else "/health/ready"
        open_connection.request("GET", path, headers=headers)
    answer = open_connection.getresponse()
    body = answer.read()
    if answer.status == 201:
        placed.append(json.loads(body)["order_id"])
    reason = "" if answer.status < 300 else body[:150].decode(errors="replace").replace("\n", " ").replace(",", ";")
    return answer.status, reason, answer.will_close


def worker(kind, number):
    interval = THREADS / rates[kind]
    due = time.monotonic() + interval * number / THREADS
    current = None
    while not stopped.is_set():
        time.sleep(max(0, due - time.monotonic()))
        due += interval
        begun, at = time.perf_counter(), time.time()
        key = str(uuid.uuid4()) if kind == "POST" else ""
        try:
            current = current or connection()
            status, reason, closing = call(current, kind, key)
        except (OSError, http.client.HTTPException) as fault:
            status, reason, closing = 0, repr(fault).replace(",", ";"), True
        lines.append(f"{at:.3f},{kind},{status},{(time.perf_counter() - begun) * 1000:.1f},{key},{reason}\n")
        if closing:
            current = None


threads = [threading.Thread(target=worker, args=(kind, number)) for kind, number in itertools.product(rates, range(THREADS))]
for thread in threads:
    thread.start()
sys.stdin.read()
stopped.set()
for thread in threads:
    thread.join()
with open(out, "w", encoding="utf-8") as file:
    file.writelines(lines)

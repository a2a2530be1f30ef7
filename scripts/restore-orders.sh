#!/usr/bin/env bash
# Brings a month of archived orders back into the database: checks the sums, loads the lines, attaches the partitions. One transaction.
set -euo pipefail

usage="usage: DATABASE_URL=postgresql://… scripts/restore-orders.sh FOLDER YYYY_MM"
if [[ ${1:-} == --help ]]; then
  echo "$usage"
  exit 0
fi
if [[ $# -ne 2 || ! $2 =~ ^[0-9]{4}_[0-9]{2}$ || -z ${DATABASE_URL:-} ]]; then
  echo "$usage" >&2
  exit 1
fi
folder=$1 month=$2

(cd "$folder" && sha256sum --check --strict "orders_$month.ndjson.sha256" "order_events_$month.ndjson.sha256")

# A line is one CSV field between bytes that JSON cannot have.
psql "$DATABASE_URL" -X -q -v ON_ERROR_STOP=1 --single-transaction <<EOF
SET LOCAL lock_timeout = '5s';
CREATE TEMPORARY TABLE lines (part text, line text);
ALTER TABLE lines ALTER part SET DEFAULT 'orders';
\\copy lines (line) FROM '$folder/orders_$month.ndjson' (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')
ALTER TABLE lines ALTER part SET DEFAULT 'order_events';
\\copy lines (line) FROM '$folder/order_events_$month.ndjson' (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')
CREATE TABLE orders_$month (LIKE orders INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
CREATE TABLE order_events_$month (LIKE order_events INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
INSERT INTO orders_$month SELECT r.* FROM lines, jsonb_populate_record(NULL::orders_$month, line::jsonb) r WHERE part = 'orders';
INSERT INTO order_events_$month
SELECT r.* FROM lines, jsonb_populate_record(NULL::order_events_$month, line::jsonb) r WHERE part = 'order_events';
SELECT uuid7_floor(to_date('$month', 'YYYY_MM')::timestamp AT TIME ZONE 'UTC') AS first,
       uuid7_floor((to_date('$month', 'YYYY_MM') + interval '1 month') AT TIME ZONE 'UTC') AS next
\\gset
ALTER TABLE orders ATTACH PARTITION orders_$month FOR VALUES FROM (:'first') TO (:'next');
ALTER TABLE order_events ATTACH PARTITION order_events_$month FOR VALUES FROM (:'first') TO (:'next');
EOF
echo "restored $(wc -l <"$folder/orders_$month.ndjson") orders of $month"

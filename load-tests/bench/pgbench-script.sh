#!/usr/bin/env bash
# Prints a pgbench script that places one order of 1 to 3 lines.
# Usage: pgbench-script.sh LINES function|batch-of-one
# Needs the pgbench variables products (how many there are) and product_version.
set -euo pipefail

if [[ $# -ne 2 || ! $1 =~ ^[123]$ ]]; then
  sed -n '2,4s/^# //p' "$0"
  exit 1
fi
lines=$1
call=$2

# Distinct products in ascending order: each line draws from a part of the catalogue of its own.
products='' quantities='' versions='' items='' event_items='' units='' line_orders=''
for ((i = 1; i <= lines; i++)); do
  # The concatenations below are SQL; :p1 and the like are pgbench's.
  echo "\\set p$i 100000 + random(1 + ($i - 1) * :products / $lines, $i * :products / $lines)"
  echo "\\set q$i random(1, 2)"
  echo "\\set u$i 5 + :p$i % 50"
  comma=''
  if ((i > 1)); then comma=','; fi
  products+="$comma'bench-' || :p$i::text"
  quantities+="$comma:q$i::int"
  versions+="$comma:product_version::int"
  line_orders+="${comma}1"
  units+="${comma:+ + }:q$i * :u$i"
  items+="$comma{\"product_id\":\"bench-' || :p$i::text || '\",\"quantity\":' || :q$i::text || ',\"unit_price\":' || :u$i::text || '00}"
  event_items+="$comma{\"product_id\":\"bench-' || :p$i::text || '\",\"quantity\":' || :q$i::text || ',\"unit_price\":\"' || :u$i::text || '.00\"}"
done
cat <<EOF
\\set units $units
\\set customer random(1, 100000)
\\set m random(1, 100)
\\set r1 random(100, 999)
\\set r2 random(100, 999)
\\set r3 random(100000000000, 999999999999)
\\set r4 random(100000000000, 999999999999)
\\set r5 random(100000000000, 999999999999)
EOF

# A UUIDv7 of now, like the engine's; decimal digits are hexadecimal ones too.
time_hex="lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint), 12, '0')"
id="($time_hex || '7' || :r1::text || '8' || :r2::text || :r3::text)::uuid"
payment="($time_hex || '7' || :r2::text || '8' || :r1::text || :r4::text)::uuid"
key=":r5::text || '-' || :r4::text || '-' || :r3::text"
hash="'\\x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'::bytea"
method="CASE WHEN :m <= 70 THEN 'credit_card' WHEN :m <= 85 THEN 'stripe' WHEN :m <= 95 THEN 'paypal' ELSE 'bank_transfer' END"
provider="CASE WHEN :m <= 85 THEN 'stripe' WHEN :m <= 95 THEN 'paypal' ELSE 'bank_transfer' END"
token="CASE WHEN :m <= 95 THEN 'tok_visa' END"
charge=":m <= 95"
customer="'load-' || :customer::text"
total=":units::bigint * 100"
items="'[$items]'"
event="'{\"customer_id\":\"load-' || :customer::text || '\",\"status\":\"pending\",\"decision\":\"accept\",\"matched_rules\":[],\"total_amount\":\"' || :units::text || '.00\",\"currency\":\"USD\",\"payment_method\":\"' || $method || '\",\"items\":[$event_items],\"version\":1}'"
trace="'00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'"
address="'1 Main St, Springfield'"
expires="now() + interval '30 minutes'"

case $call in
  function)
    cat <<EOF
SELECT bench_place_order($id, now(), 'bench', $key, $hash, $customer, $total, $items, $method, $address, $expires, $payment, $provider, $token, $charge, $trace, ARRAY[$products], ARRAY[$quantities], :product_version::int, $event);
EOF
    ;;
  batch-of-one)
    cat <<EOF
SELECT outcome FROM place_orders(false, ARRAY[$id], ARRAY[now()], ARRAY['bench'], ARRAY[$key], ARRAY[$hash], ARRAY[$customer], ARRAY[NULL::text], ARRAY[NULL::text], ARRAY['pending'], ARRAY[1], ARRAY['USD'], ARRAY[$total], ARRAY[$items], ARRAY[$method], ARRAY[$address], ARRAY[NULL::text], ARRAY[NULL::text], ARRAY['accept'], ARRAY[''], ARRAY['bench'], ARRAY[1::numeric], ARRAY[$expires], ARRAY[$payment], ARRAY[$provider], ARRAY[$token], ARRAY[$charge], ARRAY[$trace], ARRAY[$line_orders], ARRAY[$products], ARRAY[$quantities], ARRAY[$versions], ARRAY[1], ARRAY[1], ARRAY['order.placed'], ARRAY[$event], ARRAY['bench']);
EOF
    ;;
  *) exit 1 ;;
esac

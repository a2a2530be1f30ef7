# One paced turn and samples of the backlog to one document. The slope is that of the straight line nearest to the samples.
def slope(value): map(select(.s <= $turn[0].seconds)) | if length < 2 then null else
  (map(.s) | add / length) as $mx | (map(value) | add / length) as $my
  | (map((.s - $mx) * (value - $my)) | add) / (map((.s - $mx) * (.s - $mx)) | add) end;
$turn[0] as $t
| {settings: $settings, highest_orders_per_s: $full, wanted_orders_per_s: $half, got_orders_per_s: $t.orders_per_s,
   paced: ($t.orders_per_s > 0.98 * $half), p50_ms: $t.p50_ms, p95_ms: $t.p95_ms, p99_ms: $t.p99_ms, failures: $t.failures,
   backlog_growth_per_s: {payments: ($backlog | slope(.payments)), events: ($backlog | slope(.events))},
   backlog_at_end: $t.backlog_after, drain_s: $t.drain_s,
   finished_orders_per_s: (($t.created_in_database - $t.backlog_after.payments + $t.backlog_before.payments) / $t.seconds),
   turn: $t, backlog: $backlog}

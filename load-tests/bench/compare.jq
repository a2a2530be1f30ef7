# Turns of both sides (slurped) to one document.
def median: sort | if length == 0 then null elif length % 2 == 1 then .[length / 2 | floor] else (.[length / 2] + .[length / 2 - 1]) / 2 end;
def round2: if . == null then null else . * 100 | round | . / 100 end;
def medians:
  {orders_per_s: map(.orders_per_s) | median | round2,
   turns: map(.orders_per_s | round2),
   p50_ms: map(.p50_ms) | median, p95_ms: map(.p95_ms) | median, p99_ms: map(.p99_ms) | median,
   cpu_us_per_order: (map(.cpu_us_per_order | to_entries) | add | group_by(.key)
     | map({key: .[0].key, value: (map(.value) | median | round2)}) | from_entries),
   failures: (map(.failures | to_entries) | add | group_by(.key) | map({key: .[0].key, value: (map(.value) | add)}) | from_entries)};
map(select(.side == "engine")) as $a | map(select(.side == "pgbench")) as $b
| ($a | medians) as $am | ($b | medians) as $bm
| {settings: $settings,
   ratio: ($am.orders_per_s / $bm.orders_per_s | round2),
   ratio_of_each_round: [range([($a | length), ($b | length)] | min) as $i | $a[$i].orders_per_s / $b[$i].orders_per_s | round2],
   engine: ($am + {batch_mean: ($a | map(.batches | to_entries) | add // [] | group_by(.key)
     | map({key: .[0].key, value: (map(.value.mean) | median)}) | from_entries),
     created_answers: ($a | map(.created_answers) | add), created_in_database: ($a | map(.created_in_database) | add)}),
   pgbench: ($bm + {statement: $b[0].statement, clients: $b[0].clients}),
   pgbench_probes: $probes,
   turns: .}

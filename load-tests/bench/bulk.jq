# Turns of single orders and of batches of orders (slurped) to one document. Orders are counted in the database, for one answer tells of many.
def median: sort | if length == 0 then null elif length % 2 == 1 then .[length / 2 | floor] else (.[length / 2] + .[length / 2 - 1]) / 2 end;
def round2: if . == null then null else . * 100 | round | . / 100 end;
def rate: .created_in_database / .seconds;
def side(name): map(select(.side == name));
def medians:
  {orders_per_s: (map(rate) | median | round2),
   turns: map(rate | round2),
   cpu_us_per_order: (map(.cpu_us_per_order | to_entries) | add | group_by(.key)
     | map({key: .[0].key, value: (map(.value) | median | round2)}) | from_entries),
   placement_batch_mean: (map(.batches.placement.mean) | median),
   calls: {p50_ms: (map(.p50_ms) | median), p99_ms: (map(.p99_ms) | median)},
   refused_calls: (map(.failures.not_created) | add)};
side("single") as $single | side("bulk") as $bulk
| {settings: ($settings + {orders_per_batch: $batch}),
   ratio: (($bulk | map(rate) | median) / ($single | map(rate) | median) | round2),
   ratio_of_each_round: [range([($single | length), ($bulk | length)] | min) as $i | ($bulk[$i] | rate) / ($single[$i] | rate) | round2],
   single: ($single | medians), bulk: ($bulk | medians), turns: .}

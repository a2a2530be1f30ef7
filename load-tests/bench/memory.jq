# Samples of memory to one document: mean of the second and of the last fifth of the run (the first one fills caches).
def mean: map(select(. != null)) | if length == 0 then null else add / length end;
def fifth(n; value): (length / 5 | floor) as $k | .[n * $k:(n + 1) * $k] | map(value) | mean;
def trend(value): {second_fifth: fifth(1; value), last_fifth: fifth(4; value), highest: (map(value) | max)};
{settings: $settings, orders_per_s: $turn[0].orders_per_s, failures: $turn[0].failures, p99_ms: $turn[0].p99_ms,
 heap_used_bytes: ($samples | trend(.heap_used)), live_after_gc_bytes: ($samples | trend(.live)),
 after_gc_ratio: ($samples | trend(.after_gc_ratio)), rss_bytes: ($samples | trend(.rss)),
 backlog_after: $turn[0].backlog_after, samples: $samples}

# Turns without and with tracing (slurped) to one document.
def median: sort | if length == 0 then null elif length % 2 == 1 then .[length / 2 | floor] else (.[length / 2] + .[length / 2 - 1]) / 2 end;
def of(side; value): map(select(.side == side) | value) | median;
def rates(side): map(select(.side == side) | .orders_per_s);
{settings: ($settings + {traced: "10 %", received_mib: ($bytes / 1048576 | floor)}),
 off_orders_per_s: of("off"; .orders_per_s), on_orders_per_s: of("on"; .orders_per_s),
 ratio: (of("on"; .orders_per_s) / of("off"; .orders_per_s)),
 ratio_of_each_round: [[rates("off"), rates("on")] | transpose[] | .[1] / .[0]],
 off_engine_us_per_order: of("off"; .cpu_us_per_order.engine), on_engine_us_per_order: of("on"; .cpu_us_per_order.engine),
 off_p95_ms: of("off"; .p95_ms), on_p95_ms: of("on"; .p95_ms), turns: .}

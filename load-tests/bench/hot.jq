# Turns of uniform and of hot load (slurped) to one document.
def median: sort | if length == 0 then null elif length % 2 == 1 then .[length / 2 | floor] else (.[length / 2] + .[length / 2 - 1]) / 2 end;
def of(side): map(select(.side == side) | .orders_per_s) | median;
{settings: $settings, uniform_orders_per_s: of("uniform"), hot_orders_per_s: of("hot"),
 ratio: (of("hot") / of("uniform")), loss_percent: (100 * (1 - of("hot") / of("uniform"))), turns: .}

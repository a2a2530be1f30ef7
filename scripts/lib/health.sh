# shellcheck shell=bash
# Is a colour fit to serve? A target gives
#   target_members COLOUR                     its members, one a line
#   target_probe COLOUR MEMBER PATH COUNT     COUNT lines "STATUS SECONDS"
#   target_read COLOUR MEMBER PATH            the body
# Any fault is an error; a degraded engine (Redis or SQS lost) is a warning, for it takes orders.

# check_colour COLOUR VERSION: 0, or 1 with "failure_reason". VERSION may be empty: any.
check_colour() {
  local member faults=0 members
  members=$(target_members "$1") || members=''
  if [[ -z $members ]]; then
    say "$1 has no members that could be asked"
    return 1
  fi
  while read -r member; do
    check_member "$1" "$member" "$2" || faults=$((faults + 1))
  done <<<"$members"
  ((faults == 0))
}

check_member() {
  local colour=$1 member=$2 expected=$3 path status found p95 reads faults=0
  for path in /health/live /health/startup /health/ready; do
    status=$(target_probe "$colour" "$member" "$path" 1 2>>"$log" | cut -d ' ' -f 1) || status=none
    if [[ $status != 200 ]]; then
      say "$member $colour: $path answers ${status:-nothing}"
      faults=1
    fi
  done
  ((faults == 0)) || return 1

  found=$(target_read "$colour" "$member" /metrics 2>>"$log" | sed -n 's/^engine_build{.*version="\([^"]*\)".*/\1/p') || found=''
  if [[ $expected && $found != "$expected" ]]; then
    say "$member $colour: runs version ${found:-unknown}, not $expected"
    return 1
  fi
  if target_read "$colour" "$member" /health/ready 2>>"$log" | jq -e '.status == "DEGRADED"' >/dev/null; then
    warn "$member $colour is degraded: it takes orders, but something that it uses is lost"
  fi

  for path in /health/ready ${setting[HEALTH_READ_PATH]:-}; do
    reads=$(target_probe "$colour" "$member" "$path" "${setting[PROBES]}" 2>>"$log") || reads=''
    p95=$(percentile_ms <<<"$reads")
    if [[ $p95 == failed ]] || ((p95 > setting[P95_LIMIT_MS])); then
      say "$member $colour: p95 of $path is $p95 ms, allowed: ${setting[P95_LIMIT_MS]} ms"
      return 1
    fi
    say "$member $colour: version $found, p95 of $path is $p95 ms"
  done
}

# Of lines "STATUS SECONDS", the 95th percentile in ms; "failed" when any is not a 200 or there is none.
percentile_ms() {
  sort -k 2 -n | awk '
    $1 != 200 { bad = 1 }
    { ms[NR] = $2 * 1000 }
    END { if (bad || NR == 0) print "failed"; else printf "%d\n", ms[int((NR - 1) * .95) + 1] + .5 }'
}

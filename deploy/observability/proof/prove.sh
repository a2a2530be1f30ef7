#!/usr/bin/env bash
# Shows that alerts come when something breaks, and go when it is mended: a real engine with real servers, Prometheus and
# Alertmanager, real faults, and a webhook that hears of them. Rules and routes are those of production with the short durations of
# proof/windows. Prints a table; exit 1 if an alert did not come or did not go. Takes about six minutes.
#
#   deploy/observability/proof/prove.sh
#
# Needs prometheus, prometheus-alertmanager, jq, psql, socat and pgrep beside what the build needs, and leaves nothing running.
# shellcheck disable=SC2317,SC2031 # called by within and trap; the engine's variables are set in a subshell too
set -euo pipefail
# shellcheck source=SCRIPTDIR/lib.sh
. "$(dirname "$0")/lib.sh"
need prometheus prometheus-alertmanager jq psql socat curl ss pgrep
heard=$work/heard
failed=0
rows=()

finish() {
  thaw
  stop_all
  cp "$work"/*.log "$heard" "$root/target/" 2>/dev/null || true
  rm -rf "$work"
}

# The processes behind a port: for PostgreSQL with its backends.
behind() { # port
  local main
  main=$(ss -ltnpH "sport = :$1" | grep -o 'pid=[0-9]*' | head -n 1 | cut -d = -f 2)
  echo "$main" "$(children "$main")"
}

frozen=()
freeze() { # port
  # shellcheck disable=SC2207 # ids
  frozen+=($(behind "$1"))
  kill -STOP "${frozen[@]}"
}

thaw() {
  [ ${#frozen[@]} -eq 0 ] || kill -CONT "${frozen[@]}" 2>/dev/null || true
  frozen=()
}

# Freezes a server again and again, so that it is slow and not away.
pulse() { # port, seconds frozen, seconds not, how long
  local end=$((SECONDS + $4)) ids
  # shellcheck disable=SC2207 # ids
  ids=($(behind "$1"))
  while [ $SECONDS -lt $end ]; do
    kill -STOP "${ids[@]}" 2>/dev/null || true
    sleep "$2"
    kill -CONT "${ids[@]}" 2>/dev/null || true
    sleep "$3"
  done
}

sql() { PGPASSWORD=$ENGINE_DATABASE_MIGRATION_PASSWORD psql -q -h localhost -p "$DEV_POSTGRES_PORT" -U "$ENGINE_DATABASE_MIGRATION_USER" "$ENGINE_DATABASE_NAME" -X -At -c "$1"; }
fault() { curl -sf -X POST "http://localhost:$DEV_SIMULATOR_PORT/simulator/faults" -d "$1" >/dev/null; }
well() { curl -sf -X DELETE "http://localhost:$DEV_SIMULATOR_PORT/simulator/faults" >/dev/null; }
# What is unknown is looked up after growing pauses, five minutes at most: not waited for here.
look_up_now() { sql "UPDATE payments SET next_at = now() WHERE state = 'unknown' AND next_at > now()"; }
call() { # method, path, body
  curl -s -m 5 -X "$1" "$base/api/v1$2" -H "Authorization: Bearer $token" -H 'Content-Type: application/json' \
    -H "Idempotency-Key: $(cat /proc/sys/kernel/random/uuid)" -d "$3"
}

# When the webhook first heard that of an alert, at that time or later: "at path severity".
first() { # alert, firing or resolved, since
  jq -rs --arg alert "$1" --arg status "$2" --argjson since "$3" '
    [.[] | select(.at >= $since) | . as $line | .sent.alerts[] | select(.labels.alertname == $alert and .status == $status)
     | "\($line.at) \($line.path) \(.labels.severity)"] | first // empty' "$heard" 2>/dev/null || true
}

told() { [ -n "$(first "$@")" ]; }
is_quiet() { # alert
  curl -sf "http://localhost:$alertmanager_port/api/v2/alerts?active=true" | jq -e --arg alert "$1" 'all(.[]; .labels.alertname != $alert)' >/dev/null
}
suppressed() { # alert
  curl -sf "http://localhost:$alertmanager_port/api/v2/alerts?inhibited=true&active=false&silenced=false" |
    jq -e --arg alert "$1" 'any(.[]; .labels.alertname == $alert)' >/dev/null
}

broken=0
mended=0
break_now() { broken=$(date +%s); say "fault: $1"; }
mend_now() { mended=$(date +%s); say "mended"; }

expect_firing() { # seconds, alerts
  local patience=$1 alert
  shift
  for alert in "$@"; do
    within "$patience" told "$alert" firing "$broken" || say "$alert did not come"
  done
}

expect_suppressed() { # alerts
  local alert
  for alert in "$@"; do
    if within 15 suppressed "$alert"; then
      rows+=("$alert|–|$what|fires, and is held back|")
    else
      say "$alert was not held back"
      rows+=("$alert|–|$what|WAS NOT HELD BACK|")
      failed=1
    fi
  done
}

expect_resolved() { # seconds, alerts
  local patience=$1 alert fired resolved
  shift
  for alert in "$@"; do
    fired=$(first "$alert" firing "$broken")
    within "$patience" told "$alert" resolved "$mended" || say "$alert did not go"
    resolved=$(first "$alert" resolved "$mended")
    [ -n "$fired" ] && [ -n "$resolved" ] || failed=1
    rows+=("$alert|$(cut -d ' ' -f 3 <<<"$fired")|$what|$(after "$fired" "$broken") $(cut -s -d ' ' -f 2 <<<"$fired")|$(after "$resolved" "$mended")")
  done
}

after() { # "at …", since
  if [ -n "$1" ]; then echo "$((${1%% *} - $2)) s"; else echo NEVER; fi
}

trap finish EXIT
build
start_services
# shellcheck disable=SC1091 # written by the services
. "$root/target/dev.env"
start_relay
start_engine
token=$(curl -s "$tokens/dev/token?role=admin")
touch "$heard"
background webhook.log java "$here/proof/Webhook.java" "$webhook_port" "$heard"
start_prometheus
background alertmanager.log prometheus-alertmanager --config.file="$work/alertmanager.yml" --storage.path="$work/alertmanager" \
  --web.listen-address="127.0.0.1:$alertmanager_port" --cluster.listen-address=
for i in 1 2; do
  background "traffic$i.log" "$here/proof/traffic.sh" "$base" "$tokens"
done
what="nothing is broken"
broken=$(date +%s)
expect_firing 40 Watchdog
rows+=("Watchdog|info|$what|$(after "$(first Watchdog firing "$broken")" "$broken") /deadman|always fires")
sleep 15

what="Stripe takes 2.5 s"
break_now "$what; Redis is slow; figures of the database are changed; conf/rules.yaml gets a fault"
quick="ReservationDrift MoneyNeedsAPerson ReviewQueueOld ConfigurationRefused"
fault '{"provider": "stripe", "latency_ms": 2500}'
sql "UPDATE stock SET reserved = reserved + 3 WHERE product_id = 'sku-0099' AND location_id = 'loc-main'"
flagged=$(sql "UPDATE payments SET flagged = true WHERE id = (SELECT id FROM payments WHERE state = 'captured' LIMIT 1) RETURNING id")
review=$(call POST /orders '{"customer_id": "c-9001", "items": [{"product_id": "sku-0002", "quantity": 900}], "payment_method": "credit_card",
  "payment_token": "tok_visa"}' | jq -r .order_id)
echo 'no rule' >>"$work/rules.yaml"
(pulse "$DEV_REDIS_PORT" 0.35 0.05 30) &
slow=$!
# shellcheck disable=SC2086 # several names
expect_firing 45 $quick PaymentLatency CartLatency
wait "$slow"
mend_now
well
cp "$root/conf/rules.yaml" "$work/rules.yaml"
sql "UPDATE stock SET reserved = reserved - 3 WHERE product_id = 'sku-0099' AND location_id = 'loc-main'"
sql "UPDATE payments SET flagged = false WHERE id = '$flagged'"
call POST "/orders/$review/review" '{"decision": "reject", "note": "proof"}' >/dev/null
expect_resolved 60 PaymentLatency
what="Redis answers after 350 ms"; expect_resolved 30 CartLatency
what="units reserved for nobody"; expect_resolved 30 ReservationDrift
what="a payment is flagged"; expect_resolved 30 MoneyNeedsAPerson
what="an order waits for review"; expect_resolved 30 ReviewQueueOld
# Of an event, and so over with its window, mended or not.
what="a fault in the rules' file"; mended=$broken expect_resolved 60 ConfigurationRefused

what="Stripe is down"
break_now "$what; SQS and Redis are away"
fault '{"provider": "stripe", "down": true}'
# shellcheck disable=SC2046 # several ids
kill -STOP "$relay" $(children "$relay")
freeze "$DEV_REDIS_PORT"
expect_firing 45 QueueAway RedisAway
aside=
set_aside() { aside=$(sql "UPDATE outbox SET set_aside_at = now() WHERE (shard, id) = (SELECT shard, id FROM outbox ORDER BY id DESC LIMIT 1) RETURNING id") && [ -n "$aside" ]; }
within 20 set_aside
what="SQS is away"; expect_suppressed OutboxLag
expect_firing 45 PaymentErrors BreakerOpen DeadLetters
mend_now
thaw
# shellcheck disable=SC2046 # several ids
kill -CONT "$relay" $(children "$relay")
well
sql "UPDATE outbox SET set_aside_at = NULL WHERE id = $aside"
what="Redis is frozen"; expect_resolved 45 RedisAway
what="SQS is away"; expect_resolved 45 QueueAway
what="an event is set aside"; expect_resolved 45 DeadLetters
what="Stripe is down"; expect_resolved 60 BreakerOpen PaymentErrors
look_up_now
within 60 is_quiet PaymentUnknown || say "PaymentUnknown fires already"

what="Stripe charges and does not answer"
break_now "$what"
fault '{"provider": "stripe", "mute": true}'
expect_firing 60 PaymentUnknown
mend_now
well
look_up_now
expect_resolved 75 PaymentUnknown

what="PostgreSQL answers after 700 ms"
break_now "$what"
(pulse "$DEV_POSTGRES_PORT" 0.7 0.1 30) &
slow=$!
expect_firing 40 OrderLatency
wait "$slow"
mend_now
expect_resolved 60 OrderLatency

what="PostgreSQL is frozen"
break_now "$what"
freeze "$DEV_POSTGRES_PORT"
expect_firing 30 DatabaseAway
expect_suppressed OrderCreationErrors ServiceDown InstanceNotReady WarningLogRate
mend_now
thaw
expect_resolved 60 DatabaseAway
# Nothing hangs, or the alert of the database would come too, and hold these back.
what="a trigger refuses all orders"
break_now "$what"
sql "CREATE FUNCTION proof_refuses() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN RAISE EXCEPTION 'refused by the proof'; END \$\$"
sql "CREATE TRIGGER proof_refuses BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION proof_refuses()"
expect_firing 45 OrderCreationErrors ErrorLogRate
sql "DROP FUNCTION proof_refuses CASCADE" 2>/dev/null
mend_now
expect_resolved 60 OrderCreationErrors ErrorLogRate

what="the engine is killed"
break_now "$what"
kill -KILL "$engine"
expect_firing 30 ServiceDown InstanceDown
mend_now
start_engine
expect_resolved 60 ServiceDown InstanceDown

printf '\n%s\n%s\n' '| alert | severity | fault | told the webhook after | resolved after |' '| --- | --- | --- | --- | --- |'
for row in "${rows[@]}"; do
  printf '| %s |\n' "${row//|/ | }"
done
exit "$failed"

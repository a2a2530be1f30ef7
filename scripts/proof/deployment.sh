#!/usr/bin/env bash
# Proves that deploying, failing and rolling back lose no request: boots two hosts and a load balancer on this machine, keeps a load of
# orders (POST) and reads (GET) on them that never repeats a request, and goes through the life of a deployment. Then counts: requests
# failed, orders lost or doubled, time to switch and to roll back.
#
# Usage: scripts/proof/deployment.sh [--keep] [--short]
#
#   --keep    leave the hosts running at the end (lab_down stops them)
#   --short   without the kills, the restart of a host, the contraction of the schema and the cleanup: half the time
#
# Needs root, and of Debian: systemd-container mmdebstrap iproute2 socat openssh-client jq python3, a JDK, Maven (variable MVN).
# LOAD_POSTS and LOAD_GETS (12, 20) are offered a second: enough for two cores, which the servers, four engines and the balancer share.
# The first run makes the hosts' system. Takes about eight minutes after that. Exit: 0 all held, 1 something did not.
set -euo pipefail
shopt -s extglob

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source-path=SCRIPTDIR source=lab.sh
source "$root/scripts/proof/lab.sh"
# shellcheck source-path=SCRIPTDIR source=releases.sh
source "$root/scripts/proof/releases.sh"
arguments=" $* "
out=$root/target/proof
export ORDER_ENGINE_LOGS=$out/logs
load_pid=''

end() {
  trap - EXIT
  [[ -z $load_pid ]] || exec 5>&-
  [[ $arguments == *' --keep '* ]] || lab_down
}
trap end EXIT

scripts() { # SCRIPT ARGUMENT...: as an operator's machine on the bridge
  local name=$1
  shift
  lab_inside "$root/scripts/$name.sh" --env staging --config "$out/lab.conf" --wait 60 "$@" 2>&1 | sed -u 's/^/    /' >&2
  return "${PIPESTATUS[0]}"
}

release() { echo "--version $1 --artefact $out/releases/order-engine-$1.tar.gz"; }

phase() {
  echo "$EPOCHREALTIME $*" >>"$out/phases"
  lab_say "--- $*"
}

# expect_exit WHAT CODE COMMAND...
expect_exit() {
  local what=$1 expected=$2 code=0
  shift 2
  "$@" || code=$?
  expect "$what, exit code" "$expected" "$code"
}

live() { lab_ssh 10.77.0.10 /usr/local/lib/order-engine/engine-balancer state | tr '\n' ' ' | sed 's/ $//'; }

running() { # colours that run, host by host
  local at
  for at in 10.77.0.11 10.77.0.12; do
    lab_ssh "$at" /usr/local/lib/order-engine/engine-host status </dev/null | jq -r '[if .blue.active then "blue" else empty end, if .green.active then "green" else empty end] | join("+")'
  done | tr '\n' ' ' | sed 's/ $//'
}

start_load() {
  mkfifo "$out/load.stop"
  lab_inside python3 "$root/scripts/proof/load.py" http://10.77.0.10 "$(lab_token SERVICE)" "$out/load.csv" "${LOAD_POSTS:-12}" "${LOAD_GETS:-20}" <"$out/load.stop" &
  load_pid=$!
  exec 5>"$out/load.stop"
}

stop_load() {
  exec 5>&-
  wait "$load_pid"
  load_pid=''
}

# Kills a deployment, and all its processes, as soon as it is at a step.
kill_at() { # STEP VERSION
  local seen=$out/killed-$1 pid
  # shellcheck disable=SC2046
  setsid ip netns exec oe-lab "$root/scripts/deploy.sh" --env staging --config "$out/lab.conf" --wait 60 $(release "$2") >"$seen" 2>&1 </dev/null &
  pid=$!
  until grep -q "^== $1:" "$seen"; do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.02
  done
  kill -KILL -- "-$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  lab_say "    killed at $1; live: $(live)"
}

# ---- the site

rm -rf "$out/logs" "$out"/load* "$out/phases" "$out"/killed-*
mkdir -p "$out"
lab_say "making the releases"
releases_make "$out/releases"
lab_say "booting the balancer and two hosts"
lab_up lb one two
lab_services "$(lab_classpath)"
cat >"$out/lab.conf" <<CONF
TARGET=host
APP_HOSTS=10.77.0.11 10.77.0.12
BALANCER=10.77.0.10
SSH_OPTIONS=-F $lab/ssh.conf
ENGINE_ENVIRONMENT=$lab/engine.env
WATCH_SECONDS=${WATCH_SECONDS:-6}
KEEP_PREVIOUS=yes
P95_LIMIT_MS=${P95_LIMIT_MS:-200}
CONF

phase setup, install
expect_exit 'setup' 0 scripts setup
expect_exit 'install' 0 scripts install
for at in 10.77.0.11 10.77.0.12; do
  lab_ssh "$at" 'install -m 644 /dev/stdin /etc/order-engine/token-key.pem' <"$lab/services/target/dev/public-key.pem"
done
for at in 10.77.0.10 10.77.0.11 10.77.0.12; do
  # shellcheck disable=SC2016
  lab_ssh "$at" 'install -d -m 700 -o deploy -g deploy ~deploy/.ssh && install -m 600 -o deploy -g deploy /root/.ssh/authorized_keys ~deploy/.ssh/'
done
scripts install
expect 'a second install changes nothing' 3 "$(cat "$ORDER_ENGINE_LOGS"/deployment_*.log | grep -c 'nothing changed')"

phase first release, 1.0.0
# shellcheck disable=SC2046
expect_exit 'deploy 1.0.0' 0 scripts deploy $(release 1.0.0)
expect 'live' 'live blue version 1.0.0 previous -' "$(live)"

start_load
sleep 5

phase deploy 2.0.0, which expands the schema
# shellcheck disable=SC2046
expect_exit 'deploy 2.0.0' 0 scripts deploy $(release 2.0.0)
expect 'live' 'live green version 2.0.0 previous 1.0.0' "$(live)"
expect 'running' 'blue+green blue+green' "$(running)"

phase deploy 2.0.0 again
# shellcheck disable=SC2046
expect_exit 'deploy 2.0.0 again' 0 scripts deploy $(release 2.0.0)
expect 'live' 'live green version 2.0.0 previous 1.0.0' "$(live)"

phase rollback to 1.0.0, which was kept, on the schema of 2.0.0
expect_exit 'rollback' 0 scripts rollback
expect 'live' 'live blue version 1.0.0 previous -' "$(live)"
expect 'running' 'blue blue' "$(running)"
expect_exit 'rollback again has nowhere to go' 2 scripts rollback

# From here on the old version stops.
sed -i 's/^KEEP_PREVIOUS=.*/KEEP_PREVIOUS=no/' "$out/lab.conf"

phase deploy 3.0.0, which does not become ready
# shellcheck disable=SC2046
expect_exit 'deploy 3.0.0' 1 scripts deploy $(release 3.0.0)
expect 'live' 'live blue version 1.0.0 previous -' "$(live)"
expect 'running' 'blue blue' "$(running)"

phase deploy 3.1.0, which fails when it is live
# shellcheck disable=SC2046
expect_exit 'deploy 3.1.0' 1 scripts deploy $(release 3.1.0)
expect 'live' 'live blue version 1.0.0 previous -' "$(live)"
expect 'running' 'blue blue' "$(running)"

if [[ $arguments != *' --short '* ]]; then
  phase deploy 4.0.0, killed at every step
  for at in check publish place start health switch watch retire edge; do
    kill_at "$at" 4.0.0
  done
  # shellcheck disable=SC2046
  expect_exit 'deploy 4.0.0, at last' 0 scripts deploy $(release 4.0.0)
  expect 'live version' '4.0.0' "$(live | cut -d ' ' -f 4)"
  expect 'one colour runs' "$(live | cut -d ' ' -f 2) $(live | cut -d ' ' -f 2)" "$(running)"

  phase restart of a host
  lab_reboot one
  deadline=$((SECONDS + 90))
  until [[ $(lab_ssh 10.77.0.11 systemctl is-active "order-engine@$(live | cut -d ' ' -f 2)") == active ]]; do
    ((SECONDS < deadline)) || break
    sleep 0.5
  done
  expect_exit 'health after the restart' 0 scripts health-check

  phase deploy 5.0.0, which contracts the schema
  # shellcheck disable=SC2046
  expect_exit 'deploy 5.0.0' 0 scripts deploy $(release 5.0.0)

  phase cleanup
  expect_exit 'cleanup' 0 scripts cleanup --keep 2
  expect 'releases left' '4.0.0 5.0.0' "$(lab_ssh 10.77.0.12 ls /opt/order-engine/releases | tr '\n' ' ' | sed 's/ $//')"
  expect_exit 'health-check' 0 scripts health-check
fi
stop_load

# ---- the count

expect 'audit trail' "$(wc -l <"$ORDER_ENGINE_LOGS/audit.jsonl") entries, intact" "$("$root/scripts/lib/audit.sh" "$ORDER_ENGINE_LOGS/audit.jsonl")"
lab_say "waiting for payments and events"
deadline=$((SECONDS + 60))
until [[ $(lab_sql -c "SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM payments WHERE state IN ('created', 'processing', 'unknown'))") == 0 ]]; do
  ((SECONDS < deadline)) || break
  sleep 0.5
done
expect 'events and payments that are still under way' 0 \
  "$(lab_sql -c "SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM payments WHERE state IN ('created', 'processing', 'unknown'))")"

awk -F , '$2 == "POST" && $3 == 201 { print $5 }' "$out/load.csv" | sort >"$out/load.answered"
lab_sql -c 'SELECT key FROM idempotency_keys' | sort >"$out/load.stored"
expect 'orders answered with 201 that are not in the database (lost)' 0 "$(comm -23 "$out/load.answered" "$out/load.stored" | wc -l)"
expect 'orders in the database that were not answered' 0 "$(comm -13 "$out/load.answered" "$out/load.stored" | wc -l)"
expect 'orders beyond one a key (doubled)' 0 "$(($(lab_sql -c 'SELECT count(*) FROM orders') - $(wc -l <"$out/load.stored")))"
expect 'findings of scripts/sql/conservation.sql' 0 "$(lab_sql -f "$root/scripts/sql/conservation.sql" | wc -l)"
expect 'requests that failed' 0 "$(awk -F , '$3 < 200 || $3 > 299' "$out/load.csv" | wc -l)"
awk -F , '($3 < 200 || $3 > 299) && ++shown <= 20' "$out/load.csv"

python3 "$root/scripts/proof/report.py" "$out/load.csv" "$out/phases"
echo
echo "switches:                 $(sed -n 's/.*switched in \([0-9]* ms\)$/\1/p' "$ORDER_ENGINE_LOGS"/deployment_*.log | tr '\n' ' ')"
echo "automatic rollback:       $(sed -n 's/.*\] rolled back in \([0-9]* ms\)$/\1/p' "$ORDER_ENGINE_LOGS"/deployment_*.log | tr '\n' ' ')after the failure was seen"
slowest=$(sed -n 's/.* serves again after \([0-9.]*\) s$/\1/p' "$ORDER_ENGINE_LOGS"/deployment_*.log | sort -n | tail -n 1)
echo "rollback by hand:         $slowest s from the command to the switch (allowed: 10)"
expect 'rollback within 10 s' yes "$(awk -v s="${slowest:-99}" 'BEGIN { print (s < 10 ? "yes" : "no") }')"
all_held

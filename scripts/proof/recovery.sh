#!/usr/bin/env bash
# Rehearses the loss of the database: places orders on an engine whose PostgreSQL ships its log away, takes the nightly dump and a base
# backup, destroys the server under load, and restores it twice: to its last moment, from the base backup and the log, as RDS does; and from
# the dump alone. Each time an engine starts on it, the operators' SQL and the verification of the audit log must find nothing, orders must be
# taken, and what was under way at the payment provider must end, charged once. Prints what was lost (RPO) and how long nothing was served (RTO).
#
# Usage: scripts/proof/recovery.sh
#
# Needs what scripts/proof/deployment.sh needs, and of Debian: postgresql-15. SHIP_SECONDS (default 20) is how often the log is shipped; RDS
# does it every 300 s. Takes about three minutes. Exit: 0 all held, 1 something did not.
set -euo pipefail
shopt -s extglob

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source-path=SCRIPTDIR source=lab.sh
source "$root/scripts/proof/lab.sh"
out=$root/target/proof/recovery
release=$root/target/proof/releases/order-engine-1.0.0.tar.gz
backup=$root/ansible/roles/backup/files/order-engine-backup
postgres=/usr/lib/postgresql/15/bin
ship_seconds=${SHIP_SECONDS:-20}
# The server's folders are its own user's, who cannot read this repository.
site=/var/tmp/order-engine-recovery
engine_pid='' load_pid=''

end() {
  trap - EXIT
  [[ -z $load_pid ]] || exec 5>&-
  [[ -z $engine_pid ]] || kill -KILL "$engine_pid" 2>/dev/null || true
  server_ends
  lab_down
  rm -rf "$site"
}
trap end EXIT

between() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.1f", b - a }'; }

# ---- PostgreSQL

as_postgres() { lab_inside setpriv --reuid postgres --regid postgres --init-groups env -C "$site" "$@"; }

server_makes() { # FOLDER: a new, empty server
  as_postgres "$postgres/initdb" -D "$1" -U administrator --auth=trust -E UTF8 >/dev/null
  cat >>"$1/postgresql.conf" <<CONF
port = 17432
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 100
wal_level = replica
archive_mode = on
archive_timeout = $ship_seconds
archive_command = 'cp %p $site/shipped/.%f && mv $site/shipped/.%f $site/shipped/%f'
restore_command = 'cp $site/shipped/%f %p'
CONF
}

server_starts() { # FOLDER: done when it takes writes
  as_postgres "$postgres/pg_ctl" -D "$1" -w -t 120 -l "$site/log" start >/dev/null
  server=$1
  until [[ $(database=postgres as_administrator -c 'SELECT pg_is_in_recovery()' 2>/dev/null) == f ]]; do sleep 0.1; done
}

server_ends() { [[ -z ${server:-} ]] || as_postgres "$postgres/pg_ctl" -D "$server" -m immediate stop >/dev/null 2>&1 || true; }

# As its machine burns: nothing of it is left, not even a last log.
server_burns() {
  kill -KILL "$(head -n 1 "$server/postmaster.pid")"
  rm -rf "$server"
  server=''
}

as_administrator() { lab_inside psql -X -q -At -v ON_ERROR_STOP=1 -h 127.0.0.1 -p 17432 -U administrator -d "${database:-orders}" "$@"; }

make_roles() {
  # shellcheck disable=SC2046
  (export $(grep '^ENGINE_DATABASE_' "$out/engine.env") && as_administrator -f "$root/deploy/database/roles.sql")
}

nightly() { BACKUP_SETTINGS=$out/backup.env lab_inside bash "$backup" "$@" >>"$out/backup.log"; }

# ---- the engine

engine_starts() { # done when it is ready
  # shellcheck disable=SC2046
  (cd "$out/release" && exec 5>&- && exec ip netns exec oe-lab env $(<"$out/engine.env") java @jvm.options -jar order-engine.jar >>"$out/engine.log" 2>&1 </dev/null 210>&-) &
  engine_pid=$!
  until lab_inside curl -sf --max-time 2 -o /dev/null http://127.0.0.1:17081/health/ready; do
    kill -0 "$engine_pid" 2>/dev/null || { tail -n 5 "$out/engine.log" && exit 1; }
    sleep 0.1
  done
}

engine_ends() {
  kill -KILL "$engine_pid"
  wait "$engine_pid" 2>/dev/null || true
  engine_pid=''
}

call() { # ROLE METHOD PATH [BODY]
  lab_inside curl -s --max-time 10 -X "$2" "http://127.0.0.1:17080/api/v1$3" -H "Authorization: Bearer $(lab_token "$1")" -H 'Content-Type: application/json' \
    -H "Idempotency-Key: $(</proc/sys/kernel/random/uuid)" ${4:+-d "$4"}
}

place() {
  call SERVICE POST /orders '{"customer_id": "c-1", "items": [{"product_id": "sku-0001", "quantity": 1}], "payment_method": "credit_card", "payment_token": "tok_visa"}'
}

# Links of the audit log's chain that were verified, and what was found.
verify_audit() {
  local cursor='' answer links=0 findings=0
  while true; do
    answer=$(call ADMIN POST "/admin/audit/verify${cursor:+?cursor=$cursor}")
    links=$((links + $(jq '.links' <<<"$answer"))) findings=$((findings + $(jq '.findings | length' <<<"$answer")))
    cursor=$(jq -r '.next_cursor // ""' <<<"$answer")
    [[ $cursor ]] || break
  done
  echo "$links links, $findings findings"
}

# What the provider has: a line a charge that succeeded, payment and order.
charges() {
  local page after=''
  while true; do
    page=$(lab_inside curl -s --max-time 10 "http://127.0.0.1:8089/v1/payment_intents?limit=100${after:+&starting_after=$after}" \
      -H "Authorization: Bearer $(sed -n 's/^ENGINE_PAYMENTS_STRIPE_API_KEY=//p' "$out/engine.env")")
    jq -r '.data[] | select(.status == "succeeded") | .metadata | .payment_id + " " + .order_id' <<<"$page"
    [[ $(jq .has_more <<<"$page") == true ]] || break
    after=$(jq -r '.data[-1].id' <<<"$page")
  done
}

under_way() { as_administrator -c "SELECT count(*) FROM payments WHERE state IN ('created', 'processing', 'unknown')"; }

# ---- what was restored: measured as "after $begun"

# restored NAME MOST: an engine starts on what is there now, it is right, and no more is lost than the last MOST seconds.
restored() {
  local ready_at oldest lost audited deadline
  engine_starts
  ready_at=$EPOCHREALTIME
  as_administrator -c 'SELECT key FROM idempotency_keys' | sort >"$out/keys"
  comm -23 <(cut -d ' ' -f 2 "$out/answered" | sort) "$out/keys" >"$out/lost"
  oldest=$(grep -Ff "$out/lost" "$out/answered" | sort -n | head -n 1 | cut -d ' ' -f 1 || true)
  lost=$(between "${oldest:-$burnt_at}" "$burnt_at")
  echo "      $1: of $(wc -l <"$out/answered") orders that clients have an answer for $(wc -l <"$out/lost") are lost"
  expect "$1: findings of scripts/sql/conservation.sql" 0 "$(as_administrator -f "$root/scripts/sql/conservation.sql" | wc -l)"
  audited=$(verify_audit)
  expect "$1: audit log" "${audited/#0 links/some links}" "$audited"
  expect "$1: findings in the audit log" '0 findings' "${audited#* links, }"
  expect "$1: the engine cannot change the audit log" refused \
    "$(lab_inside psql -X -q -h 127.0.0.1 -p 17432 -U engine -d orders -c "DELETE FROM audit_log" >/dev/null 2>&1 && echo changed || echo refused)"
  expect "$1: an order is taken" pending "$(place | jq -r .status)"
  # A payment stays with whoever had it for a minute (payments.lease).
  deadline=$((SECONDS + 90))
  until [[ $(under_way) == 0 ]] || ((SECONDS >= deadline)); do sleep 0.3; done
  engine_ends
  charges | sort >"$out/charges"
  expect "$1: payments still under way" 0 "$(under_way)"
  expect "$1: payments charged twice" 0 "$(cut -d ' ' -f 1 "$out/charges" | uniq -d | wc -l)"
  expect "$1: paid orders without a charge" 0 \
    "$(as_administrator -c "SELECT order_id FROM payments WHERE state = 'captured'" | sort | comm -23 - <(cut -d ' ' -f 2 "$out/charges" | sort) | wc -l)"
  as_administrator -c 'SELECT id FROM orders' | sort >"$out/orders"
  echo "      $1: $(cut -d ' ' -f 2 "$out/charges" | sort | comm -23 - "$out/orders" | wc -l) charges are of orders that are lost; the provider has their order_id"
  expect "$1: no more is lost than $2 s" yes "$(awk -v lost="$lost" -v most="$2" 'BEGIN { print (lost <= most ? "yes" : "no: " lost " s") }')"
  printf '%-22s %8s s %8s s\n' "$1" "$lost" "$(between "$begun" "$ready_at")" >>"$out/measured"
}

# ---- the rehearsal

[[ -x $postgres/initdb ]] || { lab_say "missing: postgresql-15" && exit 1; }
rm -rf "$out" "$site"
mkdir -p "$out/release" "$out/dumps"
install -d -o postgres -g postgres "$site" "$site/shipped"
[[ -f $release ]] || "$root/scripts/lib/package.sh" 1.0.0 "$release"
tar -xzf "$release" -C "$out/release"
# shellcheck disable=SC2119
lab_up
lab_services "$(lab_classpath)"

sed -e 's/10\.77\.0\.1/127.0.0.1/' -e '/^ENGINE_DATABASE_/d' -e "s|^\(ENGINE_AUTH_PUBLIC_KEY_FILE\)=.*|\1=$lab/services/target/dev/public-key.pem|" "$lab/engine.env" >"$out/engine.env"
cat >>"$out/engine.env" <<ENV
ENGINE_DATABASE_HOST=127.0.0.1
ENGINE_DATABASE_PORT=17432
ENGINE_DATABASE_USER=engine
ENGINE_DATABASE_PASSWORD=e-secret
ENGINE_DATABASE_MIGRATION_USER=orders
ENGINE_DATABASE_MIGRATION_PASSWORD=o-secret
ENGINE_HTTP_PORT=17080
ENGINE_HTTP_MANAGEMENT_PORT=17081
ENV
printf '%s\n' PGHOST=127.0.0.1 PGPORT=17432 PGDATABASE=orders PGUSER=administrator PGPASSWORD= PGOWNER=orders "BACKUP_FOLDER=$out/dumps" KEEP_DAYS=30 >"$out/backup.env"

lab_say "a site that works"
server_makes "$site/first"
server_starts "$site/first"
database=postgres as_administrator -c 'CREATE DATABASE orders'
make_roles
engine_starts
PGPASSWORD=postgres lab_inside pg_dump -h 127.0.0.1 -p 15432 -U postgres --data-only --disable-triggers -t locations -t products -t prices -t stock order_engine |
  as_administrator >/dev/null
for number in 1 2 3; do call ADMIN PUT "/customers/c-rehearsal-$number" '{"email": "a@example.com", "name": "A"}' >/dev/null; done
mkfifo "$out/stop"
lab_inside python3 "$root/scripts/proof/load.py" http://127.0.0.1:17080 "$(lab_token SERVICE)" "$out/load.csv" 30 30 <"$out/stop" &
load_pid=$!
exec 5>"$out/stop"
sleep 10

lab_say "the night: a base backup, and the dump"
as_postgres "$postgres/pg_basebackup" -h 127.0.0.1 -p 17432 -U administrator -D "$site/base" -X none -c fast 2>>"$out/backup.log"
dump_begun=$EPOCHREALTIME
nightly backup
lab_say "the day goes on"
sleep $((ship_seconds * 3 / 2))

lab_say "the server is lost"
burnt_at=$EPOCHREALTIME
server_burns
begun=$burnt_at
sleep 2
exec 5>&-
wait "$load_pid"
load_pid=''
engine_ends
awk -F , -v until="$burnt_at" '$2 == "POST" && $3 == 201 && $1 < until { print $1, $5 }' "$out/load.csv" >"$out/answered"

lab_say "restored to its last moment"
touch "$site/base/recovery.signal"
chown -R postgres:postgres "$site/base"
server_starts "$site/base"
# PostgreSQL looks at its clock now and then only.
restored 'base backup and log' $((ship_seconds + 3))
server_burns

lab_say "restored from the dump"
begun=$EPOCHREALTIME
server_makes "$site/second"
server_starts "$site/second"
database=postgres as_administrator -c 'CREATE DATABASE orders'
make_roles
nightly restore "$(ls "$out"/dumps/*.dump)"
restored 'nightly dump' "$(between "$dump_begun" "$burnt_at")"

printf '\n%-22s %10s %10s\n' 'restored from' RPO RTO
cat "$out/measured"
echo "$(wc -l <"$out/keys") orders restored last, $(du -sh "$out/dumps" | cut -f 1) of dump; the log was shipped every $ship_seconds s"
all_held

#!/usr/bin/env bash
# Runs the playbooks on real hosts, booted here: --check on bare hosts, a run, a second run that changes nothing; asserts what the hosts
# are then, deploys on them, restarts one; backs the database up, destroys it, and restores it.
#
# Usage: scripts/proof/ansible.sh
#
# Needs what scripts/proof/deployment.sh needs (and its releases, made by a run of it), and ansible. Exit: 0 all held, 1 something did not.
set -euo pipefail
shopt -s extglob

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source-path=SCRIPTDIR source=lab.sh
source "$root/scripts/proof/lab.sh"
out=$root/target/proof/ansible
release=$root/target/proof/releases/order-engine-1.0.0.tar.gz
export ORDER_ENGINE_LOGS=$out/logs ANSIBLE_CONFIG=$root/ansible/ansible.cfg
bad=0
mkdir -p "$out"
[[ -f $release ]] || "$root/scripts/lib/package.sh" 1.0.0 "$release"
trap 'trap - EXIT; lab_down' EXIT

expect() { # WHAT EXPECTED FOUND
  if [[ $2 == "$3" ]]; then
    echo "ok    $1: $3"
  else
    echo "NOT   $1: $3, expected $2"
    bad=$((bad + 1))
  fi
}

play() { # PLAYBOOK ARGUMENT...
  lab_inside ansible-playbook -i "$out/hosts.yml" "$root/ansible/playbooks/$1.yml" "${@:2}" >"$out/said" 2>&1
}

changes() { awk '/changed=/ { for (i = 1; i <= NF; i++) if (sub("changed=", "", $i)) sum += $i } END { print sum + 0 }' "$out/said"; }

# converge PLAYBOOK ARGUMENT...: --check, run, run again
converge() {
  local code=0
  play "$@" --check || code=$?
  expect "$1 --check on hosts as they are" 0 "$code"
  ((code == 0)) || grep -E 'fatal|FAILED' -A3 "$out/said" | head -n 10
  code=0
  play "$@" || code=$?
  expect "$1" 0 "$code"
  ((code == 0)) || grep -E 'fatal|FAILED' -A3 "$out/said" | head -n 10
  play "$@" || true
  expect "$1 again: changes" 0 "$(changes)"
}

can_connect() { lab_inside timeout 2 bash -c "exec 3<>/dev/tcp/$1/$2" 2>/dev/null && echo yes || echo no; }

lab_up lb one two
lab_services "$root/target/classes:$root/target/test-classes:$(<"$root/target/proof.classpath")"
cat >"$out/hosts.yml" <<YAML
all:
  vars:
    ansible_user: root
    ansible_ssh_common_args: -F $lab/ssh.conf
    environment_name: staging
    web_sources: [10.77.0.10/32]
    admin_sources: [10.77.0.1/32]
    monitoring_sources: [10.77.0.1/32]
    common_update_cache: false
    common_deploy_keys: ["{{ lookup('file', '$lab/key.pub') }}"]
    engine_host_environment: $lab/engine.env
    backup_database: {host: 10.77.0.1, port: 15432, name: order_engine, user: postgres, password: postgres}
  children:
    engines:
      hosts:
        10.77.0.11:
        10.77.0.12:
    balancers:
      hosts:
        10.77.0.10:
    backup:
      hosts:
        10.77.0.10:
YAML

converge configure_instances
converge configure_monitoring
converge configure_security

expect 'password logins' 'passwordauthentication no' "$(lab_ssh 10.77.0.11 sshd -T | grep '^passwordauthentication')"
expect 'the firewall drops by default' 1 "$(lab_ssh 10.77.0.11 nft list ruleset | grep -c 'hook input priority filter; policy drop')"
lab_ssh 10.77.0.11 'systemd-run --quiet --unit=listener socat TCP-LISTEN:5555,fork /dev/null; systemd-run --quiet --unit=api socat TCP-LISTEN:8080,fork /dev/null'
expect 'a port that nobody named' no "$(can_connect 10.77.0.11 5555)"
expect 'the API, past the balancer' no "$(can_connect 10.77.0.11 8080)"
expect 'metrics of the host, for monitoring' yes "$(can_connect 10.77.0.11 9100)"
lab_ssh 10.77.0.11 systemctl stop listener api
expect 'the deploying user may do one thing' 1 "$(lab_ssh 10.77.0.11 'sudo -l -U deploy | grep -c NOPASSWD')"
expect 'security updates come by themselves' '"1"' "$(lab_ssh 10.77.0.11 apt-config dump APT::Periodic::Unattended-Upgrade | cut -d ' ' -f 2 | tr -d ';')"

cat >"$out/lab.conf" <<CONF
TARGET=host
APP_HOSTS=10.77.0.11 10.77.0.12
BALANCER=10.77.0.10
SSH_OPTIONS=-F $lab/ssh.conf
ENGINE_ENVIRONMENT=$lab/engine.env
WATCH_SECONDS=3
P95_LIMIT_MS=${P95_LIMIT_MS:-200}
CONF
for at in 10.77.0.11 10.77.0.12; do
  lab_ssh "$at" 'install -m 644 /dev/stdin /etc/order-engine/token-key.pem' <"$lab/services/target/dev/public-key.pem"
done
lab_inside "$root/scripts/install.sh" --env staging --config "$out/lab.conf" >"$out/installed" 2>&1
code=0
lab_inside ansible-playbook -i "$out/hosts.yml" "$root/ansible/playbooks/deploy_app.yml" -e version=1.0.0 \
  -e "{\"deploy_arguments\": [\"--config\", \"$out/lab.conf\", \"--artefact\", \"$release\"]}" >"$out/said" 2>&1 || code=$?
expect 'deploy_app' 0 "$code"
lab_reboot one
deadline=$((SECONDS + 90))
until [[ $(lab_ssh 10.77.0.11 systemctl is-active order-engine@blue) == active ]] || ((SECONDS >= deadline)); do sleep 0.5; done
expect 'a restarted host serves' active "$(lab_ssh 10.77.0.11 systemctl is-active order-engine@blue)"
expect 'and has its firewall' 1 "$(lab_ssh 10.77.0.11 nft list ruleset | grep -c 'hook input priority filter; policy drop')"

for _ in 1 2 3 4 5 6 7 8 9 10; do
  lab_inside curl -s -o /dev/null http://10.77.0.10/api/v1/orders -H "Authorization: Bearer $(lab_token SERVICE)" -H 'Content-Type: application/json' \
    -H "Idempotency-Key: $(</proc/sys/kernel/random/uuid)" \
    -d '{"customer_id": "c-1", "items": [{"product_id": "sku-0001", "quantity": 1}], "payment_method": "credit_card", "payment_token": "tok_visa"}'
done
for at in 10.77.0.11 10.77.0.12; do lab_ssh "$at" systemctl stop order-engine@blue; done
converge backup_restore
code=0
play backup_restore -e backup_now=true || code=$?
expect 'backup, proven by restoring into a scratch database' 0 "$code"
dump=$(lab_ssh 10.77.0.10 'ls /var/backups/order-engine/*.dump')
before=$(lab_sql -c 'SELECT count(*), sum(total), max(id::text) FROM orders')
lab_sql -c 'DROP SCHEMA public CASCADE; CREATE SCHEMA public;' 2>/dev/null
code=0
play backup_restore -e "backup_restore=$dump" || code=$?
expect 'restore of a destroyed database' 0 "$code"
((code == 0)) || grep -E 'fatal|FAILED' -A3 "$out/said" | head -n 10
expect 'orders, their sum and the last' "$before" "$(lab_sql -c 'SELECT count(*), sum(total), max(id::text) FROM orders')"
expect 'findings of scripts/sql/conservation.sql' 0 "$(lab_sql -f "$root/scripts/sql/conservation.sql" | wc -l)"
lab_ssh 10.77.0.10 "printf x >>$dump"
code=0
play backup_restore -e "backup_restore=$dump" || code=$?
expect 'a damaged backup is refused' 2 "$code"

((bad == 0)) || { echo "$bad expectations did not hold" && exit 1; }
echo "all held"

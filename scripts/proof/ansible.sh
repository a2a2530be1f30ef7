#!/usr/bin/env bash
# Runs the six playbooks on real hosts, booted here: --check on bare hosts, a run, a second run that changes nothing; asserts what the hosts
# are then, deploys on them, restarts one; backs the database up and ships it, destroys it, and restores it. Infrastructure is planned against
# moto's AWS; nothing is applied.
#
# Usage: scripts/proof/ansible.sh
#
# Needs what scripts/proof/deployment.sh needs, ansible, ansible-lint, gpg, terraform with its provider (TF_PLUGINS, default /opt/tf-plugins), and
# of Python's packages moto[server] and awscli. Takes about eight minutes. Exit: 0 all held, 1 something did not.
set -euo pipefail
shopt -s extglob

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source-path=SCRIPTDIR source=lab.sh
source "$root/scripts/proof/lab.sh"
out=$root/target/proof/ansible
release=$root/target/proof/releases/order-engine-1.0.0.tar.gz
export ORDER_ENGINE_LOGS=$out/logs ANSIBLE_CONFIG=$root/ansible/ansible.cfg
mkdir -p "$out"
[[ -f $release ]] || "$root/scripts/lib/package.sh" 1.0.0 "$release"
trap 'trap - EXIT; lab_down' EXIT

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

# A key pair of somebody who may read backups: the host gets the public half.
keys() { gpg --no-secmem-warning --homedir "$out/keys" --batch --quiet "$@"; }

expect 'ansible-lint at the production profile, and syntax' 0 "$("$root/ansible/check.sh" >"$out/lint" 2>&1 && echo 0 || echo 1)"
rm -rf "$out/keys"
install -d -m 700 "$out/keys"
keys --passphrase '' --quick-generate-key backups@example.com default default never 2>/dev/null
keys --export backups@example.com >"$out/backups.gpg"

lab_up lb one two
lab_services "$(lab_classpath)"
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
    database_at: {PGHOST: 10.77.0.1, PGPORT: "15432", PGDATABASE: order_engine}
    database_administrator: {user: postgres, password: postgres}
    database_owner: {user: postgres, password: postgres}
    database_engine: {user: engine, password: engine}
    backup_database: {host: 10.77.0.1, port: 15432, name: order_engine, user: postgres, password: postgres}
    backup_bucket: backups
    backup_bucket_endpoint: $lab_s3
    backup_bucket_keys: {id: lab, secret: lab}
    backup_encryption_key: $out/backups.gpg
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

lab_bucket backups
lab_aws s3api create-bucket --bucket order-engine-terraform-staging >/dev/null
# The servers made the engine's user for themselves; here the playbook has to.
lab_sql -c 'DROP ROLE engine'

code=0
AWS_ENDPOINT_URL=$lab_s3 AWS_ACCESS_KEY_ID=lab AWS_SECRET_ACCESS_KEY=lab AWS_EC2_METADATA_DISABLED=true TF_DATA_DIR=$out/terraform TF_CLI_CONFIG_FILE=/dev/null \
  TF_CLI_ARGS_init="-plugin-dir=${TF_PLUGINS:-/opt/tf-plugins}" play provision_infra || code=$?
expect 'provision_infra: planned against moto' 0 "$code"
((code == 0)) || grep -E 'fatal|FAILED|Error' -A3 "$out/said" | head -n 10
rm -f "$root/deploy/terraform/staging.tfplan"
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
expect 'the engine may append to the audit log, and no more' 't f f f' \
  "$(lab_sql -F ' ' -c "SELECT has_table_privilege('engine', 'audit_log', 'INSERT'), has_table_privilege('engine', 'audit_log', 'UPDATE'), has_table_privilege('engine', 'audit_log', 'DELETE'), pg_has_role('engine', 'postgres', 'MEMBER')")"
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
expect 'engines serve as who cannot change the audit log' engine "$(lab_sql -c "SELECT DISTINCT usename FROM pg_stat_activity WHERE application_name = 'order-engine'")"
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
expect 'backups come every night' 'active enabled ' \
  "$(lab_ssh 10.77.0.10 'systemctl is-active order-engine-backup.timer; systemctl is-enabled order-engine-backup.timer' | tr '\n' ' ')"
code=0
play backup_restore -e backup_now=true || code=$?
expect 'backup, proven by restoring into a scratch database' 0 "$code"
dump=$(lab_ssh 10.77.0.10 'ls /var/backups/order-engine/*.dump')
name=$(basename "$dump")
expect 'shipped to the bucket' "database/$name.tar.gpg" "$(lab_aws s3api list-objects-v2 --bucket backups --query 'Contents[].Key' --output text)"
lab_aws s3 cp "s3://backups/database/$name.tar.gpg" "$out/shipped" >/dev/null
expect 'and nobody can read it there' 0 "$(grep -c -a -e PGDMP -e ustar "$out/shipped")"
# As on the day: the host is new, and somebody brings the key.
lab_ssh 10.77.0.10 "rm -f $dump*"
keys --export-secret-keys backups@example.com | lab_ssh 10.77.0.10 gpg --no-secmem-warning --batch --quiet --import
expect 'fetched and decrypted' "$dump" "$(lab_ssh 10.77.0.10 order-engine-backup fetch "$name")"
before=$(lab_sql -c 'SELECT count(*), sum(total_amount), max(id::text) FROM orders')
lab_sql -c 'DROP SCHEMA public CASCADE; CREATE SCHEMA public;' 2>/dev/null
code=0
play backup_restore -e "backup_restore=$dump" || code=$?
expect 'restore of a destroyed database' 0 "$code"
((code == 0)) || grep -E 'fatal|FAILED' -A3 "$out/said" | head -n 10
expect 'orders, their sum and the last' "$before" "$(lab_sql -c 'SELECT count(*), sum(total_amount), max(id::text) FROM orders')"
expect 'findings of scripts/sql/conservation.sql' 0 "$(lab_sql -f "$root/scripts/sql/conservation.sql" | wc -l)"
lab_ssh 10.77.0.10 "printf x >>$dump"
code=0
play backup_restore -e "backup_restore=$dump" || code=$?
expect 'a damaged backup is refused' 2 "$code"

all_held

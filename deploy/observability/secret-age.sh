#!/usr/bin/env bash
# Writes when the secrets of AWS Secrets Manager were changed last, for node_exporter's textfile collector and the alert SecretOld.
# Run it hourly by a timer, with a role that may list secrets; it reads no secret.
#
#   deploy/observability/secret-age.sh /prod/order-system/ /var/lib/node_exporter/textfile/secrets.prom
set -euo pipefail
[ $# -eq 2 ] || { sed -n '2,6s/^# \{0,1\}//p' "$0"; exit 1; }
secrets=$(aws secretsmanager list-secrets --filters "Key=name,Values=$1" --query 'SecretList[].[Name, LastChangedDate]' --output json)
{
  echo '# HELP secret_last_changed_timestamp_seconds When the secret was changed last, Unix time'
  echo '# TYPE secret_last_changed_timestamp_seconds gauge'
  jq -r '.[] | @tsv' <<<"$secrets" | while IFS=$'\t' read -r name changed; do
    printf 'secret_last_changed_timestamp_seconds{secret="%s"} %s\n' "$name" "$(date -d "$changed" +%s)"
  done
} >"$2.new"
mv "$2.new" "$2"

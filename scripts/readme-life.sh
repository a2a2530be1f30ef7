#!/usr/bin/env bash
# Runs the life of an order exactly as README shows it, against a launcher that is started, and compares what it prints with what
# README says. Takes half a minute at most; may be repeated.
#
#   scripts/readme-life.sh [URL of the API's port [URL of SQS]]     default: http://localhost:8080 http://localhost:9324
#
# Exit codes: 0 as README says, 1 anything else.
set -euo pipefail
cd "$(dirname "$0")/.."

api=${1:-http://localhost:8080} sqs=${2:-http://localhost:9324}

# The lines of the first code block after a mark.
block() {
  awk -v mark="<!-- $1 -->" '$0 == mark { marked = 1; next }
    marked && /^```/ { if (inside) exit; inside = 1; next }
    inside' README.md
}

session=$(block 'life of an order')
expected=$(block 'what it prints')
[[ -n $session && -n $expected ]] || {
  echo 'README.md has no life of an order, or not what it prints' >&2
  exit 1
}
session=${session//http:\/\/localhost:8080/$api}
session=${session//http:\/\/localhost:9324/$sqs}

status=0
printed=$(bash -euo pipefail -c "$session") || status=$?
diff <(echo "$expected") <(echo "$printed") && ((status == 0)) && exit
echo "The life of an order is not what README says (< README, > printed; exit code $status)" >&2
exit 1

#!/usr/bin/env bash
# Runs the life of an order exactly as README shows it, against a launcher that is started.
#
#   scripts/readme-life.sh [base URL of the launcher's API port, http://localhost:8080 if absent]
set -euo pipefail
cd "$(dirname "$0")/.."

base=${1:-http://localhost:8080}
session=$(awk '/^<!-- life of an order -->$/ { marked = 1; next }
               marked && /^```/ { if (inside) exit; inside = 1; next }
               inside' README.md)
[[ -n $session ]] || { echo "README.md has no life of an order" >&2; exit 1; }
bash -euo pipefail -c "${session//http:\/\/localhost:8080/$base}"

#!/usr/bin/env bash
# Uses the console at /console in headless Chromium as an operator does, against a launcher that is started: signs in, watches an order
# come in live, approves one and rejects another, follows a timeline, redrives dead letters, changes a log level, by mouse and by keys, on a desk and on
# a phone. Fails at the first thing that is not seen, at any error in the page, and at any request to somewhere else. Takes half a minute.
#
#   scripts/proof/console.sh [URL of the API's port [folder for screenshots]]     default: http://localhost:8080, none
#
# DATABASE_URL lets it plant a dead letter by psql; without it that part is left out, and says so. Needs Chromium and Node.js 18.
# Exit codes: 0 all is seen, 1 anything else.
set -euo pipefail
cd "$(dirname "$0")/console"

for tool in chromium node npm; do
  command -v "$tool" >/dev/null || {
    echo "console.sh needs $tool (Debian: apt-get install chromium nodejs npm)" >&2
    exit 1
  }
done
# Installed once for each lock; no package may run a script of its own.
if ! cmp -s package-lock.json node_modules/.installed; then
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  cp package-lock.json node_modules/.installed
fi
node console.mjs "${1:-http://localhost:8080}" "${2:-}"

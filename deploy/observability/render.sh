#!/usr/bin/env bash
# Writes the rules and Alertmanager's routes with other durations and limits, from the same files: for proofs, and for an environment
# that wants its own.
#
#   deploy/observability/render.sh WINDOWS OUT
#
# WINDOWS has lines "duration 5m 10s" and "limit review_age 4" (the number before "# limit: review_age"). A duration or limit that the
# rules have and WINDOWS has not is an error.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
[ $# -eq 2 ] || { sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 1; }
windows=$1 out=$2

script=$(mktemp)
trap 'rm -f "$script"' EXIT
while read -r kind name value; do
  case $kind in
    # Marked with @, so that nothing is replaced twice.
    duration) printf 's/\\[%s\\]/[@%s]/g; s/^( *(for|group_wait|group_interval|repeat_interval): )%s$/\\1@%s/\n' "$name" "$value" "$name" "$value" ;;
    limit) printf 's/[0-9]+ # limit: %s$/%s # limit:@%s/\n' "$name" "$value" "$name" ;;
    '' | '#'*) ;;
    *) echo "$windows: $kind is neither duration nor limit" >&2; exit 1 ;;
  esac
done <"$windows" >"$script"

mkdir -p "$out/rules"
for file in "$here"/prometheus/rules/*.yml "$here"/alertmanager/alertmanager.yml; do
  target=$out/$([[ $file == */rules/* ]] && echo rules/)$(basename "$file")
  sed -E -f "$script" "$file" >"$target"
  if left=$(grep -nE '^ .*\[[0-9]+[smhd]\]|^ *(for|group_wait|group_interval|repeat_interval): [0-9]|^ .*# limit: [a-z]' "$target"); then
    printf '%s has what %s does not name:\n%s\n' "$file" "$windows" "$left" >&2
    exit 1
  fi
  sed -i 's/@//g' "$target"
done

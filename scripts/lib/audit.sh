# shellcheck shell=bash
# The audit trail of deployments, logs/audit.jsonl: an entry when a run starts and one when it ends, in the form of the engine's own
# audit log, each with the hash of the one before, so that an edit, a removal or an insertion shows.
#
#   scripts/lib/audit.sh FILE    verifies a trail: 0 intact, 1 not, with the number of the first bad line

# audit OUTCOME DETAIL: appends; "trail", "script", "option" and "target" are the caller's.
audit() {
  dry_run && return
  local entry previous
  exec 201>>"$trail.lock"
  flock 201
  previous=''
  [[ ! -s $trail ]] || previous=$(tail -n 1 "$trail" | jq -r .hash)
  entry=$(jq -cn --arg at "$(date -u +%FT%T.%3NZ)" --arg actor "${GITHUB_ACTOR:-${SUDO_USER:-$(id -un)}}@$(hostname)" \
    --arg action "deployment.$script" --arg subject "${option[env]}/$target" --arg outcome "$1" --arg run "$$" \
    --arg version "${version:-${option[version]:-}}" --arg colour "${colour:-}" --argjson detail "$2" --arg previous "$previous" '
    {at: $at, actor: $actor, action: $action, subject: $subject, outcome: $outcome, request_id: $run, address: null,
     detail: ({version: $version, colour: $colour} | with_entries(select(.value != "")) + $detail), previous: $previous}')
  jq -c --arg hash "$(audit_hash "$entry")" '. + {hash: $hash}' <<<"$entry" >>"$trail"
  exec 201>&-
}

audit_hash() { printf '%s' "$1" | sha256sum | cut -d ' ' -f 1; }

audit_verify() {
  local line number=0 previous='' entry
  while IFS= read -r line; do
    number=$((number + 1))
    entry=$(jq -c 'del(.hash)' <<<"$line") || entry=''
    if [[ $(jq -r .previous <<<"$line") != "$previous" || $(jq -r .hash <<<"$line") != "$(audit_hash "$entry")" ]]; then
      echo "line $number does not follow from the one before" >&2
      return 1
    fi
    previous=$(jq -r .hash <<<"$line")
  done <"$1"
  echo "$number entries, intact"
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
  set -euo pipefail
  audit_verify "${1:?the file to verify}"
fi

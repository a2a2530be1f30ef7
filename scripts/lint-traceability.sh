#!/usr/bin/env bash
# Checks docs/traceability.md: every link leads to something, every name in brackets is a link, every id of its list has one row, and every
# row a state that is known. Takes a second.
# shellcheck disable=SC2016 # backticks are Markdown's
set -euo pipefail
cd "$(dirname "$0")/../docs"

page=traceability.md
failed=0
fail() {
  echo "docs/$page: $*" >&2
  failed=1
}

# Without its list of ids and its inline code, which have brackets of their own.
text=$(sed -e '/^```ids$/,/^```$/d' -e 's/`[^`]*`//g' "$page")
rows=$(grep -P '^\| (?!id |---)' <<<"$text")
[[ -n $rows ]] || fail "there are no rows"

defined=$(sed -n 's/^\[\([^]]*\)\]: .*/\1/p' <<<"$text" | sort)
used=$(grep -v '^\[[^]]*\]: ' <<<"$text" | sed 's/\[[^]]*\]([^)]*)//g' | grep -o '\[[^]]*\]' | tr -d '[]' | sort -u)
while IFS= read -r name; do fail "[$name] is no link"; done < <(comm -13 <(uniq <<<"$defined") <(echo "$used"))
while IFS= read -r name; do fail "[$name] is used nowhere"; done < <(comm -23 <(uniq <<<"$defined") <(echo "$used"))
while IFS= read -r name; do fail "[$name] is defined twice"; done < <(uniq -d <<<"$defined")

while IFS= read -r path; do
  [[ -e ${path%%#*} ]] || fail "$path does not exist"
done < <(
  sed -n 's/^\[[^]]*\]: //p' <<<"$text"
  { grep -o '\]([^)#][^)]*)' <<<"$text" || true; } | sed 's/^](//; s/)$//'
)

# A line of the list is one id, or a section and the number of its rows.
expected=$(sed -n '/^```ids$/,/^```$/{/^```/d;p}' "$page" | while read -r section count; do
  if [[ -z $count ]]; then
    echo "$section"
  else
    seq -f "$section/%.0f" "$count"
  fi
done | sort)
[[ -n $expected ]] || fail "there is no list of ids"
found=$(cut -d ' ' -f 2 <<<"$rows" | sort)
while IFS= read -r id; do fail "$id has no row"; done < <(comm -23 <(echo "$expected") <(uniq <<<"$found"))
while IFS= read -r id; do fail "$id is not in the list of ids"; done < <(comm -13 <(echo "$expected") <(uniq <<<"$found"))
while IFS= read -r id; do fail "$id has two rows"; done < <(uniq -d <<<"$found")

while IFS= read -r row; do
  fail "no state that is known: ${row:0:60}…"
done < <(grep -vP '^(\|[^|]+){4}\| (met|partly|not met|not run here)\b[^|]* \|$' <<<"$rows" || true)

((failed)) || echo "docs/$page: $(wc -l <<<"$found") requirements, $(wc -l <<<"$defined") links"
exit "$failed"

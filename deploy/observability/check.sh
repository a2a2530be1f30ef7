#!/usr/bin/env bash
# Checks rules, alerts, routes, dashboards and configurations without starting anything; about a minute. In the order of the list below.
#
#   deploy/observability/check.sh
#
# Needs promtool, amtool, jq and python3 with yaml.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
failed=0
fail() { echo "FAILED: $*"; failed=1; }

alerts=$(sed -n 's/^ *- alert: //p' prometheus/rules/*.yml | sort -u)

# Every alert says how bad it is and what to do, has its runbook, and is tested firing and silent.
python3 - prometheus/rules/*.yml <<'PYTHON' || fail "an alert lacks what every alert has"
import sys, yaml
bad = [f"{rule['alert']} lacks {part} {name}"
       for file in sys.argv[1:] for group in yaml.safe_load(open(file))["groups"] for rule in group["rules"] if "alert" in rule
       for part, name in (("labels", "severity"), ("labels", "layer"), ("annotations", "summary"), ("annotations", "description"),
                          ("annotations", "runbook_url"))
       if name not in rule.get(part, {})
       or (name == "runbook_url" and rule[part][name] != f"docs/runbooks/{rule['alert']}.md")]
print("\n".join(bad))
sys.exit(bool(bad))
PYTHON
for alert in $alerts; do
  runbook=$root/docs/runbooks/$alert.md
  for part in Meaning Impact Check Act Verify; do
    grep -q "^\*\*$part\.\*\*" "$runbook" || fail "$runbook has no $part"
  done
  tests=$(grep -h -A 24 -E "^  - name: $alert " prometheus/tests/*.yml)
  grep -q 'severity=' <<<"$tests" || fail "$alert is not tested firing"
  [ "$alert" = Watchdog ] || grep -q 'exp_samples: \[\]' <<<"$tests" || fail "$alert is not tested silent"
done
for runbook in "$root"/docs/runbooks/*.md; do
  name=$(basename "$runbook" .md)
  [ "$name" = README ] || grep -qx "$name" <<<"$alerts" || fail "$runbook has no alert"
done

# Names of metrics that the rules and dashboards use are in the reference.
expressions=$(cat prometheus/rules/*.yml; jq -r '.panels[].targets[]?.expr' grafana/dashboards/*.json)
while read -r metric; do
  family=$(sed -E 's/_(bucket|count|sum)$//' <<<"$metric")
  [ "$metric" = up ] || grep -qE "^\| \`($metric|$family)\`" "$root/docs/metrics.md" || fail "docs/metrics.md does not know $metric"
done < <(grep -oE '\b[a-z0-9_]+\{job="order-engine"' <<<"$expressions" | cut -d '{' -f 1 | sort -u)

promtool check rules prometheus/rules/*.yml >/dev/null || fail "rules"
promtool check config prometheus/prometheus.yml >/dev/null || fail "prometheus.yml"
(cd prometheus/tests && promtool test rules ./*.test.yml) || fail "tests of rules"

amtool check-config alertmanager/alertmanager.yml >/dev/null || fail "alertmanager.yml"
goes() { # receiver, labels
  local receiver
  receiver=$(amtool config routes test --config.file=alertmanager/alertmanager.yml "${@:2}" 2>/dev/null)
  [ "$receiver" = "$1" ] || fail "${*:2} goes to $receiver"
}
goes pager alertname=OrderCreationErrors severity=critical
goes ticket alertname=OutboxLag severity=warning
goes channel alertname=WarningLogRate severity=info
goes deadman alertname=Watchdog severity=info
out=$(mktemp -d)
./render.sh proof/windows "$out"
promtool check rules "$out"/rules/*.yml >/dev/null || fail "the proof's rules"
amtool check-config "$out/alertmanager.yml" >/dev/null || fail "the proof's routes"
rm -rf "$out"

for file in grafana/dashboards/*.json; do
  jq -e '.uid and .title and ([.panels[] | select(.type != "row") | (.title != "") and (.targets | length > 0)] | all)
         and ([.panels[].id] | length == (unique | length))' "$file" >/dev/null || fail "$file"
done
python3 - grafana/provisioning/*/*.yaml opentelemetry/*.yaml <<'PYTHON' || fail "YAML"
import sys, yaml
for file in sys.argv[1:]:
    content = yaml.safe_load(open(file))
    if "service" in content:
        for name, pipeline in content["service"]["pipelines"].items():
            for kind in ("receivers", "processors", "exporters"):
                for part in pipeline[kind]:
                    assert part in content[kind], f"{file}: pipeline {name} has {kind} {part}, which is not configured"
PYTHON

[ $failed -eq 0 ] && echo "$(wc -w <<<"$alerts") alerts, their tests and runbooks, routes, dashboards and configurations are in order"
exit $failed

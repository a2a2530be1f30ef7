#!/usr/bin/env bats
# What all scripts share: options, settings, logs, audit trail, CloudFront; setup.sh and install.sh.
load site.bash

@test "every script has help that names its options and exits" {
  for name in setup install deploy rollback health-check cleanup; do
    run "$REPOSITORY/scripts/$name.sh" --help
    exits 0
    says "Usage: scripts/$name.sh --env ENV"
    says 'Exit:'
  done
}

@test "every script refuses missing and unknown arguments" {
  host_site
  for name in setup install deploy rollback health-check cleanup; do
    run "$REPOSITORY/scripts/$name.sh"
    [[ $status == 1 ]] && says '--env development|staging|production is needed'
    run "$REPOSITORY/scripts/$name.sh" --env moon
    [[ $status == 1 ]] && says 'allowed: development, staging, production'
    run_script "$name" --colour-blind
    [[ $status == 1 ]] && says 'unknown option'
    run_script "$name" stray
    [[ $status == 1 ]] && says 'unexpected argument stray'
    run_script "$name" --wait soon
    [[ $status == 1 ]]
    run "$REPOSITORY/scripts/$name.sh" --env
    [[ $status == 1 ]] && says 'needs a value'
  done
  run_script deploy --version '../../x'
  [[ $status == 1 ]] && says 'allowed: up to 63 letters'
}

@test "settings with faults are refused with all of them" {
  printf '%s\n' '# a remark' '' TARGET=moon COLOR=red WATCH_SECONDS=soon >"$conf"
  run_script deploy
  [[ $status == 1 ]]
  says 'unknown: COLOR=red'
  says 'WATCH_SECONDS is "soon"'
  says 'the target is "moon", allowed: host, kubernetes, cloud-run'
}

@test "the settings of all environments can be read" {
  for name in development staging production; do
    run "$REPOSITORY/scripts/health-check.sh" --env "$name" --target host
    says 'health-check: exit 1'
  done
}

@test "a target that lacks its settings says which" {
  printf '%s\n' TARGET=host >"$conf"
  run_script deploy --version 1
  exits 1
  says 'lacks: APP_HOSTS BALANCER'
}

@test "each run logs to a file of its own name and appends to the audit trail" {
  host_site
  deploy 1.0.0
  deploy 2.0.0 broken
  [[ $(basename "$(find "$ORDER_ENGINE_LOGS" -name '*.log' | head -n 1)") =~ ^deployment_[0-9]{8}_[0-9]{6}\.log$ ]]
  is "$(jq -r '[.action, .subject, .outcome, .detail.version // "-"] | join(" ")' "$ORDER_ENGINE_LOGS/audit.jsonl")" \
    $'deployment.deploy staging/host started 1.0.0\ndeployment.deploy staging/host succeeded 1.0.0\ndeployment.deploy staging/host started 2.0.0\ndeployment.deploy staging/host failed 2.0.0'
  is "$(tail -n 1 "$ORDER_ENGINE_LOGS/audit.jsonl" | jq -r .detail.failure)" 'refused: 2.0.0 did not become ready; 1.0.0 serves on'
  run "$REPOSITORY/scripts/lib/audit.sh" "$ORDER_ENGINE_LOGS/audit.jsonl"
  exits 0
  says '4 entries, intact'
}

@test "the audit trail shows an edit, a removal and an insertion" {
  host_site
  deploy 1.0.0
  deploy 2.0.0
  trail=$ORDER_ENGINE_LOGS/audit.jsonl
  sed '2s/succeeded/failed/' "$trail" >"$trail.edited"
  sed 2d "$trail" >"$trail.removed"
  sed '2{p}' "$trail" >"$trail.inserted"
  for change in edited removed inserted; do
    run "$REPOSITORY/scripts/lib/audit.sh" "$trail.$change"
    [[ $status == 1 ]] && says 'does not follow from the one before'
  done
}

@test "a dry run leaves no trace in the audit trail" {
  host_site
  deploy 1.0.0
  before=$(cat "$ORDER_ENGINE_LOGS/audit.jsonl")
  run_script rollback --dry-run
  is "$(cat "$ORDER_ENGINE_LOGS/audit.jsonl")" "$before"
}

cloudfront() {
  host_site CLOUDFRONT_DISTRIBUTION=E1 CLOUDFRONT_BUCKET=kept
  echo '{"ETag":"e1","DistributionConfig":{"Comment":"by hand","Origins":{"Items":[{"Id":"api"}]}}}' >"$SITE/distribution.json"
}

@test "CloudFront names the release, its earlier configuration is kept in S3, and a rollback restores it" {
  cloudfront
  deploy 1.0.0
  exits 0
  is "$(jq -r .DistributionConfig.Comment "$SITE/distribution.json")" 'order-engine 1.0.0'
  deploy 2.0.0
  is "$(jq -r '.DistributionConfig.Origins.Items[0].CustomHeaders.Items[0].HeaderValue' "$SITE/distribution.json")" 2.0.0
  is "$(jq -r .Comment "$SITE/s3/s3:__kept_cloudfront_staging_1.0.0.json")" 'order-engine 1.0.0'
  called '--if-match e1x'
  run_script rollback
  exits 0
  is "$(jq -r .DistributionConfig.Comment "$SITE/distribution.json")" 'order-engine 1.0.0'
}

@test "CloudFront is not touched by a refused deployment or by a repeated one" {
  cloudfront
  deploy 1.0.0
  : >"$CALLS"
  deploy 1.0.0
  exits 0
  deploy 2.0.0 broken
  not_called 'aws cloudfront update-distribution'
}

@test "CloudFront that refuses is a warning: the deployment stands" {
  cloudfront
  touch "$SITE/cloudfront.refuses"
  deploy 1.0.0
  exits 2
  says 'CloudFront was not updated'
  is "$(state)" 'live blue version 1.0.0 previous - '
}

@test "setup finds what is missing on hosts and has it installed" {
  host_site
  printf '#!/bin/sh\necho "apt-get $*" >>"$CALLS"\n' >"$BATS_TEST_TMPDIR/apt-get"
  chmod +x "$BATS_TEST_TMPDIR/apt-get"
  PATH=$BATS_TEST_TMPDIR:$PATH run_script setup
  exits 0
  says 'logs and the audit trail are in'
  run_script setup --target kubernetes
  exits 0
  touch "$SITE/a.unreachable"
  run_script setup
  exits 1
  says 'root@a cannot be reached'
}

@test "install in a dry run says what goes where, and needs the engine's settings" {
  host_site
  run_script install
  exits 1
  says 'lacks: ENGINE_ENVIRONMENT'
  host_site ENGINE_ENVIRONMENT=/nowhere
  run_script install
  exits 1
  says 'there is no /nowhere'
  host_site "ENGINE_ENVIRONMENT=$conf"
  run_script install --dry-run
  exits 2
  says 'who serves can change the audit log'
  printf 'ENGINE_DATABASE_USER=engine\nENGINE_DATABASE_MIGRATION_USER=orders\n' >"$BATS_TEST_TMPDIR/engine.env"
  host_site "ENGINE_ENVIRONMENT=$BATS_TEST_TMPDIR/engine.env"
  run_script install --dry-run
  exits 0
  says 'would install on a: ./etc/order-engine/blue.env'
  says 'would install on lb: ./etc/haproxy/haproxy.cfg'
  not_called 'ssh root'
}

@test "the configuration of HAProxy is valid and never repeats a POST" {
  command -v haproxy >/dev/null || skip 'HAProxy is not installed'
  host_site
  work=$BATS_TEST_TMPDIR
  root=$REPOSITORY
  declare -A setting=([APP_HOSTS]='127.0.0.1 127.0.0.2' [BIND_PORT]=18000)
  other() { if [[ $1 == blue ]]; then echo green; else echo blue; fi; }
  source "$REPOSITORY/scripts/lib/install-host.sh"
  balancer_files "$work/files"
  sed -e "s|/etc/haproxy/order-engine/live.map|$SITE/lb/live.map|" "$work/files/etc/haproxy/haproxy.cfg" >"$work/haproxy.cfg"
  run haproxy -c -f "$work/haproxy.cfg"
  exits 0
  grep -q 'disable-l7-retry if METH_POST' "$work/haproxy.cfg"
}

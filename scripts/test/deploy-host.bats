#!/usr/bin/env bats
# deploy.sh, rollback.sh, cleanup.sh and health-check.sh on plain hosts.
load site.bash

@test "deploy on an empty site makes blue live on all hosts" {
  host_site
  deploy 1.0.0
  exits 0
  is "$(state)" 'live blue version 1.0.0 previous - '
  is "$(active)" 'a/blue.active b/blue.active '
  is "$(cat "$SITE/lb/runtime")" blue
}

@test "deploy of a second version switches to green and retires blue" {
  host_site
  deploy 1.0.0
  deploy 2.0.0
  exits 0
  is "$(state)" 'live green version 2.0.0 previous 1.0.0 '
  is "$(active)" 'a/green.active b/green.active '
}

@test "deploy of what is live changes nothing" {
  host_site
  deploy 1.0.0
  : >"$CALLS"
  deploy 1.0.0
  exits 0
  says '1.0.0 is live already'
  not_called 'systemctl st'
  is "$(state)" 'live blue version 1.0.0 previous - '
}

@test "deploy of a version that does not start is refused, and the live one serves on" {
  host_site
  deploy 1.0.0
  deploy 2.0.0 broken
  exits 1
  says 'refused: 2.0.0 did not become ready; 1.0.0 serves on'
  is "$(state)" 'live blue version 1.0.0 previous - '
  is "$(active)" 'a/blue.active b/blue.active '
}

@test "deploy of a version that its unit starts again and again is refused after the first time" {
  host_site
  deploy 1.0.0
  deploy 2.0.0 circling
  exits 1
  says 'refused: 2.0.0 did not become ready; 1.0.0 serves on'
  is "$(active)" 'a/blue.active b/blue.active '
}

@test "deploy of a version that is not ready is refused" {
  host_site
  deploy 1.0.0
  deploy 2.0.0 unready
  exits 1
  says 'failed its check'
  is "$(active)" 'a/blue.active b/blue.active '
}

@test "deploy of a version that is too slow is refused with what was measured" {
  host_site
  deploy 1.0.0
  deploy 2.0.0 slow
  exits 1
  says 'p95 of /health/ready is 900 ms, allowed: 200 ms'
  is "$(state)" 'live blue version 1.0.0 previous - '
}

@test "deploy of a version that fails once it is live is rolled back" {
  host_site
  deploy 1.0.0
  deploy 2.0.0 fails-when-live
  exits 1
  says 'was rolled back; 1.0.0 serves'
  is "$(state)" 'live blue version 1.0.0 previous - '
  is "$(cat "$SITE/lb/runtime")" blue
  is "$(active)" 'a/blue.active b/blue.active '
}

@test "deploy of a version whose answers fail is rolled back" {
  host_site
  deploy 1.0.0
  release 2.0.0
  : >"$CALLS"
  (until grep -q 'haproxy show stat' "$CALLS"; do /bin/sleep 0.05; done && /bin/sleep 0.2 && echo 1100,50 >"$SITE/lb/answers") 3>&- &
  sed -i s/WATCH_SECONDS=1/WATCH_SECONDS=5/ "$conf"
  run_script deploy --version 2.0.0 --artefact "$BATS_TEST_TMPDIR/made/2.0.0.tar.gz"
  exits 1
  says 'clients got 50 errors in 100 answers'
  is "$(state)" 'live blue version 1.0.0 previous - '
}

@test "deploy where HAProxy does not obey fails, and the next run ends what was begun" {
  host_site
  deploy 1.0.0
  release 2.0.0
  (until [[ -e $SITE/a/green.active && -e $SITE/b/green.active ]]; do /bin/sleep 0.02; done && touch "$SITE/lb/haproxy.deaf") 3>&- &
  run_script deploy --version 2.0.0 --artefact "$BATS_TEST_TMPDIR/made/2.0.0.tar.gz"
  exits 1
  says 'the switch to green failed'
  is "$(cat "$SITE/lb/runtime")" blue
  rm "$SITE/lb/haproxy.deaf"
  deploy 2.0.0
  exits 0
  is "$(cat "$SITE/lb/runtime")" green
  is "$(active)" 'a/green.active b/green.active '
}

@test "deploy of other content under a version that is there is refused" {
  host_site
  deploy 1.0.0
  deploy 2.0.0
  deploy 1.0.0 changed
  exits 1
  says 'did not take release 1.0.0'
  grep -q 'a release never changes' "$ORDER_ENGINE_LOGS"/*.log
}

@test "deploy where a host cannot be reached fails before anything is changed" {
  host_site
  touch "$SITE/b.unreachable"
  deploy 1.0.0
  exits 1
  says 'b does not answer'
  is "$(state)" 'live none '
  not_called 'systemctl start'
}

@test "deploy whose old colour cannot be stopped is done, with a warning" {
  host_site
  deploy 1.0.0
  touch "$SITE/a/blue.unstoppable"
  deploy 2.0.0
  exits 2
  says 'warning: blue could not be retired'
  is "$(state)" 'live green version 2.0.0 previous 1.0.0 '
}

@test "deploy of an engine that is degraded is done, with a warning" {
  host_site
  deploy 1.0.0 degraded
  exits 2
  says 'degraded'
}

@test "deploy without an artefact fails" {
  host_site
  run_script deploy --version 1.0.0 --artefact /nowhere.tar.gz
  exits 1
  says 'there is no /nowhere.tar.gz'
}

@test "deploy in a dry run changes nothing and says what it would do" {
  host_site
  deploy 1.0.0
  : >"$CALLS"
  release 2.0.0
  run_script deploy --dry-run --version 2.0.0 --artefact "$BATS_TEST_TMPDIR/made/2.0.0.tar.gz"
  exits 0
  says 'would run: on_all place green 2.0.0'
  says 'would run: balancer switch green 2.0.0 1.0.0'
  not_called 'systemctl start'
  not_called 'haproxy set map'
  [[ ! -e $SITE/a/opt/releases/2.0.0 ]]
  is "$(state)" 'live blue version 1.0.0 previous - '
}

@test "two deployments at once: the second is refused, or waits" {
  host_site
  deploy 1.0.0
  release 2.0.0
  sed -i s/WATCH_SECONDS=1/WATCH_SECONDS=3/ "$conf"
  "$REPOSITORY/scripts/deploy.sh" --env staging --config "$conf" --version 2.0.0 --artefact "$BATS_TEST_TMPDIR/made/2.0.0.tar.gz" >/dev/null 2>&1 3>&- &
  until [[ $(cat "$SITE/lb/runtime") == green ]]; do /bin/sleep 0.02; done
  run_script rollback
  exits 1
  says 'another run works on staging: deploy, process'
  run_script rollback --wait 20
  wait
  exits 0
  is "$(state)" 'live blue version 1.0.0 previous - '
}

@test "deploy from another machine is refused while one is under way" {
  host_site
  deploy 1.0.0
  exec 9>"$SITE/lb/lock"
  flock 9
  deploy 2.0.0
  exec 9>&-
  exits 1
  says 'under way on another machine'
}

@test "deploy that was killed after the record and before HAProxy was told is finished by the next run" {
  host_site
  deploy 1.0.0
  deploy 2.0.0
  printf 'live blue\nversion 1.0.0\nprevious -\n' >"$SITE/lb/live.map"
  touch "$SITE/a/blue.active" "$SITE/b/blue.active"
  deploy 1.0.0
  exits 0
  is "$(cat "$SITE/lb/runtime")" blue
  is "$(active)" 'a/blue.active b/blue.active '
}

@test "rollback goes to the previous version, once" {
  host_site
  deploy 1.0.0
  deploy 2.0.0
  run_script rollback
  exits 0
  is "$(state)" 'live blue version 1.0.0 previous - '
  is "$(active)" 'a/blue.active b/blue.active '
  run_script rollback
  exits 2
  says 'there is no previous version'
  is "$(state)" 'live blue version 1.0.0 previous - '
}

@test "rollback to a version that was kept running starts nothing" {
  host_site KEEP_PREVIOUS=yes
  deploy 1.0.0
  deploy 2.0.0
  is "$(active)" 'a/blue.active a/green.active b/blue.active b/green.active '
  : >"$CALLS"
  run_script rollback
  exits 0
  is "$(state)" 'live blue version 1.0.0 previous - '
  is "$(active)" 'a/blue.active b/blue.active '
  not_called 'systemctl stop order-engine@blue'
}

@test "rollback after a refused deployment finds the previous version again" {
  host_site
  deploy 1.0.0
  deploy 2.0.0
  deploy 3.0.0 broken
  run_script rollback
  exits 0
  is "$(state)" 'live blue version 1.0.0 previous - '
}

@test "rollback to a version that does not start leaves the live one" {
  host_site
  deploy 1.0.0
  deploy 2.0.0
  touch "$SITE/b/opt/releases/1.0.0/broken"
  run_script rollback
  exits 1
  says 'refused: 1.0.0 did not become ready; 2.0.0 serves on'
  is "$(state)" 'live green version 2.0.0 previous 1.0.0 '
  is "$(active)" 'a/green.active b/green.active '
}

@test "rollback to a named version, to one that is gone, to the live one, with nothing live" {
  host_site
  run_script rollback
  exits 1
  says 'nothing is live'
  deploy 1.0.0
  deploy 2.0.0
  deploy 3.0.0
  run_script rollback --version 1.0.0
  exits 0
  is "$(state)" 'live green version 1.0.0 previous - '
  run_script rollback --version 1.0.0
  exits 0
  run_script rollback --version 0.9.0
  exits 1
  says '0.9.0 is not kept any more'
}

@test "health-check tells a healthy, a wrong, a slow, a degraded and a dead colour apart" {
  host_site
  run_script health-check
  exits 1
  says 'nothing is live'
  deploy 1.0.0
  run_script health-check
  exits 0
  run_script health-check --version 2.0.0
  exits 1
  says 'runs version 1.0.0, not 2.0.0'
  touch "$SITE/a/opt/releases/1.0.0/degraded"
  run_script health-check
  exits 2
  touch "$SITE/b/opt/releases/1.0.0/slow"
  run_script health-check
  exits 1
  run_script health-check --colour green
  exits 1
  says 'a green: /health/live answers'
  run_script health-check --colour red
  exits 1
}

@test "cleanup keeps what is live, what is in a colour, the previous one and the newest" {
  host_site 'KEEP_RELEASES=3'
  for version in 1 2 3 4 5; do
    deploy "$version"
    touch -d "2026-01-0$version" "$SITE"/{a,b}/opt/releases/"$version"
  done
  run_script rollback --version 1
  mkdir "$SITE/a/opt/releases/.incoming-6.1"
  run_script cleanup
  exits 0
  is "$(ls "$SITE/a/opt/releases")" $'1\n4\n5'
  is "$(ls "$SITE/b/opt/releases")" $'1\n4\n5'
  [[ ! -e $SITE/a/opt/releases/.incoming-6.1 ]]
  is "$(state)" 'live green version 1 previous - '
  run_script cleanup --keep 1
  exits 0
  is "$(ls "$SITE/a/opt/releases")" $'1\n5'
}

@test "cleanup in a dry run, without knowledge, and with nonsense removes nothing" {
  host_site 'KEEP_RELEASES=1'
  for version in 1 2 3; do deploy "$version"; done
  run_script cleanup --dry-run
  exits 0
  says 'would run: on_all remove 1'
  run_script cleanup --keep 0
  exits 1
  touch "$SITE/b.unreachable"
  run_script cleanup
  exits 1
  is "$(ls "$SITE/a/opt/releases")" $'1\n2\n3'
}

@test "cleanup never removes a release that a host has in a colour" {
  host_site
  deploy 1
  run env HOST_DIR="$SITE/a" ENGINE_BASE="$SITE/a/opt" ENGINE_SETTINGS="$SITE/a/etc" ENGINE_LOCK="$SITE/a/lock" "$REPOSITORY/deploy/host/engine-host" remove 1
  exits 1
  says "release 1 is blue's"
}

@test "engine-host refuses what was damaged on the way and what is no release" {
  host_site
  export HOST_DIR=$SITE/a ENGINE_BASE=$SITE/a/opt ENGINE_SETTINGS=$SITE/a/etc ENGINE_LOCK=$SITE/a/lock
  release 1
  run "$REPOSITORY/deploy/host/engine-host" receive 1 "$(printf 0%.0s {1..64})" <"$BATS_TEST_TMPDIR/made/1.tar.gz"
  exits 1
  tar -czf "$BATS_TEST_TMPDIR/no.tar.gz" -C "$SITE" lb
  run "$REPOSITORY/deploy/host/engine-host" receive 1 "$(sha256sum "$BATS_TEST_TMPDIR/no.tar.gz" | cut -d ' ' -f 1)" <"$BATS_TEST_TMPDIR/no.tar.gz"
  exits 1
  says 'no release of the order engine'
  is "$(ls -A "$SITE/a/opt/releases")" ''
  run "$REPOSITORY/deploy/host/engine-host" place blue ../../etc
  exits 1
  run "$REPOSITORY/deploy/host/engine-host" start red
  exits 1
}

# shellcheck shell=bash
# install.sh for plain hosts: makes the files of each role here and hands them to deploy/host/install-role over there.

host_files=$root/deploy/host

install_target() {
  local name
  need_setting APP_HOSTS BALANCER ENGINE_ENVIRONMENT
  [[ -r ${setting[ENGINE_ENVIRONMENT]} ]] || fail "there is no ${setting[ENGINE_ENVIRONMENT]}: the engine's settings and secrets, KEY=value"
  serves_restricted || warn "${setting[ENGINE_ENVIRONMENT]} has no ENGINE_DATABASE_MIGRATION_USER beside another ENGINE_DATABASE_USER: who serves can change the audit log"
  app_files "$work/app"
  balancer_files "$work/balancer"
  for name in ${setting[APP_HOSTS]}; do
    step engine-host "$name"
    hand_over "$name" app "$work/app"
  done
  step balancer "${setting[BALANCER]}"
  hand_over "${setting[BALANCER]}" balancer "$work/balancer"
}

# Whether the engine's user is not the owner of the tables.
serves_restricted() {
  local user owner
  user=$(sed -n 's/^ENGINE_DATABASE_USER=//p' "${setting[ENGINE_ENVIRONMENT]}")
  owner=$(sed -n 's/^ENGINE_DATABASE_MIGRATION_USER=//p' "${setting[ENGINE_ENVIRONMENT]}")
  [[ $user && $owner && $user != "$owner" ]]
}

hand_over() { # HOST ROLE FOLDER
  if dry_run; then
    say "would install on $1: $(cd "$3" && find . -type f | sort | tr '\n' ' ')"
    return
  fi
  tar -C "$3" -cf - . |
    on "${setting[INSTALL_USER]}@$1" bash -c "$(<"$host_files/install-role")" install-role "$2" "${setting[SSH_USER]}" >"$work/said" 2>&1 ||
    fail "$1: $(tail -n 3 "$work/said")"
  while IFS= read -r line; do say "$1: $line"; done <"$work/said"
}

# One file a line: mode, owner, where from, where to.
put() { # FOLDER MODE TO FROM
  mkdir -p "$1/$(dirname "$3")"
  install -m "$2" "$4" "$1/$3"
}

app_files() {
  put "$1" 755 usr/local/lib/order-engine/engine-host "$host_files/engine-host"
  put "$1" 755 usr/local/lib/order-engine/await-ready "$host_files/await-ready"
  put "$1" 644 etc/systemd/system/order-engine@.service "$host_files/order-engine@.service"
  put "$1" 640 etc/order-engine/engine.env "${setting[ENGINE_ENVIRONMENT]}"
  colour_settings 8080 >"$work/blue.env"
  colour_settings 8180 >"$work/green.env"
  put "$1" 644 etc/order-engine/blue.env "$work/blue.env"
  put "$1" 644 etc/order-engine/green.env "$work/green.env"
}

colour_settings() {
  printf 'ENGINE_HTTP_PORT=%d\nENGINE_HTTP_MANAGEMENT_PORT=%d\nENGINE_HTTP_DRAIN_DELAY=PT3S\n' "$1" "$(($1 + 1))"
}

balancer_files() {
  local bind=":${setting[BIND_PORT]}"
  [[ -z ${setting[TLS_CERTIFICATE]:-} ]] || bind+=" ssl crt ${setting[TLS_CERTIFICATE]} alpn h2,http/1.1"
  backends >"$work/backends"
  sed -e "s|@BIND@|$bind|" -e 's|@MAP@|/etc/haproxy/order-engine/live.map|' -e "/^@BACKENDS@$/{r $work/backends" -e 'd}' \
    "$host_files/haproxy.cfg.template" >"$work/haproxy.cfg"
  put "$1" 755 usr/local/lib/order-engine/engine-balancer "$host_files/engine-balancer"
  put "$1" 644 etc/haproxy/haproxy.cfg "$work/haproxy.cfg"
}

backends() {
  local colour name reserve
  for colour in blue green; do
    reserve=$(other "$colour")
    printf 'backend engine_%s\n  option httpchk GET /health/ready\n  http-check expect status 200\n  option allbackups\n' "$colour"
    for name in ${setting[APP_HOSTS]}; do
      printf '  server %s-%s %s:%d check observe layer4 error-limit 1 on-error mark-down\n' "$name" "$colour" "$name" "$(api_port "$colour")"
      printf '  server %s-%s %s:%d backup track engine_%s/%s-%s\n' "$name" "$reserve" "$name" "$(api_port "$reserve")" "$reserve" "$name" "$reserve"
    done
    echo
  done
}

api_port() { if [[ $1 == blue ]]; then echo 8080; else echo 8180; fi; }

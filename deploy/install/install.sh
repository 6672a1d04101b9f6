#!/bin/sh
# Installs, updates or removes the Lumen agent of this machine. Everything comes from your own hub.
set -eu

usage() {
  cat <<'END'
usage: curl -fsSL HUB/install.sh | sh -s -- --hub HUB --sha256 DIGEST
       curl -fsSL HUB/install.sh | sh -s -- --uninstall

  --hub URL          address of the hub
  --sha256 DIGEST    what vouches for the download, as the hub shows it
  --token-file FILE  file that holds the token of this host
  --ca FILE          certificates (PEM) to trust for the hub
  --auto-update      let the agent replace itself by newer builds of the hub
  --uninstall        remove the agent and all it keeps on this machine
  --root DIR         install below DIR, for an image: files only

The token is taken from LUMEN_TOKEN, --token-file, what is installed already, or asked for.
Run again to update: the token and settings stay unless new ones are given.
END
}

say() { printf '%s\n' "lumen: $*" >&2; }
fail() {
  say "$*"
  exit 1
}

# --- the machine -----------------------------------------------------------------------------------------------

detect_build() {
  [ "$(uname -s)" = Linux ] || fail "this installs on Linux only; for $(uname -s) see docs/install/executables.md"
  case "$(uname -m)" in
    x86_64 | amd64) arch=x64 ;;
    aarch64 | arm64) arch=arm64 ;;
    *) fail "there is no build for $(uname -m); with Node 20 or newer, $hub/download/lumen-agent.js runs anywhere" ;;
  esac
  libc=
  if ldd --version 2>&1 | grep -qi musl || { ! command -v ldd >/dev/null && ls /lib/ld-musl-* >/dev/null 2>&1; }; then
    libc=-musl
  fi
  build="lumen-linux-$arch$libc"
}

# --- talking to the hub ----------------------------------------------------------------------------------------

# fetch URL FILE
fetch() {
  if command -v curl >/dev/null; then
    curl -fsSL ${ca:+--cacert "$ca"} --retry 2 -o "$2" "$1"
  elif command -v wget >/dev/null; then
    wget -q ${ca:+--ca-certificate="$ca"} -O "$2" "$1"
  else
    fail "neither curl nor wget is installed"
  fi
}

digest_of() {
  if command -v sha256sum >/dev/null; then
    sha256sum <"$1" | cut -d ' ' -f 1
  elif command -v openssl >/dev/null; then
    openssl dgst -sha256 <"$1" | sed 's/.* //'
  else
    fail "neither sha256sum nor openssl is installed: the download cannot be checked"
  fi
}

# The digest given vouches for the hub's list of digests, and that for the build; or for the build itself.
download() {
  say "downloading $build from $hub"
  fetch "$hub/download/SHA256SUMS" "$work/sums" || fail "cannot read $hub/download/SHA256SUMS: is that the hub's address?"
  expected=$sha256
  if [ "$(digest_of "$work/sums")" = "$sha256" ]; then
    expected=$(sed -n "s/^\([0-9a-f]\{64\}\)  $build\$/\1/p" "$work/sums")
    [ -n "$expected" ] || fail "the hub has no $build: its Settings page says how to make it"
  fi
  (umask 022 && mkdir -p "$(dirname "$program")")
  fetch "$hub/download/$build" "$program.new" || fail "cannot download $hub/download/$build"
  found=$(digest_of "$program.new")
  [ "$found" = "$expected" ] || fail "the download is not what the hub's page vouched for (SHA-256 $found, not $expected): nothing was installed. If the hub was updated since, copy the command anew"
  chmod 755 "$program.new"
  version=$("$program.new" version) ||
    fail "the program does not start on this machine: nothing was installed${libc:+. It needs libstdc++: apk add libstdc++}"
}

# Asks the hub whether it knows the token, before anything is changed. The token is not on a command line.
check_token() {
  command -v curl >/dev/null || return 0
  status=$(printf 'header = "Authorization: Bearer %s"\n' "$token" |
    curl -sS -K - ${ca:+--cacert "$ca"} -o /dev/null -w '%{http_code}' "$hub/api/agent/policy") || status=000
  case "$status" in
    200) ;;
    401 | 403) fail "the hub does not know this token: nothing was installed. Copy it anew from the hub, or rotate it" ;;
    *) fail "$hub does not answer as a Lumen hub (HTTP $status): nothing was installed" ;;
  esac
}

# --- settings --------------------------------------------------------------------------------------------------

# setting NAME: the text of one setting in the agent's file, empty where it is not
setting() {
  [ -f "$config" ] || return 0
  sed -n 's/.*"'"$1"'"[[:space:]]*:[[:space:]]*"\([^"]*\)".*/\1/p' "$config" | head -n 1
}

is_token() {
  case "$1" in
    *[!A-Za-z0-9_-]*) return 1 ;;
    lum_*) [ "${#1}" -eq 64 ] ;;
    *) return 1 ;;
  esac
}

find_token() {
  if [ -n "${LUMEN_TOKEN:-}" ]; then
    token=$LUMEN_TOKEN
  elif [ -n "$token_from" ]; then
    token=$(cat "$token_from") || fail "cannot read $token_from"
  elif [ -f "$token_file" ]; then
    token=$(cat "$token_file")
  elif [ -n "$(setting token)" ]; then
    token=$(setting token)
  elif (: </dev/tty) 2>/dev/null; then
    printf 'Token of this host (not shown): ' >/dev/tty
    stty -echo </dev/tty 2>/dev/null || :
    IFS= read -r token </dev/tty || token=
    stty echo </dev/tty 2>/dev/null || :
    printf '\n' >/dev/tty
  else
    fail "which host? Give its token in LUMEN_TOKEN or --token-file"
  fi
  is_token "$token" || fail "that is no host token: it begins with lum_ and has 64 characters"
}

# What a person wrote into the file stays; hub, token and certificates are put in.
write_config() {
  printf '%s\n' "$token" >"$work/token"
  kept=
  if [ -f "$config" ]; then
    kept=$(tr -d '\n' <"$config" | sed 's/^[[:space:]]*{//; s/}[[:space:]]*$//' |
      sed 's/"\(hub\|token\|token_file\|ca\)"[[:space:]]*:[[:space:]]*"[^"]*"[[:space:]]*,\{0,1\}//g' |
      if [ -n "$auto_update" ]; then sed 's/"auto_update"[[:space:]]*:[[:space:]]*[a-z0-9"]*[[:space:]]*,\{0,1\}//g'; else cat; fi |
      sed 's/^[[:space:],]*//; s/[[:space:],]*$//')
  fi
  {
    printf '{\n  "hub": "%s",\n  "token_file": "/etc/lumen/token"' "$hub"
    [ -z "$ca" ] || printf ',\n  "ca": "/etc/lumen/hub-ca.pem"'
    [ -z "$auto_update" ] || printf ',\n  "auto_update": true'
    [ -z "$kept" ] || printf ',\n  %s' "$kept"
    printf '\n}\n'
  } >"$work/agent.json"
}

write_services() {
  cat >"$work/lumen-agent.service" <<'END_OF_UNIT'
@SYSTEMD_UNIT@
END_OF_UNIT
  cat >"$work/auto-update.conf" <<'END_OF_DROP_IN'
@SYSTEMD_AUTO_UPDATE@
END_OF_DROP_IN
  cat >"$work/openrc" <<'END_OF_SCRIPT'
@OPENRC_SCRIPT@
END_OF_SCRIPT
}

# --- changing the machine, all or nothing ----------------------------------------------------------------------

# put SOURCE TARGET MODE [OWNER]: the file as it was stays beside it until all is done
put() {
  (umask 022 && mkdir -p "$(dirname "$2")")
  [ "$1" = "$2.new" ] || cp "$1" "$2.new"
  chmod "$3" "$2.new"
  [ -z "${4:-}" ] || chown "$4" "$2.new"
  rm -f "$2.old"
  [ ! -e "$2" ] || ln "$2" "$2.old"
  printf '%s\n' "$2" >>"$work/changed"
  mv -f "$2.new" "$2"
}

undo() {
  rm -f "$program.new"
  [ -f "$work/changed" ] || return 0
  say "something failed: putting back what was there"
  while IFS= read -r target; do
    if [ -e "$target.old" ]; then mv -f "$target.old" "$target"; else rm -f "$target"; fi
  done <"$work/changed"
  if [ -n "$was_installed" ]; then
    start || :
  elif [ "$init" = systemd ]; then
    systemctl disable lumen-agent.service >/dev/null 2>&1 || :
    systemctl daemon-reload || :
  fi
}

settle() {
  while IFS= read -r target; do rm -f "$target.old"; done <"$work/changed"
  rm -f "$work/changed"
}

make_user() {
  [ -z "$root" ] || return 0
  ! id lumen-agent >/dev/null 2>&1 || return 0
  if command -v useradd >/dev/null; then
    useradd --system --user-group --no-create-home --home-dir /var/lib/lumen-agent --shell /usr/sbin/nologin lumen-agent
  else
    addgroup -S lumen-agent
    adduser -S -D -H -h /var/lib/lumen-agent -s /sbin/nologin -G lumen-agent lumen-agent
  fi
}

find_init() {
  init=none
  if [ -d "$root/run/systemd/system" ]; then
    init=systemd
  elif [ -d "$root/run/openrc" ] || [ -x "$root/sbin/openrc-run" ]; then
    init=openrc
  fi
}

start() {
  case "$init" in
    systemd)
      systemctl daemon-reload
      systemctl enable lumen-agent.service >/dev/null 2>&1
      systemctl restart lumen-agent.service
      ;;
    openrc)
      rc-update add lumen-agent default >/dev/null
      rc-service lumen-agent restart
      ;;
  esac
}

# recent_log: what the agent said since it was started
recent_log() {
  case "$init" in
    systemd) journalctl -q -o cat -u lumen-agent.service --since "@$started" 2>/dev/null || : ;;
    openrc) tail -n 50 "$root/var/log/lumen-agent.log" 2>/dev/null || : ;;
  esac
}

wait_for_hub() {
  left=30
  while [ "$left" -gt 0 ]; do
    if recent_log | grep -q 'hub answers'; then
      say "Lumen $version is running, and $hub has its first numbers"
      return 0
    fi
    left=$((left - 1))
    sleep 1
  done
  say "Lumen $version is installed, but $hub did not confirm it within 30 s; it goes on trying. It said last:"
  recent_log | tail -n 5 >&2
  return 1
}

install_agent() {
  [ -n "$hub" ] || hub=$(setting hub)
  [ -n "$hub" ] || fail "which hub? Give its address with --hub http://HUB:8090"
  case "$hub" in
    http://* | https://*) ;;
    *) fail "$hub is no http:// or https:// address" ;;
  esac
  if [ -n "$auto_update" ]; then
    case "$hub" in
      https://* | http://127.* | http://localhost* | 'http://[::1]'*) ;;
      *) fail "--auto-update is refused over plain HTTP, where anybody on the way could replace the agent: use the hub's https:// address" ;;
    esac
  fi
  case "$hub" in *[\"\\\ ]*) fail "$hub is no address" ;; esac
  hub=${hub%/}
  case "$sha256" in
    *[!0-9a-f]* | '') fail "give the digest that the hub shows, with --sha256" ;;
  esac
  [ "${#sha256}" -eq 64 ] || fail "--sha256 wants 64 hexadecimal digits"
  was_installed=
  [ ! -e "$program" ] || was_installed=1
  [ -n "$ca" ] || [ ! -f "$root/etc/lumen/hub-ca.pem" ] || ca=$root/etc/lumen/hub-ca.pem
  detect_build
  find_token
  check_token
  download
  write_config
  write_services
  find_init
  make_user
  owner=
  if [ -z "$root" ]; then owner=lumen-agent:lumen-agent; fi
  put "$program.new" "$program" 755
  put "$work/token" "$token_file" 600 "$owner"
  put "$work/agent.json" "$config" 644
  [ -z "$ca" ] || put "$ca" "$root/etc/lumen/hub-ca.pem" 644
  case "$init" in
    openrc) put "$work/openrc" "$root/etc/init.d/lumen-agent" 755 ;;
    *)
      put "$work/lumen-agent.service" "$root/etc/systemd/system/lumen-agent.service" 644
      [ -z "$auto_update" ] ||
        put "$work/auto-update.conf" "$root/etc/systemd/system/lumen-agent.service.d/auto-update.conf" 644
      ;;
  esac
  started=$(date +%s)
  start
  settle
  if [ "$init" = none ]; then
    say "Lumen $version is installed. No service manager runs here: start it with"
    say "  su -s /bin/sh lumen-agent -c '/usr/local/bin/lumen agent'"
  else
    wait_for_hub
  fi
}

uninstall_agent() {
  find_init
  case "$init" in
    systemd)
      systemctl disable --now lumen-agent.service >/dev/null 2>&1 || :
      ;;
    openrc)
      rc-service lumen-agent stop >/dev/null 2>&1 || :
      rc-update del lumen-agent default >/dev/null 2>&1 || :
      ;;
  esac
  rm -f "$root/etc/systemd/system/lumen-agent.service" "$root/etc/init.d/lumen-agent"
  rm -f "$root/etc/systemd/system/lumen-agent.service.d/auto-update.conf"
  rmdir "$root/etc/systemd/system/lumen-agent.service.d" 2>/dev/null || :
  rm -f "$token_file" "$config" "$root/etc/lumen/hub-ca.pem" "$root/var/log/lumen-agent.log"
  rm -rf "$root/var/lib/lumen-agent"
  rmdir "$root/etc/lumen" 2>/dev/null || :
  [ "$init" != systemd ] || systemctl daemon-reload
  if grep -qs /usr/local/bin/lumen "$root"/etc/systemd/system/*.service "$root"/etc/init.d/*; then
    say "another service uses /usr/local/bin/lumen: it stays"
  else
    rm -f "$program"
  fi
  if [ -z "$root" ] && id lumen-agent >/dev/null 2>&1; then
    if command -v userdel >/dev/null; then userdel lumen-agent; else deluser lumen-agent; fi >/dev/null 2>&1 ||
      say "the user lumen-agent stays: something of it still runs"
  fi
  say "the agent is removed. Its history is on the hub: delete the host there to end its token"
}

# leave CODE: ends with nothing of ours left lying about
leave() {
  trap - EXIT
  [ "$1" -eq 0 ] || undo
  rm -rf "$work"
  exit "$1"
}

# value FLAG VALUE…: what follows a flag
value() {
  if [ "$#" -lt 2 ] || [ -z "$2" ]; then fail "$1 needs a value; see --help"; fi
  printf '%s' "$2"
}

main() {
  hub='' sha256='' token_from='' ca='' root='' was_installed='' auto_update='' task=install init=none
  while [ "$#" -gt 0 ]; do
    case "$1" in
      --hub) hub=$(value "$@") ;;
      --sha256) sha256=$(value "$@") ;;
      --token-file) token_from=$(value "$@") ;;
      --ca) ca=$(value "$@") ;;
      --root) root=$(value "$@") ;;
      --auto-update) auto_update=1 ;;
      --uninstall) task=uninstall ;;
      -h | --help)
        usage
        return 0
        ;;
      *)
        usage >&2
        fail "no flag $1"
        ;;
    esac
    case "$1" in --uninstall | --auto-update) shift ;; *) shift 2 ;; esac
  done
  root=${root%/}
  program=$root/usr/local/bin/lumen
  config=$root/etc/lumen/agent.json
  token_file=$root/etc/lumen/token
  if [ -z "$root" ] && [ "$(id -u)" -ne 0 ]; then
    fail "this needs root: write \"| sudo sh -s -- …\" in place of \"| sh -s -- …\""
  fi
  if [ "$task" = uninstall ]; then
    uninstall_agent
    return
  fi
  umask 077
  work=$(mktemp -d)
  trap 'leave $?' EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  install_agent
}

main "$@"

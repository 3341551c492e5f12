# shellcheck shell=bash
# What the set-up scripts share. Sourced, never run; works with bash 3.2 and later.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
CACHE=$ROOT/.cache

# Progress goes to standard error: standard output stays for what a caller may want to read.
say() { printf '%s\n' "tsgen: $*" >&2; }

# die LINE...: the first line says what failed and why, the following ones what to do.
die() {
  printf '%s\n' "tsgen: $1" >&2
  shift
  [ $# -eq 0 ] || printf '       %s\n' "$@" >&2
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# bounded SECONDS COMMAND...: as timeout(1) where there is one (macOS has none).
bounded() {
  if has timeout; then
    timeout -k 5 "$@"
  else
    shift
    "$@"
  fi
}

# The Debian release's ID ("debian", "ubuntu", ...; empty where there is none).
os_id() {
  # shellcheck disable=SC1091
  (ID='' && [ -r /etc/os-release ] && . /etc/os-release && printf '%s' "$ID") || true
}

# May this run install Debian packages?
is_debian_root() { [ "$(id -u)" -eq 0 ] && [ "$(os_id)" = debian ] && has apt-get; }

# Runs a noisy command; its output is shown only when it fails. A package may start a service, which
# must not inherit the lock.
quiet() {
  local log status=0
  log=$(mktemp)
  "$@" >"$log" 2>&1 </dev/null 9>&- || status=$?
  [ "$status" -eq 0 ] || cat "$log" >&2
  rm -f "$log"
  return "$status"
}

# Refreshes apt's lists once per script. A third-party source that fails to answer is no reason to
# stop: the install that follows fails, with its own message, if it lacks something.
apt_update() {
  [ -z "${APT_UPDATED:-}" ] || return 0
  quiet apt-get -qq update || say 'apt-get update reported errors (above); going on with the lists there are'
  APT_UPDATED=1
}

apt_install() {
  apt_update
  DEBIAN_FRONTEND=noninteractive quiet apt-get -y -o DPkg::Lock::Timeout=300 --no-install-recommends install "$@" ||
    die "apt-get install $* failed (its output is above)" 'Repair the package sources (apt-get update) and run the command again.'
}

# The version apt would install of a package; empty where no source has it.
apt_candidate() { apt-cache policy "$1" 2>/dev/null | awk '/Candidate:/ && $2 != "(none)" { print $2 }'; }

# The mirror that this machine's own sources name for Debian's main archive.
debian_mirror() {
  # shellcheck disable=SC2016 # The fields are apt's, not the shell's.
  apt-get indextargets --format '$(REPO_URI) $(ORIGIN) $(LABEL)' 'Created-By: Packages' |
    awk '$2 == "Debian" && $3 == "Debian" { print $1; exit }'
}

# Seconds for a suite's lists, and again for its packages; a mirror that is out of reach fails sooner.
FETCH_LIMIT=300

# fetch_packages SUITE DIR PACKAGE...: extracts packages of another Debian suite into DIR/root, without
# installing them. The lists are DIR's own, so that apt's configuration here stays as it is. Those of a
# suite in development may be past their date on a mirror that is kept still, hence no check of it.
fetch_packages() {
  local suite=$1 dir=$2 mirror keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  shift 2
  mirror=$(debian_mirror)
  if [ -z "$mirror" ]; then
    apt_update
    mirror=$(debian_mirror)
  fi
  [ -n "$mirror" ] || {
    say "apt's sources name no Debian mirror to fetch $* from"
    return 1
  }
  mkdir -p "$dir/lists/partial" "$dir/archives/partial" "$dir/root"
  printf 'deb [signed-by=%s check-valid-until=no] %s %s main\n' "$keyring" "$mirror" "$suite" >"$dir/sources.list"
  local options=(-o "Dir::Etc::SourceList=$dir/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null
    -o "Dir::State::Lists=$dir/lists" -o "Dir::Cache=$dir" -o APT::Sandbox::User=root
    -o APT::Update::Error-Mode=any -o Acquire::Languages=none
    -o Acquire::Retries=2 -o Acquire::http::Timeout=30)
  (
    cd "$dir" &&
      quiet bounded "$FETCH_LIMIT" apt-get -qq "${options[@]}" update &&
      quiet bounded "$FETCH_LIMIT" apt-get -qq "${options[@]}" download "${@/%//$suite}" &&
      for package in ./*.deb; do dpkg -x "$package" root || exit 1; done
  ) || {
    say "$* could not be fetched from Debian $suite's packages at $mirror (apt's output, if any, is above)"
    return 1
  }
}

# take_lock NAME SECONDS: one set-up at a time in this clone; the lock ends with the script. The lock is on
# file descriptor 9, which whatever outlives the script must close (9>&-).
take_lock() {
  mkdir -p "$CACHE"
  has flock || return 0
  exec 9>"$CACHE/$1.lock"
  flock -w "$2" 9 || die "Waited $2 s for another run of this set-up (lock $CACHE/$1.lock)" \
    'Wait until it has ended, or end it, and run the command again.'
}

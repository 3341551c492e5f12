#!/usr/bin/env bash
# A second Docker engine, newer than Debian stable's, on which tests run as well: Debian forky's, in
# .cache/engines/second/, never installed. It runs only while a test wants it, with the machine's own
# runc and docker-init. Nothing happens where it is there.
#
# Where it cannot be had (no Debian, or not root), .cache/engines/absent says why, and the tests that
# want it are left out with these words; in CI the run ends instead.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

ENGINES=$CACHE/engines
PROGRAMS=(usr/sbin/dockerd usr/sbin/docker-proxy usr/bin/containerd usr/bin/containerd-shim-runc-v2 usr/bin/docker)

present() { [ -d "$ENGINES/second" ]; }

! present || exit 0
mkdir -p "$ENGINES"
if ! is_debian_root; then
  reason='A second Docker engine for the tests can be had as root on Debian only'
  [ -z "${CI:-}" ] || die "$reason" 'Run this as root on Debian.'
  say "$reason. What tests it is left out."
  printf '%s\n' "$reason" >"$ENGINES/absent"
  exit 0
fi

take_lock engines 600
! present || exit 0
# Of a run that was killed.
rm -rf "$ENGINES"/work.*
WORK=$(mktemp -d "$ENGINES/work.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
say "Fetching a second Docker engine for the tests into $ENGINES/second (Debian forky's packages, 67 MB; nothing is installed)"
fetch_packages forky "$WORK" docker.io containerd docker-cli ||
  die 'The tests need a second Docker engine, and it could not be fetched (the reason is above)' \
    "See whether the mirror in apt's sources is in reach and carries forky, and run the command again."
mkdir "$WORK/second"
for program in "${PROGRAMS[@]}"; do mv "$WORK/root/$program" "$WORK/second/"; done
# By rename: whoever finds the folder finds all of it.
mv "$WORK/second" "$ENGINES/second"
rm -f "$ENGINES/absent"

#!/usr/bin/env bash
# The programs that tests drive for real besides the engine: the shells whose completion is asked,
# openssl for certificates, and ip for an engine in namespaces of its own. Installed from Debian's
# packages as root on Debian; elsewhere their tests say what is missing.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

missing=()
for tool in zsh fish openssl; do
  has "$tool" || missing+=("$tool")
done
[ "$(uname -s)" != Linux ] || has ip || missing+=(iproute2)
[ ${#missing[@]} -gt 0 ] || exit 0

is_debian_root || die "The tests need ${missing[*]}" 'Install them with the package manager of this system.'
say "Installing what the tests drive: ${missing[*]} (Debian packages)"
apt_install "${missing[@]}"

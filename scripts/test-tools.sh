#!/usr/bin/env bash
# The programs that tests drive for real besides the engine: the shells whose completion is asked,
# openssl for certificates, those for which there is an example template, and ip for an engine in
# namespaces of its own. Installed from Debian's packages as root on Debian; elsewhere their tests
# say what is missing. Arguments: further ones, such as the load generator of the benchmarks.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

missing=()
for tool in zsh fish openssl logrotate dnsmasq "$@"; do
  # dnsmasq alone, without the service that Debian's package of that name would start.
  has "$tool" || missing+=("${tool/#dnsmasq/dnsmasq-base}")
done
[ "$(uname -s)" != Linux ] || has ip || missing+=(iproute2)
[ ${#missing[@]} -gt 0 ] || exit 0

is_debian_root || die "The tests need ${missing[*]}" 'Install them with the package manager of this system.'
say "Installing what the tests drive: ${missing[*]} (Debian packages)"
apt_install "${missing[@]}"

#!/usr/bin/env bash
# Says so where Node.js is missing or too old; nothing otherwise.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

HOW='Install Node.js 20.19 or later with npm, from https://nodejs.org or your package manager (Debian 12 has an older one).'

has node || die 'Node.js is missing (no node on PATH)' "$HOW"
version=$(node --version)
IFS=. read -r major minor _ <<<"${version#v}"
if [ "$major" -lt 20 ] || { [ "$major" -eq 20 ] && [ "$minor" -lt 19 ]; }; then
  die "Node.js $version is too old ($(command -v node))" "$HOW"
fi
has npm || die 'npm is missing (no npm on PATH)' "$HOW"

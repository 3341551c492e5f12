#!/usr/bin/env bash
# What the benchmarks compare with where there is no docker-gen: bench/stand-in, built into .cache/stand-in.
# Nothing is installed for it: without Go and the library, the benchmarks leave its columns out.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

SOURCE=$ROOT/bench/stand-in/docker-gen.go
PROGRAM=$CACHE/stand-in/docker-gen
# Where Debian's packages put libraries.
LIBRARIES=/usr/share/gocode

[ "$SOURCE" -nt "$PROGRAM" ] || exit 0
if ! has go || [ ! -d "$LIBRARIES/src/github.com/fsouza/go-dockerclient" ]; then
  [ -n "${DOCKER_GEN:-}" ] || say "Nothing to compare with: set DOCKER_GEN and DOCKER_GEN_TEMPLATE, or install" \
    "Debian's golang-go and golang-github-fsouza-go-dockerclient-dev for a stand-in of docker-gen"
  exit 0
fi
say 'Building a stand-in for docker-gen (bench/stand-in)'
mkdir -p "${PROGRAM%/*}"
GO111MODULE=off GOPATH=$LIBRARIES go build -o "$PROGRAM" "$SOURCE"

#!/usr/bin/env bash
# The steps of continuous integration, one by one, so that .github/workflows/ci.yml only names them:
#
#   ci.sh lint       types and style
#   ci.sh test       unit, integration and end-to-end tests; installs the programs that they drive
#   ci.sh images     builds both images for PLATFORMS, and keeps nothing but the cache
#   ci.sh push       builds them again from the cache and pushes them, with SBOM and provenance
#   ci.sh build      builds the npm package's files
#   ci.sh package    publishes the npm package, with provenance where it can be proven
#
# Variables: IMAGE_PREFIX, what comes before the images' names, such as a user's name, or a registry's host
# and one (needed for push); REGISTRY_USER and REGISTRY_TOKEN, who pushes (else whom docker login knows);
# REVISION, by which images are tagged besides latest (the commit); PLATFORMS (linux/amd64,linux/arm64
# where this builder can, else this machine's own); TAG, the git tag that is published, and
# NODE_AUTH_TOKEN, npm's (both needed for package).
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$ROOT"

BOTH=linux/amd64,linux/arm64

revision() { printf '%s' "${REVISION:-$(git rev-parse HEAD)}"; }

# Hosted runners are Ubuntu and let everybody be root; a machine of one's own is not touched.
is_hosted_runner() {
  [ -n "${CI:-}" ] && has apt-get && [ "$(id -u)" -ne 0 ] && sudo -n true 2>/dev/null
}

# install PACKAGE...
install() {
  sudo apt-get update -qq
  sudo DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}

# A builder for both platforms: the package has the kernel run the other one's programs, also in containers.
prepare_builder() {
  is_hosted_runner || return 0
  install qemu-user-static
  docker buildx inspect tsgen-ci >/dev/null 2>&1 ||
    docker buildx create --name tsgen-ci --driver docker-container --bootstrap
  docker buildx use tsgen-ci
}

# The registry of a prefix, as docker has it: a first part that looks like a host; nothing is Docker Hub.
registry_of() {
  local first=${1%%/*}
  case $first in
    *.* | *:* | localhost) printf '%s' "$first" ;;
  esac
}

# The token is on no command line, and in docker's file only for as long as this runs.
log_in() {
  local registry
  [ -n "${REGISTRY_TOKEN:-}" ] || return 0
  [ -n "${REGISTRY_USER:-}" ] || die 'Nobody is named whose REGISTRY_TOKEN it is' 'Set REGISTRY_USER.'
  registry=$(registry_of "$IMAGE_PREFIX")
  # shellcheck disable=SC2064 # Nothing is left of it to expand by then.
  trap "docker logout ${registry:+'$registry'} >/dev/null" EXIT
  printf '%s' "$REGISTRY_TOKEN" |
    docker login --username "$REGISTRY_USER" --password-stdin ${registry:+"$registry"} >/dev/null
}

# The platforms to build for: both where the builder knows them, as with QEMU and a builder of its own.
platforms() {
  local known
  if [ -n "${PLATFORMS:-}" ]; then
    printf '%s' "$PLATFORMS"
    return
  fi
  known=$(docker buildx inspect 2>/dev/null | sed -n 's/^ *Platforms: *//p' | tr -d '* ' | tr '\n' ',')
  case ",$known," in
    *,linux/amd64,*linux/arm64,* | *,linux/arm64,*linux/amd64,*)
      # The builder that comes with the engine knows them, and cannot build for two at once.
      if ! docker buildx inspect | grep -q '^Driver: *docker$'; then
        printf '%s' "$BOTH"
        return
      fi
      ;;
  esac
  say "This builder builds for this machine's own platform alone (docker buildx create --use makes one that builds for more)"
  docker version --format '{{.Server.Os}}/{{.Server.Arch}}'
}

# build DOCKERFILE NAME ARGUMENT...
build() {
  local file=$1 name=${IMAGE_PREFIX:+$IMAGE_PREFIX/}$2 revision
  shift 2
  revision=$(revision)
  say "Building $name for $FOR"
  docker buildx build --file "$file" --platform "$FOR" --build-arg "VERSION=$revision" \
    --label "org.opencontainers.image.revision=$revision" \
    --tag "$name:$revision" --tag "$name:latest" "$@" .
}

both_images() {
  FOR=$(platforms)
  build Dockerfile.gen tsgen "$@"
  build Dockerfile.service tsgen-service "$@"
}

case ${1-} in
  lint) npm run --silent check ;;
  test)
    if is_hosted_runner; then
      install dnsmasq-base fish iproute2 logrotate openssl zsh
    fi
    # The newer engine, on which some tests run besides, comes from Debian's packages: on another system
    # they are left out, and a run of CI's own (.ci/run) is where they must not be.
    env -u CI make --no-print-directory test
    ;;
  images)
    prepare_builder
    both_images --output type=cacheonly
    ;;
  push)
    [ -n "${IMAGE_PREFIX:-}" ] || die 'There is no name to push the images to' 'Set IMAGE_PREFIX.'
    prepare_builder
    log_in
    both_images --push --sbom=true --provenance=mode=max
    ;;
  build) npm run --silent build ;;
  package)
    version=$(node -p "require('./package.json').version")
    [ "${TAG:-}" = "v$version" ] ||
      die "The tag '${TAG:-}' is not that of version $version in package.json" "Tag the commit v$version."
    registry=$(npm config get registry)
    settings=$(mktemp)
    trap 'rm -f "$settings"' EXIT
    # npm reads the variable itself: the token is in no file and on no command line.
    # shellcheck disable=SC2016
    printf '%s:_authToken=${NODE_AUTH_TOKEN}\n' "${registry#http*:}" >"$settings"
    NPM_CONFIG_USERCONFIG=$settings npm publish --access public ${GITHUB_ACTIONS:+--provenance}
    ;;
  *) die "ci.sh does not know '${1-}'" 'Say lint, test, images, push, build or package.' ;;
esac

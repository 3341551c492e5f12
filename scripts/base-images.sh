#!/usr/bin/env bash
# The base images that the stacks and the tests build on:
#
#   base-images.sh IMAGE...     IMAGE: nginx:1.30 httpd:2.4 haproxy:3.2 node:24-trixie-slim
#                               tsgen-test/busybox:1 tsgen-test/peers:1
#   base-images.sh --remove     removes what this script built
#
# An image that is there is left alone, else it is pulled, else (no registry in reach, on Debian as
# root) a stand-in of the same name and layout is built from Debian's packages. What this script
# builds carries the label org.tsgen.stand-in with its own name as the value: an image that is built
# on it inherits the label, but has another name.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

IMAGES=$ROOT/scripts/images
LABEL=org.tsgen.stand-in
BASE=tsgen-stand-in/debian:forky
# Not on any registry: it is built here, on busybox from a registry or else from Debian's package.
TEST_BACKEND=tsgen-test/busybox:1
BUSYBOX=busybox:1.37
# Likewise: php-fpm, uWSGI and curl, from the packages of the Debian that this image is made of.
TEST_PEERS=tsgen-test/peers:1
DEBIAN_WITH_NODE=node:24-trixie-slim
# Seconds for one pull; a registry that is out of reach answers, or the engine gives up, far sooner.
PULL_LIMIT=600

present() { docker image inspect "$1" >/dev/null 2>&1; }

# ---- pull ----------------------------------------------------------------------------------

REGISTRY=unknown

# pull IMAGE: 0 when it is there afterwards. After one failure that is not about this very image the
# registry counts as out of reach, and no further pull is tried.
pull() {
  local reason
  [ "$REGISTRY" != unreachable ] || return 1
  say "Pulling $1"
  if reason=$(bounded "$PULL_LIMIT" docker pull -q "$1" 2>&1 </dev/null); then return 0; fi
  case "$reason" in
    *'manifest unknown'* | *'not found'* | *'does not exist'* | *'no matching manifest'*) ;;
    *) REGISTRY=unreachable ;;
  esac
  REASON=$(printf '%s\n' "$reason" | tail -n 1)
  say "$1 cannot be pulled: ${REASON:-no answer within $PULL_LIMIT s}"
  return 1
}

# ---- stand-ins -----------------------------------------------------------------------------

require_debian_root() {
  is_debian_root || die "The image $1 is neither here nor can it be pulled (the reason is above), and a stand-in can be built as root on Debian only" \
    "Give the engine access to a registry (docker login, a proxy, a mirror), or load the image: docker load -i FILE." \
    'docs/setup.md has the details.'
}

# Certificates that this machine trusts beyond its distribution's, one file each in DIR: a company's
# proxy, for instance. Images that fetch over HTTPS while they build have to trust them too.
extra_certificates() {
  local bundle=/etc/ssl/certs/ca-certificates.crt
  [ -r "$bundle" ] || return 0
  find /usr/share/ca-certificates -name '*.crt' -exec cat {} + 2>/dev/null | awk -v dir="$1" '
    /-BEGIN CERTIFICATE-/ { text = $0; body = ""; inside = 1; next }
    !inside { next }
    { text = text "\n" $0 }
    /-END CERTIFICATE-/ {
      inside = 0
      if (FILENAME != "-" && !(body in known)) {
        file = dir "/host-" ++count ".crt"
        print text >file
        close(file)
      }
      known[body] = 1
      next
    }
    { gsub(/[ \t\r]/, ""); body = body $0 }
  ' - "$bundle"
}

work_dir() {
  mkdir -p "$WORK/$1"
  printf '%s\n' "$WORK/$1"
}

# Debian forky as the stand-ins' common base: it has the proxies' current branches. Its lists may be
# past their date on a mirror that is kept still, hence no check of it.
build_base() {
  local dir
  ! present "$BASE" || return 0
  has mmdebstrap || {
    say "Installing Debian's package mmdebstrap, to build the stand-ins' base"
    apt_install mmdebstrap
  }
  say "Building $BASE from Debian's packages, the stand-ins' base"
  dir=$(work_dir base)
  mkdir -p "$dir/certificates"
  extra_certificates "$dir/certificates"
  # As in the official images, apt keeps neither packages nor caches of what the mirror has (100 MB).
  cat >"$dir/docker-clean" <<'CONF'
APT::Keep-Downloaded-Packages "false";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
CONF
  # shellcheck disable=SC2016 # mmdebstrap's shell expands $1, the folder of the new system.
  local options=(--quiet --variant=minbase --aptopt='Acquire::Check-Valid-Until "false"' --include=ca-certificates
    "--customize-hook=copy-in '$dir/docker-clean' /etc/apt/apt.conf.d"
    '--customize-hook=rm -f "$1"/var/cache/apt/*.bin')
  if [ -n "$(ls "$dir/certificates")" ]; then
    say "This machine trusts certificates beyond its distribution's; the stand-ins trust them too"
    # shellcheck disable=SC2016 # mmdebstrap's shell expands $1, the folder of the new system.
    options+=("--customize-hook=cp '$dir'/certificates/*.crt \"\$1\"/usr/local/share/ca-certificates/"
      '--customize-hook=chroot "$1" update-ca-certificates')
  fi
  quiet mmdebstrap "${options[@]}" forky "$dir/base.tar" || die "mmdebstrap could not build a Debian forky base (its output is above)" \
    "See whether the mirror in apt's sources is in reach and carries forky."
  quiet docker import -c 'CMD ["bash"]' -c "LABEL $LABEL=$BASE" "$dir/base.tar" "$BASE"
  rm -f "$dir/base.tar"
}

# build IMAGE CONTEXT [ARGUMENT...]
build() {
  local image=$1 context=$2
  shift 2
  # Engine 20.10's client would take the classic builder.
  quiet env DOCKER_BUILDKIT=1 docker build --label "$LABEL=$image" -t "$image" "$@" "$context" ||
    die "docker build of $image failed (its output is above)" 'Repair the cause and run the command again; nothing has to be cleaned up first.'
}

stand_in() { say "Building a stand-in for $1 from Debian's packages"; }

build_proxy() {
  build_base
  stand_in "$1"
  build "$1" "$IMAGES/${1%%:*}" --build-arg "BASE=$BASE"
}

# Node.js itself comes from the npm registry, which this project needs anyway.
build_node() {
  local dir arch context packages node_package certificates=''
  case "$(uname -m)" in
    x86_64) arch=x64 ;;
    aarch64) arch=arm64 ;;
    *) die "There is no stand-in for $1 on this machine's architecture, $(uname -m)" 'Give the engine access to a registry.' ;;
  esac
  has npm || die "npm is missing, with which the stand-in for $1 fetches Node.js" 'Install Node.js 20.19 or later with npm.'
  build_base
  say "Building a stand-in for $1 from the npm packages node-linux-$arch@24 and npm@11"
  dir=$(work_dir node)
  context=$dir/context
  node_package=node-linux-$arch
  mkdir -p "$context/node" "$context/npm"
  cp "$IMAGES"/node/* "$context"
  (cd "$dir" && quiet npm pack --loglevel=error "$node_package@24" npm@11) ||
    die "npm could not fetch $node_package@24 and npm@11 for the stand-in for $1 (its output is above)"
  packages=("$dir/$node_package"-24.*.tgz "$dir"/npm-11.*.tgz)
  tar -xzf "${packages[0]}" -C "$context/node" --strip-components=1 --no-same-owner
  tar -xzf "${packages[1]}" -C "$context/npm" --strip-components=1 --no-same-owner
  chmod -R u=rwX,go=rX "$context/npm"
  chmod 0755 "$context"/npm/bin/*.js
  # Node.js brings certificates of its own and looks at the system's only when told to.
  mkdir -p "$dir/certificates"
  extra_certificates "$dir/certificates"
  [ -z "$(ls "$dir/certificates")" ] || certificates=/etc/ssl/certs/ca-certificates.crt
  build "$1" "$context" --build-arg "BASE=$BASE" --build-arg "EXTRA_CA_CERTS=$certificates"
}

# A tiny web server that serves the container's own file system, so that /etc/hostname names it.
build_test_backend() {
  local dir base=scratch
  if present "$BUSYBOX" || pull "$BUSYBOX"; then base=$BUSYBOX; else require_debian_root "$1"; fi
  dir=$(work_dir busybox)
  mkdir -p "$dir/context/bin"
  cp "$IMAGES"/busybox/* "$dir/context"
  if [ "$base" = scratch ]; then
    say "Building $1 from Debian's package busybox-static"
    [ -n "$(apt_candidate busybox-static)" ] || apt_update
    (
      cd "$dir"
      quiet apt-get -qq -o APT::Sandbox::User=root download busybox-static
      dpkg -x busybox-static_*.deb root
    ) || die "apt-get download busybox-static failed (its output is above)"
    cp "$(find "$dir/root/bin" "$dir/root/usr/bin" -type f -name busybox 2>/dev/null)" "$dir/context/bin/busybox"
  else
    say "Building $1 on $base"
  fi
  build "$1" "$dir/context" --build-arg "BASE=$base"
}

build_test_peers() {
  provide "$DEBIAN_WITH_NODE"
  say "Building $1 from Debian's packages php-fpm, uwsgi and curl"
  build "$1" "$IMAGES/peers" --build-arg "BASE=$DEBIAN_WITH_NODE"
}

provide() {
  ! present "$1" || return 0
  case "$1" in
    "$TEST_BACKEND") build_test_backend "$1" ;;
    "$TEST_PEERS") build_test_peers "$1" ;;
    nginx:1.30 | httpd:2.4 | haproxy:3.2) pull "$1" || { require_debian_root "$1" && build_proxy "$1"; } ;;
    node:24-trixie-slim) pull "$1" || { require_debian_root "$1" && build_node "$1"; } ;;
    *) pull "$1" || die "The image $1 is neither here nor can it be pulled, and there is no stand-in for it" ;;
  esac
}

remove() {
  local tags tag
  tags=$(docker image ls -q --no-trunc --filter "label=$LABEL" | sort -u |
    xargs -r docker image inspect --format "{{\$name := index .Config.Labels \"$LABEL\"}}{{range .RepoTags}}{{if eq . \$name}}{{println .}}{{end}}{{end}}" |
    sed '/^$/d')
  for tag in $tags; do
    say "Removing the stand-in $tag"
    quiet docker image rm "$tag" || say "$tag is in use and stays"
  done
}

[ $# -gt 0 ] || {
  echo "usage: ${0##*/} IMAGE... | --remove" >&2
  exit 2
}
[ "$1" != --remove ] || {
  remove
  exit
}

missing=()
for image in "$@"; do present "$image" || missing+=("$image"); done
[ ${#missing[@]} -gt 0 ] || exit 0
bounded 10 docker version >/dev/null 2>&1 ||
  die "No Docker engine answers, so that it cannot be given the images ${missing[*]}" 'Start one: scripts/engine.sh up'
take_lock base-images 1800
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
for image in "${missing[@]}"; do provide "$image"; done

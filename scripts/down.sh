#!/usr/bin/env bash
# Undoes what make did, whether or not anything of it runs.
#
#   down.sh           the demo's stack with its volumes and images, then the engine if make started it
#   down.sh --clean   as well node_modules, dist, .cache, all images that were built here, stand-ins included
#
# PROJECT is the demo's Compose project (default tsgen-demo). With KEEP_ENGINE=1 the engine stays up.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$ROOT"

PROJECT=${PROJECT:-tsgen-demo}
CLEAN=
[ "${1:-}" != --clean ] || CLEAN=1

engine_answers() { has docker && bounded 10 docker version >/dev/null 2>&1; }

# Removes images by the arguments of `docker image ls`; those that a container still needs stay.
remove_images() {
  local image
  docker image ls --format '{{.Repository}}:{{.Tag}} {{.ID}}' "$@" | sort -u | while read -r image id; do
    case "$image" in *'<none>'*) image=$id ;; esac
    say "Removing the image $image"
    quiet docker image rm "$image" </dev/null || say "$image is in use and stays"
  done
}

remove_stack() {
  local file=()
  [ ! -f compose/nginx.yml ] || file=(-f compose/nginx.yml)
  if [ -n "$(docker ps -aq --filter "label=com.docker.compose.project=$PROJECT")" ]; then
    say "Stopping the demo (docker compose -p $PROJECT down)"
  fi
  # Also where there is no container: a volume or a network may have stayed.
  quiet docker compose ${file[@]+"${file[@]}"} -p "$PROJECT" down -v --remove-orphans ||
    die "docker compose -p $PROJECT down failed (its output is above)"
  remove_images --filter "label=com.docker.compose.project=$PROJECT"
  # What another project built last under the same names carries that project's label.
  remove_images --filter 'reference=tsgen:dev'
  remove_images --filter 'reference=tsgen-*:dev'
}

if engine_answers; then
  ! docker compose version >/dev/null 2>&1 || remove_stack
elif [ -n "$CLEAN" ] && [ -f "$CACHE/engine/dockerd.log" ]; then
  # The images lie in the engine that make stopped.
  scripts/engine.sh up
fi

if [ -n "$CLEAN" ] && engine_answers; then
  # Tests remove theirs, unless they are killed.
  remove_images --filter 'reference=tsgen-test-*'
  scripts/base-images.sh --remove
  # Build steps that are kept for the next build are nobody else's in an engine that make started.
  if scripts/engine.sh status | grep -q 'started by this set-up$'; then quiet docker builder prune -af; fi
fi

[ -n "${KEEP_ENGINE:-}" ] || scripts/engine.sh down

if [ -n "$CLEAN" ]; then
  say 'Removing node_modules, dist, coverage and .cache'
  rm -rf node_modules dist coverage
  # What an engine that still runs needs in order to be stopped later stays.
  if [ -f "$CACHE/engine/dockerd.pid" ] || [ -f "$CACHE/engine/systemd.id" ]; then
    find "$CACHE" -mindepth 1 -maxdepth 1 ! -name engine -exec rm -rf {} +
  else
    rm -rf "$CACHE"
  fi
fi

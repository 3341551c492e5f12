import { NGINX_PLACES } from './nginx-file-places.ts';
import { NGINX_LIMITS } from './nginx-limits.ts';
import type { ProxyKind } from './proxy-kind.ts';

/**
 * nginx tests whole configurations, and the destination is a part that the main one includes. So
 * the main one is copied with its `include` taken apart: every other file by name, the candidate
 * in the destination's place, all on one line so that line numbers stay what they were.
 *
 * The copy lies beside the original, where relative paths lead to the same files and no `*.conf`
 * finds it; where that cannot be written, in a folder of links to all that is beside the original.
 * `nginx -t` opens the pid file without writing to it, and leaves the running nginx alone. It
 * repeats its reason in the error log, which in the official image is standard error too.
 */
const CHECK_COMMAND = `
candidate={file}
dest={dest}
fail() { printf '%s\\n' "$*"; exit 126; }

command -v nginx >/dev/null || fail "there is no nginx here to check the configuration with"
main=$(nginx -V 2>&1 | sed -n 's/.*--conf-path=\\([^ ]*\\).*/\\1/p')
main=\${main:-/etc/nginx/nginx.conf}
folder=\${main%/*}
[ -r "$main" ] || fail "nginx's main configuration $main cannot be read by $(id -un)"
[ -r "$candidate" ] || fail "the candidate $candidate cannot be read by $(id -un): is its folder mounted, and may that user enter it?"

copy= links=
trap 'rm -rf "$copy" "$links"' EXIT
trap 'exit 126' HUP INT TERM
# What a killed check left.
for entry in "$folder"/.tsgen-check-*; do
  [ -d "/proc/\${entry##*-}" ] || rm -f "$entry" 2>/dev/null
done
copy=$folder/.tsgen-check-$$
if ! (umask 077 && : >"$copy") 2>/dev/null; then
  copy=
  for base in "\${TMPDIR:-/tmp}" /dev/shm /run /var/run; do
    (umask 077 && mkdir "$base/.tsgen-check-$$") 2>/dev/null && links=$base/.tsgen-check-$$ && break
  done
  [ -n "$links" ] || fail "neither $folder nor /tmp, /dev/shm and /run can be written by $(id -un): no place for a copy of $main"
  for entry in "$folder"/* "$folder"/.[!.]*; do
    [ ! -e "$entry" ] || ln -s "$entry" "$links/"
  done
  copy=$links/\${main##*/}
  rm -f "$copy"
fi

real() { (cd -- "$1" 2>/dev/null && pwd -P); }
quoted() { printf '"%s"' "$(printf '%s' "$1" | sed 's/["\\\\]/\\\\&/g')"; }
dest_name=\${dest##*/}
dest_folder=$(real "\${dest%/*}") || fail "the destination's folder \${dest%/*} is not here"

# Prints the includes that a pattern stands for, or fails when it does not cover the destination.
expand() {
  case $1 in /*) pattern=$1 ;; *) pattern=$folder/$1 ;; esac
  pattern_folder=\${pattern%/*}
  [ "$(real "$pattern_folder")" = "$dest_folder" ] || return 1
  case $dest_name in \${pattern##*/}) ;; *) return 1 ;; esac
  {
    IFS=
    for file in $pattern; do [ ! -e "$file" ] || printf '%s\\n' "\${file##*/}"; done
    printf '%s\\n' "$dest_name"
  } | LC_ALL=C sort -u | while IFS= read -r name; do
    [ "$name" = "$dest_name" ] && target=$candidate || target=$pattern_folder/$name
    printf 'include %s; ' "$(quoted "$target")"
  done
}

covered=no
while IFS= read -r rest || [ -n "$rest" ]; do
  line=
  while :; do
    case $rest in *include[[:blank:]]*\\;*) ;; *) break ;; esac
    before=\${rest%%include[[:blank:]]*}
    after=\${rest#"$before"include}
    case $before in *\\#*) break ;; esac
    argument=$(printf '%s' "\${after%%;*}" | sed "s/^[[:blank:]]*//; s/[[:blank:]]*\\$//; s/^[\\"']//; s/[\\"']\\$//")
    case $before in
      '' | *[[:blank:]\\;{}]) includes=$(expand "$argument") && covered=yes || includes="include\${after%%;*};" ;;
      *) includes="include\${after%%;*};" ;;
    esac
    line=$line$before$includes
    rest=\${after#*;}
  done
  printf '%s\\n' "$line$rest"
done <"$main" >"$copy"
[ "$covered" = yes ] || fail "no include in $main covers $dest: nginx would not read it. Add for example: include \${dest%/*}/*.conf;"

output=$(nginx -t -q -c "$copy" 2>&1)
status=$?
dated='[0-9]*/[0-9]*/[0-9]* [0-9:]* \\(\\[[a-z]*\\]\\) [0-9]*#[0-9]*: '
case $output in *'nginx: ['*) edit="\\|^$dated|d" ;; *) edit="s|^$dated|nginx: \\1 |" ;; esac
[ -z "$output" ] || printf '%s\\n' "$output" | sed "$edit; s|$copy|$main|g; /^nginx: configuration file .* test failed$/d"
exit $status
`.trim();

export const nginx: ProxyKind = {
  name: 'nginx',
  template: 'nginx.conf.hbs',
  destination: '/etc/nginx/conf.d/default.conf',
  checkCommand: CHECK_COMMAND,
  places: NGINX_PLACES,
  limits: NGINX_LIMITS,
  notifyCommand: 'nginx -s reload',
};

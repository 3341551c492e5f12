/**
 * Finds the master by its process, and its socket by its own `-S`; `speak` says a command there, with
 * whatever there is that can: Debian's images, the official one among them, have perl. For a moment
 * after a reload nobody listens on it.
 */
export const FIND_MASTER = `
master= socket=
for process in /proc/[0-9]*; do
  { read -r name <"$process/comm"; } 2>/dev/null || continue
  [ "$name" = haproxy ] || continue
  parent=$(sed -n 's/^PPid:[[:blank:]]*//p' "$process/status" 2>/dev/null)
  above=
  { read -r above <"/proc/$parent/comm"; } 2>/dev/null
  [ "$above" != haproxy ] || continue
  [ -z "$master" ] || { echo "there are several HAProxy masters here: give --notify and --confirm commands for the one that is meant"; exit 1; }
  master=\${process##*/}
  socket=$(tr '\\0' '\\n' <"$process/cmdline" | sed -n '/^-S$/{n;s/,.*//;p;q;}')
done
[ -n "$master" ] || { echo "no HAProxy runs here"; exit 1; }
speak() {
  if command -v perl >/dev/null; then
    perl -MIO::Socket::UNIX -e 'for (1..30) { last if $s = IO::Socket::UNIX->new(Peer => $ARGV[0]); select undef, undef, undef, 0.1 } $s or die "$ARGV[0]: $!\\n"; print $s "$ARGV[1]\\n"; $s->flush; shutdown($s, 1); print while <$s>' "$socket" "$1" 2>&1
  elif command -v socat >/dev/null; then
    echo "$1" | socat -t60 - "UNIX-CONNECT:$socket" 2>&1
  else
    return 126
  fi
}
`.trim();

/**
 * Sets `generation`, or ends. Of the master's workers, `@1` is the newest. While HAProxy starts there is
 * none, and no answer.
 */
export const ASK_GENERATION = `
[ -S "$socket" ] || { echo "HAProxy has no master socket to ask at: start it with -W -S PATH"; exit 126; }
answer=$(speak '@1 get var proc.generation') || { status=$?; [ "$status" -ne 126 ] || answer="there is neither perl nor socat here to ask with"; printf '%s\\n' "$answer"; exit "$status"; }
case $answer in
  *proc.generation:*) generation=$(printf '%s\\n' "$answer" | sed -n 's/^proc\\.generation: .*value=<\\(.*\\)>$/\\1/p') ;;
  *) printf 'HAProxy does not answer yet: %s\\n' "$answer"; exit 1 ;;
esac
`.trim();

/**
 * Says several commands, each on a connection of its own, which is what the master gives them. Before
 * each answer stands a line `>`, and before each of its lines two blanks.
 */
export const SPEAK_EACH = `
speak_each() {
  if command -v perl >/dev/null; then
    perl -MIO::Socket::UNIX -e '$path = shift; for $command (@ARGV) { print ">\\n"; $s = IO::Socket::UNIX->new(Peer => $path) or do { print "  $path: $!\\n"; next }; print $s "$command\\n"; $s->flush; shutdown($s, 1); print "  $_" while <$s> }' "$socket" "$@"
  else
    for command in "$@"; do
      echo '>'
      echo "$command" | socat -t60 - "UNIX-CONNECT:$socket" 2>&1 | sed 's/^/  /'
    done
  fi
}
`.trim();

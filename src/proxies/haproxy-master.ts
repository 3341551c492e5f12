import { shellQuote } from '../base/shell-quote.ts';

/**
 * Finds the master by its process, and its socket by its own `-S`; `speak` says a command there, with
 * whatever there is that can: Debian's images, the official one among them, have perl. For a moment
 * after a reload nobody listens on it.
 */
export const FIND_MASTER = `
# Of a locale that is not there perl says so at length, in front of all answers.
export LC_ALL=C
master= socket=
for process in /proc/[0-9]*; do
  { read -r name <"$process/comm"; } 2>/dev/null || continue
  [ "$name" = haproxy ] || continue
  parent= above=
  { while read -r field parent; do [ "$field" != PPid: ] || break; done <"$process/status"; } 2>/dev/null
  { read -r above <"/proc/$parent/comm"; } 2>/dev/null
  [ "$above" != haproxy ] || continue
  [ -z "$master" ] || { echo "there are several HAProxy masters here: give --notify and --confirm commands for the one that is meant"; exit 1; }
  master=\${process##*/}
  socket=$(tr '\\0' '\\n' <"$process/cmdline" | sed -n '/^-S$/{n;s/,.*//;p;q;}')
done
[ -n "$master" ] || { echo "no HAProxy runs here"; exit 1; }
speak() {
  if command -v perl >/dev/null; then
    perl -MIO::Socket::UNIX -e '$path = shift; for $command (@ARGV) { for (1..30) { last if $s = IO::Socket::UNIX->new(Peer => $path); select undef, undef, undef, 0.1 } $s or die "$path: $!\\n"; print $s "$command\\n"; $s->flush; shutdown($s, 1); print while <$s>; undef $s }' "$socket" "$@" 2>&1
  elif command -v socat >/dev/null; then
    for command in "$@"; do echo "$command" | socat -t60 - "UNIX-CONNECT:$socket" 2>&1; done
  else
    return 126
  fi
}
`.trim();

/**
 * Sets `answer` to what HAProxy says to further commands, and `generation`; or ends. Of the master's
 * workers, `@1` is the newest. While HAProxy starts there is none, and no answer.
 */
export function askGeneration(...commands: readonly string[]): string {
  const said = ['@1 get var proc.generation', ...commands].map(shellQuote).join(' ');
  return `
[ -S "$socket" ] || { echo "HAProxy has no master socket to ask at: start it with -W -S PATH"; exit 126; }
answer=$(speak ${said}) || { status=$?; [ "$status" -ne 126 ] || answer="there is neither perl nor socat here to ask with"; printf '%s\\n' "$answer"; exit "$status"; }
case $answer in
  *proc.generation:*) generation=$(printf '%s\\n' "$answer" | sed -n 's/^proc\\.generation: .*value=<\\(.*\\)>$/\\1/p') ;;
  *) printf 'HAProxy does not answer yet: %s\\n' "$answer"; exit 1 ;;
esac
`.trim();
}

/**
 * Says several lines of commands, each on a connection of its own: the master takes one line of a
 * connection. Before the answer to a line stands a line `>`, and before each of its lines two blanks;
 * an empty one ends the answer to a command. Ends when the answer to the first line has not its first
 * argument in it.
 */
export const SPEAK_EACH = `
speak_each() {
  if command -v perl >/dev/null; then
    perl -MIO::Socket::UNIX -e '$path = shift; $wanted = shift; for $line (@ARGV) { $s = IO::Socket::UNIX->new(Peer => $path) or die "$path: $!\\n"; print $s "$line\\n"; $s->flush; shutdown($s, 1); $answer = join "", map { "  $_" } <$s>; print ">\\n$answer"; exit if index($answer, $wanted) < 0; $wanted = "" }' "$socket" "$@"
  else
    wanted=$1
    shift
    for line in "$@"; do
      answer=$(echo "$line" | socat -t60 - "UNIX-CONNECT:$socket" 2>&1 | sed 's/^/  /')
      printf '>\\n%s\\n' "$answer"
      case $answer in *"$wanted"*) wanted= ;; *) return 0 ;; esac
    done
  fi
}
`.trim();

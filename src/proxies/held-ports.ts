/**
 * A piece of shell for a check: what no proxy's own test of its configuration sees is a port that
 * another program has. It sets `held` to the ports among `$wanted` that one listens on, by blank.
 *
 * `$wanted` has words such as `4=80`, `6=80` and `L=80`: the port for all addresses of IPv4, for all
 * of IPv6, and for 127.0.0.1. A port that the proxy itself has is not held, whoever else has it on
 * another address. Where it cannot be told which the proxy has, none is. UDP is not looked at.
 *
 * In `/proc/net/tcp` a state of `0A` is listening, and addresses and ports are hexadecimal.
 *
 * @param programs the names of the proxy's processes, as a pattern of `case`.
 * @param holders which of them have its ports: `any` that may be looked into has them all, or `each`
 *   has its own.
 */
export function heldPorts(programs: string, holders: 'any' | 'each' = 'any'): string {
  return `
held= own= blind=
for process in /proc/[0-9]*; do
  { read -r name <"$process/comm"; } 2>/dev/null || continue
  case $name in ${programs}) ;; *) continue ;; esac
  sockets=$(ls -l "$process/fd" 2>/dev/null)
  own="$own $(printf '%s\\n' "$sockets" | sed -n 's/.*socket:\\[\\([0-9]*\\)\\]$/\\1/p' | tr '\\n' ' ')"
  # Of another user's process the files can be listed, and not be read.
  case $sockets in *' -> '*) ;; *) [ ! -d "$process" ] || blind=yes ;; esac
done
${holders === 'any' ? 'case $own in *[0-9]*) blind= ;; esac' : ''}
if [ -z "$blind" ]; then
  words=
  for word in $wanted; do words="$words $word=$(printf '%04X' "\${word#*=}")"; done
  tables=
  for table in /proc/net/tcp /proc/net/tcp6; do [ ! -r "$table" ] || tables="$tables $table"; done
  [ -z "$words" ] || [ -z "$tables" ] || ! command -v awk >/dev/null || held=$(awk -v own="$own" -v words="$words" '
    BEGIN {
      n = split(own, list, " "); for (i = 1; i <= n; i++) mine[list[i]] = 1
      n = split(words, list, " ")
      for (i = 1; i <= n; i++) { split(list[i], word, "="); number[word[3]] = word[2]; wants[word[1] word[3]] = 1 }
    }
    $4 == "0A" {
      port = $2; sub(/.*:/, "", port)
      if (!(port in number)) next
      if ($10 in mine) { has[port] = 1; next }
      address = $2; sub(/:.*/, "", address)
      all = address ~ /^0+$/
      is4 = length(address) == 8 || address ~ /^0000000000000000FFFF0000/
      if ((("4" port) in wants && (is4 || all)) || (("6" port) in wants && !is4) ||
          (("L" port) in wants && (all || address ~ /0100007F$/ && is4))) held[port] = 1
    }
    END { for (port in held) if (!(port in has)) print number[port] }' $tables | sort -n | tr '\\n' ' ')
  held=\${held% }
fi
`.trim();
}

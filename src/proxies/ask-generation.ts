/**
 * A piece of shell that asks a proxy over HTTP on 127.0.0.1, with whatever there is that can: in the
 * official images of Debian bash and perl, in those of Alpine busybox's wget. `{port}` stands for the
 * port. Prints the last line of the answer; exit code 126 says that there is nothing to ask with.
 */
export const ASK_OVER_HTTP = `
if command -v bash >/dev/null; then
  bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$0" || exit 1
    printf "GET /generation HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n" >&3
    while IFS= read -r -t 2 line <&3 || [ -n "$line" ]; do last=$line; done
    printf "%s\\n" "\${last%$(printf "\\r")}"' {port}
elif command -v curl >/dev/null; then
  curl -sS --noproxy '*' -m 2 http://127.0.0.1:{port}/generation
elif command -v wget >/dev/null; then
  no_proxy=127.0.0.1 wget -q -T 2 -O - http://127.0.0.1:{port}/generation
elif command -v perl >/dev/null; then
  perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$ARGV[0]", Timeout => 2) or die "$@\\n"; print $s "GET /generation HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n"; $last = $_ while <$s>; print $last' {port}
else
  echo "there is neither bash nor curl, wget or perl here to ask with"
  exit 126
fi
`.trim();

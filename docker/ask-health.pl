# What `tsgen healthcheck` says of a watch that does its work, without node, which takes 0.1 s of CPU
# to start: the watch itself says how it is, on its control socket. Any other answer, or none, or two,
# ends with a status of its own and not a word: then tsgen has to be asked.
use strict;
use warnings;
use Socket;

$SIG{ALRM} = sub { exit 1 };
alarm 3;
my $folder = ($ENV{TMPDIR} || '/tmp') . "/tsgen-$>/watches";
my @folder = lstat $folder;
# Somebody else's notes are none.
exit 1 unless @folder && -d _ && $folder[4] == $> && !($folder[2] & 022);

my @answers = grep { defined } map { ask($_) } glob "\Q$folder\E/*.json";
exit 1 unless @answers == 1;
my ($reason) = $answers[0] =~ m{^HTTP/1\.1 200 .*?\r\n\r\n\{"healthy":true,"reason":"([^"\\]*)"\}}s;
exit 1 unless defined $reason;
print "healthy: $reason\n";

# All that the watch answers which a note names; undefined where nobody listens.
sub ask {
    my ($note) = @_;
    open my $file, '<', $note or return;
    my ($path) = <$file> =~ /"socket":"([^"\\]+)"/ or exit 1;
    socket my $socket, PF_UNIX, SOCK_STREAM, 0 or exit 1;
    connect $socket, sockaddr_un($path) or return;
    syswrite $socket, "GET /health HTTP/1.0\r\n\r\n";
    my $answer = '';
    while (sysread $socket, $answer, 4096, length $answer) { }
    return $answer;
}

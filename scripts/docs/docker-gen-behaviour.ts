/** One thing that docker-gen does, and what became of it. */
export interface Behaviour {
  readonly topic: string;
  readonly theirs: string;
  readonly ours: string;
  readonly verdict: 'met' | 'bettered' | 'different';
}

/** Where docker-gen differs between a command line and a file, that is said. */
export const BEHAVIOURS: readonly Behaviour[] = [
  {
    topic: 'Start',
    theirs: 'renders, then attaches the listener and renders again',
    ours: 'subscribes, lists, renders once: nothing is missed in between',
    verdict: 'bettered',
  },
  {
    topic: 'One-shot without an engine',
    theirs: 'exit code 0',
    ours: 'exit code 4',
    verdict: 'bettered',
  },
  {
    topic: '`-wait`',
    theirs: 'each event re-arms the timer of MIN, MAX counts from the first',
    ours: 'the same, for each job; events that change nothing do not count, and what a filter leaves out prolongs no wait. SIGHUP and the first rendering do not wait',
    verdict: 'met',
  },
  {
    topic: '`-interval`',
    theirs: 'renders and notifies each time; without `-watch` follows no events',
    ours: 'the same; an unchanged standard output is not printed again',
    verdict: 'met',
  },
  {
    topic: 'Which events',
    theirs: '`start`, `stop`, `die`, `health_status`; each lists and inspects everything',
    ours: 'also `kill`, `pause`, `rename`, connections and more; each inspects one container',
    verdict: 'bettered',
  },
  {
    topic: '`-event-filter`',
    theirs: 'adds events; other keys narrow all events',
    ours: 'adds events of any type; never narrows, so no change is missed',
    verdict: 'bettered',
  },
  {
    topic: 'Reconnect',
    theirs: 'after 10 s, for ever, then renders all; a ping after 10 s of silence',
    ours: 'with growing, jittered pauses from 250 ms to 10 s, then compares everything; the same ping',
    verdict: 'bettered',
  },
  {
    topic: 'Events without a container',
    theirs: 'a short ID can end the process',
    ours: 'a name, such as that of a volume, is shown as it is',
    verdict: 'bettered',
  },
  {
    topic: 'Blank lines',
    theirs: 'dropped unless `-keep-blank-lines`',
    ours: 'the same',
    verdict: 'met',
  },
  {
    topic: '`-only-exposed`, `-only-published`',
    theirs: "the engine's `expose` and `publish` filters, which hide the proxy's own container too",
    ours: "the same meaning (TCP ports, running containers), but the proxy's and tsgen's own stay",
    verdict: 'bettered',
  },
  {
    topic: 'Stopped containers',
    theirs: 'left out on the command line; included in a configuration file',
    ours: 'left out in both unless `-include-stopped` or a `status` filter asks for them',
    verdict: 'bettered',
  },
  {
    topic: 'Compare',
    theirs: 'bytes of the destination; one that cannot be read ends the process',
    ours: 'the same bytes; a watch goes on and tries again',
    verdict: 'bettered',
  },
  {
    topic: 'Write',
    theirs: 'in place, mode 0644',
    ours: 'by one rename that keeps mode and owner; in place, with a warning, where a rename cannot work',
    verdict: 'bettered',
  },
  {
    topic: 'Unchanged',
    theirs: 'logs `Contents of … did not change. Skipping notification …`',
    ours: 'the same line',
    verdict: 'met',
  },
  {
    topic: 'Order of notifications',
    theirs: 'command, listed containers, filtered containers; no limit in time, never tried again',
    ours: 'the same order; each with a limit (`--notify-timeout`), tried again until it worked',
    verdict: 'bettered',
  },
  {
    topic: 'Template errors',
    theirs: 'end the process',
    ours: 'end a one-shot with code 5; a watch keeps the last good file and says it once',
    verdict: 'bettered',
  },
  {
    topic: 'Signals',
    theirs: 'SIGHUP renders now if something watches; SIGINT and SIGTERM stop',
    ours: 'the same; SIGHUP also renders jobs that do not watch, and with --exec reloads the proxy in any case',
    verdict: 'met',
  },
  {
    topic: 'Exit codes',
    theirs: '0 and 1',
    ours: 'one for each kind of fault, see above',
    verdict: 'bettered',
  },
  {
    topic: 'Log',
    theirs: 'standard error, no levels',
    ours: 'the same words, with levels, as text or JSON; what waits for a whole line has to allow for the time and level before it',
    verdict: 'bettered',
  },
  {
    topic: 'Determinism',
    theirs: 'some functions give a random order',
    ours: 'everything is sorted',
    verdict: 'bettered',
  },
  {
    topic: 'Health',
    theirs: 'a field for templates',
    ours: 'the same field; routing gives traffic to healthy containers only',
    verdict: 'bettered',
  },
  {
    topic: 'Several configuration files',
    theirs: 'the second is written over the first',
    ours: 'they add up',
    verdict: 'bettered',
  },
  {
    topic: 'Unknown keys, such as a mistyped one',
    theirs: 'ignored, among them the documented `onlyexposed`',
    ours: 'an error with file, line and the nearest key; `onlyexposed`, `onlypublished` and `includestopped` work',
    verdict: 'bettered',
  },
  {
    topic: '`notifycontainerssignal` in a file',
    theirs: 'default 0, which signals nothing',
    ours: 'default 1 (HUP), as on the command line',
    verdict: 'bettered',
  },
  {
    topic: 'Flags beside `-config`',
    theirs: 'those for one job are ignored in silence',
    ours: 'the same, with a warning that names them',
    verdict: 'bettered',
  },
  {
    topic: '`-container-filter` without `=`',
    theirs: 'ignored',
    ours: 'an error',
    verdict: 'bettered',
  },
  {
    topic: '`-endpoint fd://`',
    theirs: 'accepted',
    ours: 'an error that says what to use',
    verdict: 'different',
  },
  {
    topic: 'Several template files, `a.tmpl;b.tmpl`',
    theirs: 'the first is rendered, the others can be called by base name',
    ours: 'the same, also without `.hbs`; and `--partials` for folders of them',
    verdict: 'bettered',
  },
  {
    topic: 'Several destinations of one template',
    theirs: 'none',
    ours: '`{{#writeFile}}` writes further files, and removes those that are no more',
    verdict: 'bettered',
  },
  {
    topic: 'Shipped templates',
    theirs: 'nginx, logrotate, fluentd, dnsmasq, etcd',
    ours: 'nginx, bundled; the five as examples to start from (`templates/examples/`)',
    verdict: 'met',
  },
  {
    topic: 'Image',
    theirs: 'the socket at `/tmp/docker.sock`; runs as root',
    ours: 'the same place, where `/var/run/docker.sock` is none; never runs as root, so the folder of the destination has to be writable for user 1000',
    verdict: 'different',
  },
  {
    topic: 'The own container, `HOSTNAME`',
    theirs: 'the ID in the control groups or mounts that begins with `HOSTNAME`, else the first',
    ours: "the same, by the system's host name; of the mounts only those that an engine makes for a container itself",
    verdict: 'met',
  },
  {
    topic: '`-help`',
    theirs: 'prints the flags',
    ours: 'the same, on standard output, with examples and exit codes; also `-h` and `--help`',
    verdict: 'met',
  },
  {
    topic: 'Platforms',
    theirs: 'images for seven platforms, archives for Linux and macOS',
    ours: 'one file of JavaScript for Node.js, without native parts; the images are those of the machine that builds them. Archives are declined: there is nothing to compile',
    verdict: 'different',
  },
  {
    topic: 'Files for systemd and upstart',
    theirs: 'one each, as examples',
    ours: "declined: a unit needs tsgen's command line and `Restart=always`, and nothing else of tsgen's; TERM stops, HUP renders anew, and a start after a crash goes on where it was",
    verdict: 'different',
  },
  {
    topic: 'Config check, watching files, status',
    theirs: 'none',
    ours: '`--check`; templates, partials, all files that a template looks at and the configuration file are watched; `tsgen status`, `refresh` and `healthcheck`',
    verdict: 'bettered',
  },
];

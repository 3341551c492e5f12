import { eventToFile } from './event-to-file.ts';
import { engineEvents, storm } from './real-engine.ts';
import { scale } from './scale.ts';
import { thousandSites } from './thousand-sites.ts';

const ROUNDS = Number(process.env.ROUNDS ?? 15);

/** One line that the next one takes the place of; for people at a terminal alone. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

const table = await eventToFile(ROUNDS, progress);
progress('');
process.stdout.write(`Event to file: a container's start until the file is written; no check, no notification.
"all" asks the engine for every container again and renders all sites from nothing, as a
generator does that keeps nothing between events. Medians (quartiles) of ${ROUNDS} rounds in turns,
fake engine in the same process, 5 containers a site, Node ${process.versions.node}.

${table}
`);

const changes = await scale(Math.min(ROUNDS, 7), progress);
progress('');
process.stdout.write(`
The built command line beside so many containers, as users run it; no check, no notification, fake
engine. "first" until the first file is there; "change" from a start event until the file has it,
medians (quartiles) of ${Math.min(ROUNDS, 7)}; "more" than beside the fewest; CPU of a start and a stop;
then 50 starts at once: until the file has all, how many files it took, CPU.

${changes}
`);

const sites = await thousandSites(Math.min(ROUNDS, 7), progress);
progress('');
process.stdout.write(`
The first and the last of few sites and of many: GET from one back end, wrk with 16
connections on the same machine, no access log. Medians (quartiles) of ${Math.min(ROUNDS, 7)} rounds in turns.

${sites}
`);

const events = await engineEvents(Math.min(ROUNDS, 7), progress);
progress('');
process.stdout.write(`
The built command line on the real engine: from a container's start event until the file has it; no
check, no notification. Medians (quartiles) of ${Math.min(ROUNDS, 7)}. With DOCKER_GEN and DOCKER_GEN_TEMPLATE
docker-gen too, after it with the same containers.

${events}
`);

const storms = await storm(progress);
progress('');
process.stdout.write(`
50 containers of the real engine started at once beside 100; processor time of the listener and of the
engine's main process, and how much more that is than in the same storm without a listener. Medians of 3.

${storms}
`);

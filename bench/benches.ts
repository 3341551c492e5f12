import type { Bench } from './bench.ts';
import { eventToFile } from './event-to-file.ts';
import { idle } from './idle.ts';
import { imageSizes } from './image-sizes.ts';
import { engineEvents, storm } from './real-engine.ts';
import { scale } from './scale.ts';
import { startUp } from './start-up.ts';
import { thousandSites } from './thousand-sites.ts';
import { throughProxy } from './through-proxy/through-proxy.ts';

/** In the order in which `make bench` runs them. */
export const BENCHES: readonly Bench[] = [
  {
    name: 'event-to-file',
    about: (rounds) => `\
Event to file: a container's start until the file is written; no check, no notification.
"all" asks the engine for every container again and renders all sites from nothing, as a
generator does that keeps nothing between events. Medians (quartiles) of ${rounds} rounds in turns,
fake engine in the same process, 5 containers a site, Node ${process.versions.node}.`,
    run: eventToFile,
  },
  {
    name: 'scale',
    most: 7,
    about: (rounds) => `\
The built command line beside so many containers, as users run it; no check, no notification, fake
engine. "first" until the first file is there; "change" from a start event until the file has it,
medians (quartiles) of ${rounds}; "more" than beside the fewest; CPU of a start and a stop;
then 50 starts at once: until the file has all, how many files it took, CPU.`,
    run: scale,
  },
  {
    name: 'many-sites',
    most: 7,
    about: (rounds) => `\
The first and the last of few sites and of many: GET from one back end, wrk with 16
connections on the same machine, no access log. Medians (quartiles) of ${rounds} rounds in turns.`,
    run: thousandSites,
  },
  {
    name: 'through-proxy',
    about: (rounds) => `\
GET through the generated configuration and through one written by hand with the same headers, log and
connections; three sites of three back ends, wrk with 16 connections on the same machine, which it keeps
or closes after each request. Medians (quartiles) of ${rounds} rounds in turns; ratio: of the requests a
second, median of the rounds'; CPU of the proxy.`,
    run: throughProxy,
  },
  {
    name: 'engine-events',
    most: 7,
    about: (rounds) => `\
The built command line on the real engine: from a container's start event until the file has it; no
check, no notification. Medians (quartiles) of ${rounds}. With DOCKER_GEN and DOCKER_GEN_TEMPLATE
docker-gen too, after it with the same containers.`,
    run: engineEvents,
  },
  {
    name: 'engine-storm',
    most: 3,
    about: (rounds) => `\
50 containers of the real engine started at once beside 100; processor time of the listener and of the
engine's main process, and how much more that is than in the same storm without a listener. Medians of
${rounds}.`,
    run: storm,
  },
  {
    name: 'start-up',
    about: (rounds) => `\
Each command until it has ended, the watch until its first file is there, beside node -e 0: the built
command line and a fake engine with 10 containers. Medians (quartiles) of ${rounds} rounds in turns; the
ratio is the median of those of each round. Node ${process.versions.node}.`,
    run: startUp,
  },
  {
    name: 'idle',
    most: 1,
    about: () => `\
The built command line while nothing happens but runs of health checks, of each container every 5 s; fake
engine. "Its own" is what it does not share with node's file. Node ${process.versions.node}.`,
    run: idle,
  },
  {
    name: 'images',
    most: 1,
    about: () => 'The images, and how much of each is that which it is built on.',
    run: imageSizes,
  },
];

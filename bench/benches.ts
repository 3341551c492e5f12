import type { Bench } from './bench.ts';
import { engineEvents } from './engine-events.ts';
import { engineOneShot } from './engine-one-shot.ts';
import { engineStorm } from './engine-storm.ts';
import { eventToFile } from './event-to-file.ts';
import { idle } from './idle.ts';
import { imageSizes } from './image-sizes.ts';
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
    most: 11,
    about: (rounds) => `\
The built command line following a real engine that has no other containers: from a container's start
event until the file has it; no check, no notification. Medians (quartiles) of ${rounds} rounds in turns, each of
a container that was never started before. Requests, and what was read, for one start. Node ${process.versions.node}.`,
    run: engineEvents,
  },
  {
    name: 'engine-storm',
    most: 5,
    about: (rounds) => `\
50 containers of a real engine started at once beside 100: from the engine's last start event until the
file has all, how many files that took, processor time of the listener and of dockerd and containerd, and
how much more that is together than in the same storm without a listener. Medians of ${rounds} in turns.`,
    run: engineStorm,
  },
  {
    name: 'engine-one-shot',
    about: (rounds) => `\
The built command line beside a real engine that has no other containers: a process that looks once,
writes the file and ends. Medians (quartiles) of ${rounds} rounds in turns, Node ${process.versions.node}.`,
    run: engineOneShot,
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
The built command line while nothing happens but runs of health checks, of each container every 5 s or 30 s; fake
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

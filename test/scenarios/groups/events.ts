import type { Scenario, Step } from '../scenario.ts';
import { PLAIN } from '../setups.ts';
import {
  absent,
  ask,
  becomeHealthy,
  becomeUnhealthy,
  health,
  kill,
  losesNothing,
  pause,
  restart,
  spread,
  start,
  stop,
  unpause,
} from '../steps.ts';

const web = (host: string) => ({ env: { VIRTUAL_HOST: host } });
/** Serves on for long enough that the proxy has heard of its end by then. */
const lingering = (host: string) => ({ ...web(host), servesOn: 5 });

/** A container that ignores its signal is told to stop, runs while the steps look, and is killed. */
function whileStopping(name: string, ...steps: readonly Step[]): Step {
  return async (scene) => {
    const stopping = stop(name)(scene);
    try {
      for (const step of steps) await step(scene);
      await kill(name)(scene);
    } finally {
      await stopping;
    }
  };
}

export const EVENTS: readonly Scenario[] = [
  {
    group: 'events',
    name: 'containers are followed as they come and go, and no request is lost',
    covers: ['container comes and goes'],
    proxy: PLAIN,
    containers: {
      first: lingering('scale.events.test'),
      second: { ...lingering('scale.events.test'), isStarted: false },
      third: { ...lingering('scale.events.test'), isStarted: false },
    },
    steps: [
      spread('http://scale.events.test/', ['first']),
      losesNothing(
        'http://scale.events.test/',
        ['first', 'second', 'third'],
        start('second'),
        start('third'),
        spread('http://scale.events.test/', ['first', 'second', 'third']),
        stop('second'),
        spread('http://scale.events.test/', ['first', 'third']),
        stop('first'),
        spread('http://scale.events.test/', ['third']),
      ),
    ],
  },
  {
    group: 'events',
    name: 'a container that dies is left out',
    covers: ['container comes and goes'],
    proxy: PLAIN,
    containers: { alive: web('dies.events.test'), doomed: web('dies.events.test') },
    steps: [
      spread('http://dies.events.test/', ['alive', 'doomed']),
      kill('doomed'),
      spread('http://dies.events.test/', ['alive']),
      start('doomed'),
      spread('http://dies.events.test/', ['alive', 'doomed']),
    ],
  },
  {
    group: 'events',
    name: 'a container is found again after a restart, whatever its address is then',
    covers: ['container comes and goes'],
    proxy: PLAIN,
    containers: { again: web('again.events.test') },
    steps: [
      spread('http://again.events.test/', ['again']),
      restart('again'),
      spread('http://again.events.test/', ['again']),
    ],
  },
  {
    group: 'events',
    name: 'a container that is being stopped gets nothing, though it still answers',
    covers: ['container comes and goes'],
    proxy: PLAIN,
    containers: {
      staying: web('stops.events.test'),
      stubborn: { ...web('stops.events.test'), ignoresStop: true },
    },
    steps: [
      spread('http://stops.events.test/', ['staying', 'stubborn']),
      whileStopping(
        'stubborn',
        spread('http://stops.events.test/', ['staying']),
        absent('stubborn', /stopping/),
      ),
      spread('http://stops.events.test/', ['staying']),
    ],
  },
  {
    group: 'events',
    name: 'a container that is paused gets nothing until it goes on',
    covers: ['container comes and goes'],
    proxy: PLAIN,
    containers: { waking: web('pause.events.test'), sleeping: web('pause.events.test') },
    steps: [
      spread('http://pause.events.test/', ['waking', 'sleeping']),
      pause('sleeping'),
      spread('http://pause.events.test/', ['waking']),
      unpause('sleeping'),
      spread('http://pause.events.test/', ['waking', 'sleeping']),
    ],
  },
  {
    group: 'events',
    name: 'a container with a health check gets requests only while it is healthy',
    covers: ['health gates traffic'],
    proxy: PLAIN,
    containers: {
      sound: web('health.events.test'),
      checked: { ...web('health.events.test'), hasHealthCheck: true },
    },
    steps: [
      spread('http://health.events.test/', ['sound']),
      absent('checked', /health|starting/),
      becomeHealthy('checked'),
      spread('http://health.events.test/', ['sound', 'checked']),
      becomeUnhealthy('checked'),
      health('checked', 'unhealthy'),
      spread('http://health.events.test/', ['sound']),
      becomeHealthy('checked'),
      spread('http://health.events.test/', ['sound', 'checked']),
    ],
  },
  {
    group: 'events',
    name: 'a container can have requests whatever its health check says',
    covers: ['health gates traffic', 'labels of tsgen'],
    proxy: PLAIN,
    containers: {
      ignoring: {
        ...web('ignores.events.test'),
        labels: { 'tsgen.ignore-health': 'true' },
        hasHealthCheck: true,
      },
    },
    steps: [
      health('ignoring', 'starting'),
      ask('http://ignores.events.test/', { status: 200, from: 'ignoring' }),
    ],
  },
];

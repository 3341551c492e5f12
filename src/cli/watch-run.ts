import { setMaxListeners } from 'node:events';
import { systemClock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { Inventory } from '../inventory/sync.ts';
import { statIfThere, systemFiles } from '../output/files.ts';
import { hasState, openState, type StateFolder } from '../output/state.ts';
import type { NoteName } from '../output/state-folder.ts';
import { ChildStart } from '../pipeline/child-start.ts';
import { type Drained, Draining } from '../pipeline/draining.ts';
import { Drains } from '../pipeline/drains.ts';
import { addsNothing, followExtraEvents } from '../pipeline/extra-events.ts';
import { describeOutcome, type Outcome } from '../pipeline/outcome.ts';
import { ProxyFilesWatch } from '../pipeline/proxy-files-watch.ts';
import type { StateNote } from '../pipeline/state-note.ts';
import { Watch } from '../pipeline/watch.ts';
import type { ProxyChild } from '../proxies/child.ts';
import { findProgram } from '../proxies/find-program.ts';
import { nextValidityChange } from '../routing/choose-certificate.ts';
import { ControlServer, type DrainReport, type RefreshReport } from '../status/control-server.ts';
import { healthOf } from '../status/report.ts';
import type { InputFiles } from '../templates/input-files.ts';
import { assembleJob, assembleShared, type JobParts, type Shared } from './assemble.ts';
import { exitCodeOf } from './exit-codes.ts';
import type { Io } from './io.ts';
import { LookBack } from './look-back.ts';
import { memberSecret } from './member-secret.ts';
import type { ProxyChildren } from './proxy-children.ts';
import type { RunSettings } from './run-settings.ts';
import { stateOptions, watchRegistry } from './runtime-dir.ts';
import type { Settings } from './settings.ts';
import { templatePaths } from './templates.ts';
import { VERSION } from './version.ts';

/** Twice what an apply took, within these; see `Schedule`. */
const SPACING = { min: 200, max: 2_000 } as const;
/** Where nobody is asked and nobody is told, an apply is cheap. */
const SHORT_SPACING = { min: 50, max: 50 } as const;

/** A run whose settings were found to be sound: what can be checked before it begins was. */
export interface PreparedRun {
  readonly settings: RunSettings;
  readonly shared: Shared;
  readonly jobs: readonly { readonly settings: Settings; readonly parts: JobParts }[];
}

/** @throws TsgenError `template`, `usage`, `config` or `proxy`. */
export async function prepareRun(settings: RunSettings, io: Io): Promise<PreparedRun> {
  const shared = await assembleShared(settings.process, settings.jobs, io);
  const jobs = [];
  for (const one of settings.jobs) {
    if (one.exec) await findProgram(one.exec.argv[0], io.env);
    jobs.push({ settings: one, parts: await assembleJob(one, shared, io) });
  }
  return { settings, shared, jobs };
}

export interface FollowOptions {
  readonly io: Io;
  readonly signal: AbortSignal;
  readonly children: ProxyChildren;
  onStarted(): void;
}

/**
 * Follows the containers with all jobs until the signal aborts; then finishes what it has begun.
 * `onStarted` is called once every destination is this process's own.
 *
 * @throws TsgenError `conflict` or `output` when a destination cannot be had.
 */
export async function followRun(
  { settings, shared, jobs }: PreparedRun,
  { io, signal, onStarted, children }: FollowOptions,
): Promise<void> {
  const ending = new AbortController();
  const either = AbortSignal.any([signal, ending.signal]);
  // Each job listens to them, more often than the ten times that Node.js takes for a leak.
  setMaxListeners(0, signal, either);
  const { log, api } = shared;
  const { eventFilters } = settings.process;
  const owned: AsyncDisposable[] = [];
  await using _all = disposeAll(owned);
  const inventory = new Inventory(shared.inventory);
  owned.push(inventory);
  const watches: Watch[] = [];
  const starts: ChildStart[] = [];
  io.onHangup(() => {
    for (const watching of watches) void watching.refresh({ notify: watching.hasChild });
  }, signal);
  await children.keepOnly(jobs.map((job) => job.settings));
  for (const { settings: job, parts } of jobs) {
    const { destination } = job;
    const state = hasState(destination)
      ? await openState(destination, { ...stateOptions(), log })
      : undefined;
    const child = children.of(job, log);
    const secret =
      state && parts.takesSecret
        ? await memberSecret({ note: noteIn(state, 'members'), log, dest: destination })
        : undefined;
    const output = parts.output({ state, child, secret });
    owned.push(output);
    const start = child && childStart(child, { destination, inventory, shared });
    if (start) starts.push(start);
    const told = new Told(job.template, log);
    const files = new ProxyFilesWatch({
      reader: parts.proxyFiles,
      clock: systemClock,
      onChange: () => watching.changed(),
      onError: told.cannotWatch,
    });
    owned.push(files);
    await files.start();
    const drains = new Drains({ log, ...(state ? { note: noteIn(state, 'drains') } : {}) });
    const back =
      state &&
      new LookBack({
        ...{ state, note: noteIn(state, 'hold'), destination, log, clock: systemClock },
        asking: parts.asking(secret),
      });
    const watching = new Watch({
      job: parts.job(output, {
        readFiles: async () => files.current,
        drains,
        secret,
        ...(state ? { quarantineNote: noteIn(state, 'quarantine') } : {}),
        ...(back ? { history: back.history, hold: back.hold } : {}),
      }),
      lookAgain: () => files.refresh(),
      validUntil: () => nextValidityChange(files.current, systemClock.now()),
      inventory,
      world: parts.world,
      log,
      clock: systemClock,
      spacing: job.check || job.notifications.length > 0 ? SPACING : SHORT_SPACING,
      followsEvents: job.followsEvents,
      canAsk: job.confirm !== undefined && job.notifications.length > 0,
      ...(job.wait ? { wait: job.wait } : {}),
      ...(job.intervalMs === undefined ? {} : { intervalMs: job.intervalMs }),
      ...(child && start ? { child, onOutcome: (outcome) => start.after(outcome) } : {}),
      about: {
        version: VERSION,
        pid: process.pid,
        template: job.template,
        templateFile: templatePaths(job.template, io.cwd).join(';'),
        destination,
        vocabulary: job.vocabulary,
        endpoint: api.endpoint,
        ...(job.proxySelector ? { proxySelector: job.proxySelector } : {}),
      },
    });
    // The claim goes before the output, which may find something to mend on disk.
    const draining = new Draining({
      ...{ drains, api, world: parts.world, clock: systemClock },
      apply: () => watching.apply(),
      listWorkers: parts.listWorkers,
      openRequests: async (id) => await output.openRequests?.(id, either),
      refuseWhileHeld: async (what) => await back?.refuseWhileHeld(what),
    });
    if (state && back) {
      owned.push(await claim(state, destination, { watching, draining, back, log }));
    }
    await drains.load();
    await back?.load();
    await output.prepare();
    if (job.followsEvents) owned.push(followFiles(parts.inputs, job, watching, { log, told }));
    watches.push(watching);
  }
  onStarted();
  const onEvent = () => {
    for (const watching of watches) watching.changed();
  };
  const parts = [
    inventory.run(
      (snapshot) => {
        for (const watching of watches) watching.take(snapshot);
      },
      { signal: either },
    ),
    ...watches.map((watching) => watching.run(either)),
    ...jobs.map((job) => job.parts.limitWorkers(either)),
    ...starts.map((start) => start.run(either)),
    children.untilOneFails(either),
    ...(addsNothing(eventFilters)
      ? []
      : [
          followExtraEvents(
            { api, log, clock: systemClock, filters: eventFilters, onEvent },
            either,
          ),
        ]),
  ];
  try {
    await Promise.all(parts);
  } finally {
    // A fault in one of them ends the others: half a watch would only look like one.
    ending.abort();
    await Promise.allSettled(parts);
  }
}

function noteIn(state: StateFolder, name: NoteName): StateNote {
  return {
    read: () => state.readNote(name),
    write: (note) => state.writeNote(name, note),
  };
}

function childStart(
  child: ProxyChild,
  {
    destination,
    inventory,
    shared: { log, api },
  }: {
    readonly destination: string;
    readonly inventory: Inventory;
    readonly shared: Shared;
  },
): ChildStart {
  return new ChildStart({
    child,
    destination,
    exists: async () => (await statIfThere(systemFiles, destination)) !== undefined,
    clock: systemClock,
    log,
    whyLate: () => {
      const { connected, lastError } = inventory.state;
      if (connected) return 'the first rendering takes long';
      const why = lastError === undefined ? '' : ` (${messageOf(lastError)})`;
      return `the Docker Engine at ${api.endpoint} has not answered yet${why}`;
    },
  });
}

/** A change of a file that the last rendering was made from makes the next one. */
function followFiles(
  inputs: InputFiles,
  { template, destination }: Settings,
  watching: Watch,
  { log, told }: { readonly log: Logger; readonly told: Told },
): AsyncDisposable {
  inputs.follow({
    destination,
    onChange: (path) => {
      log.debug(`'${path}' has changed`, { template });
      watching.reconsider();
    },
    onError: told.cannotWatch,
  });
  return inputs;
}

/** Says once for each reason that files cannot be watched. */
class Told {
  readonly #reasons = new Set<string>();
  readonly #template: string;
  readonly #log: Logger;

  constructor(template: string, log: Logger) {
    this.#template = template;
    this.#log = log;
  }

  readonly cannotWatch = (error: unknown): void => {
    const reason = messageOf(error);
    if (this.#reasons.has(reason)) return;
    this.#reasons.add(reason);
    this.#log.warn(
      `Cannot watch all files of ${this.#template} for changes: ${reason}. An edit is noticed when a container changes, or on a HUP; on Linux, look at fs.inotify.max_user_watches.`,
      { template: this.#template },
    );
  };
}

/** The last one first. */
function disposeAll(owned: readonly AsyncDisposable[]): AsyncDisposable {
  return {
    [Symbol.asyncDispose]: async () => {
      for (const one of owned.toReversed()) await one[Symbol.asyncDispose]();
    },
  };
}

function reportOf(outcome: Outcome): RefreshReport {
  return {
    kind: outcome.kind,
    message: describeOutcome(outcome),
    exitCode: exitCodeOf(outcome),
  };
}

function drainReportOf({ container: { ID, Name }, outcome }: Drained): DrainReport {
  return { id: ID, name: Name, ...reportOf(outcome) };
}

/** Takes the destination for this watch alone, and answers for it. */
async function claim(
  state: StateFolder,
  destination: string,
  parts: {
    readonly watching: Watch;
    readonly draining: Draining;
    readonly back: LookBack;
    readonly log: Logger;
  },
): Promise<AsyncDisposable> {
  const { watching, draining, back, log } = parts;
  const server = await ControlServer.listen(state.controlSocket, {
    status: () => watching.status(),
    health: () => healthOf(watching.status(), systemClock.now()),
    refresh: async () => back.unlessHeld(reportOf(await watching.refresh())),
    drain: async (container) => drainReportOf(await draining.drain(container)),
    undrain: async (container) => drainReportOf(await draining.undrain(container)),
    drainProgress: (id) => draining.progress(id),
    stop: (id) => draining.stop(id),
    ...back.handlers(watching),
  });
  const registry = watchRegistry();
  const address = { destination, socket: server.path };
  await registry.add(address, log);
  return {
    [Symbol.asyncDispose]: async () => {
      await registry.remove(address);
      await server[Symbol.asyncDispose]();
    },
  };
}

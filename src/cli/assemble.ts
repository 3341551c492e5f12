import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { systemClock } from '../base/clock.ts';
import { createLogger, type Logger } from '../base/log.ts';
import type { DockerApi } from '../docker/api.ts';
import { connectDocker } from '../docker/client.ts';
import { findSelfId } from '../docker/self.ts';
import type { InventoryOptions } from '../inventory/sync.ts';
import { childRunner } from '../output/child-runner.ts';
import { complaintsIn } from '../output/complaints.ts';
import type { Confirmation, WatchedChild } from '../output/confirm.ts';
import { containerRunner } from '../output/container-runner.ts';
import { realParentPath } from '../output/files.ts';
import { MemberChanges } from '../output/member-changes.ts';
import { createOutput, type Output } from '../output/output.ts';
import { type CommandRunner, localRunner } from '../output/runner.ts';
import type { StateFolder } from '../output/state.ts';
import { hashOf } from '../pipeline/hash-of.ts';
import { Job, type JobOptions } from '../pipeline/job.ts';
import { ProxyFilesReader } from '../pipeline/proxy-files-reader.ts';
import { Selection } from '../pipeline/selection.ts';
import { limitWorkers } from '../pipeline/worker-limit.ts';
import { World } from '../pipeline/world.ts';
import type { ProxyChild } from '../proxies/child.ts';
import { PROXY_BY_TEMPLATE } from '../proxies/index.ts';
import { nginx } from '../proxies/nginx.ts';
import type { ProxyKind } from '../proxies/proxy-kind.ts';
import type { RuntimeMembers } from '../proxies/runtime-members.ts';
import { listCommand, parseWorkers, type Worker } from '../proxies/workers.ts';
import { filePlacesOf } from '../routing/hooks.ts';
import type { ProxyFiles } from '../routing/proxy-files.ts';
import { readProxySettings } from '../routing/read-proxy-settings.ts';
import { createEngine } from '../templates/engine.ts';
import { notingFiles } from '../templates/helpers/files.ts';
import { hostFiles } from '../templates/host-files.ts';
import { InputFiles } from '../templates/input-files.ts';
import { KeptSource } from '../templates/kept-source.ts';
import { loadTemplate } from '../templates/load.ts';
import { PRECOMPILED_TEMPLATES } from '../templates/precompiled-templates.ts';
import { engineEndpoint } from './engine-endpoint.ts';
import type { Io } from './io.ts';
import { defaultResolvers } from './resolvers.ts';
import { stateOptions } from './runtime-dir.ts';
import type { ProcessSettings, Settings } from './settings.ts';
import { bundledTemplates, templatePaths } from './templates.ts';

const LIST_TIMEOUT_MS = 5_000;

/** What all jobs of a process share. */
export interface Shared {
  readonly log: Logger;
  readonly api: DockerApi;
  readonly inventory: InventoryOptions;
}

/** The parts of one job, made from its settings. */
export interface JobParts {
  /** The proxy is told of members with a secret: see `ProxyKind.membersWith`. */
  readonly takesSecret: boolean;
  /**
   * In which way the proxy is asked what it runs, as a hash; `undefined`: in none.
   *
   * @param secret as `JobWishes.secret`.
   */
  asking(secret: string | undefined): string | undefined;
  readonly world: World;
  readonly inputs: InputFiles;
  /** What the proxy finds on disk. */
  readonly proxyFiles: ProxyFilesReader;
  output(options?: JobOutputOptions): Output;
  job(output: Output, options?: JobWishes): Job;
  /** The proxy's processes that handle connections; `undefined` when they cannot be seen. */
  listWorkers(): Promise<readonly Worker[] | undefined>;
  /** Until the signal aborts, has the proxy's workers ended that a reload has left for too long. */
  limitWorkers(signal: AbortSignal): Promise<void>;
}

export interface JobWishes
  extends Pick<JobOptions, 'quarantineNote' | 'drains' | 'history' | 'hold'> {
  /** Absent: the proxy is told of nothing that would need it. */
  readonly secret?: string | undefined;
  /** In the place of a look at the disk for each rendering. */
  readonly readFiles?: () => Promise<ProxyFiles>;
}

export interface JobOutputOptions {
  /** For the watch that owns the destination. */
  readonly state?: StateFolder | undefined;
  /** The proxy that is told, where it is a child process. */
  readonly child?: ProxyChild | undefined;
  /** As `JobWishes.secret`. */
  readonly secret?: string | undefined;
}

/** The parts that a watch and a one-shot have in common. */
export interface Parts extends Shared, JobParts {}

/**
 * Puts the parts of a single job together.
 *
 * @throws TsgenError `template`, `usage` or `config`.
 */
export async function assemble(settings: Settings, io: Io): Promise<Parts> {
  const shared = await assembleShared(settings, [settings], io);
  return { ...shared, ...(await assembleJob(settings, shared, io)) };
}

/** @throws TsgenError `usage` or `config`. */
export async function assembleShared(
  settings: ProcessSettings,
  jobs: readonly Settings[],
  io: Io,
): Promise<Shared> {
  const log = createLogger({
    format: settings.logFormat,
    level: settings.logLevel,
    write: (line) => io.err.write(`${line}\n`),
    now: () => new Date(systemClock.now()),
    color: io.err.color,
  });
  const api = await connectDocker(engineEndpoint(settings, io.env));
  const selfId = settings.offline
    ? undefined
    : findSelfId({ hostname: hostname(), readFile: readIfPossible });
  return {
    log,
    api,
    inventory: {
      api,
      log,
      clock: systemClock,
      holdsStopped: jobs.some(wantsStopped),
      confirmEmptyMs: settings.confirmEmptyMs,
      ...(selfId ? { selfId } : {}),
    },
  };
}

/**
 * The template is read and compiled once, so that a broken one is reported before anything else
 * begins.
 *
 * @throws TsgenError `template`.
 */
export async function assembleJob(
  settings: Settings,
  { log, api, inventory: { selfId } }: Shared,
  io: Io,
): Promise<JobParts> {
  const inputs = new InputFiles();
  const [path, ...others] = templatePaths(settings.template, io.cwd);
  const partialDirs = [...settings.partials, join(bundledTemplates(), 'partials')];
  // Under the name of a bundled one, in most cases that very text.
  const precompiled = await PRECOMPILED_TEMPLATES[basename(path)]?.();
  const engine = createEngine(notingFiles(hostFiles, inputs.note), precompiled?.default);
  const source = new KeptSource({
    load: (note) => loadTemplate(path, { others, partialDirs, note }),
    reached: engine.reached,
    note: inputs.note,
    now: systemClock.now,
  });
  const isBundled = path === join(bundledTemplates(), basename(path));
  engine.compile(await source.load());

  const { destination } = settings;
  const { files } = stateOptions();
  const world = new World(
    settings.proxy,
    settings.proxy && destination !== '' ? await realParentPath(files, destination) : '',
  );
  const { monotonic, now } = systemClock;
  const here = localRunner({ monotonic, env: io.env });
  const runner = settings.proxy
    ? containerRunner({
        api,
        findProxy: () => world.proxy ?? { kind: 'none', reason: 'no proxy was named' },
        self: () => world.self,
        files,
        monotonic,
        selector: settings.proxySelector,
      })
    : here;

  const env = templateEnvironment(io.env, defaultResolvers({ selfId }, readIfPossible));
  const teller = settings.notifiesHere ? here : runner;
  const { containerFilters: filters, includeStopped } = settings;
  // A template of the user's own may be a copy of the bundled one under any name.
  const kind = PROXY_BY_TEMPLATE.get(basename(path));
  const { places, limits } = kind ?? nginx;
  const processes = (kind ? [kind] : [...PROXY_BY_TEMPLATE.values()]).flatMap(
    (one) => one.processes,
  );
  const proxySettings = readProxySettings(env, settings.vocabulary);
  const confirmationOf = (
    command: string,
    child: ProxyChild | undefined,
    members: RuntimeMembers | undefined,
  ): Confirmation => ({
    command: command.replaceAll('{port}', String(proxySettings.settings.controlPort)),
    ...(members ? { membersCommand: members.askCommand } : {}),
    ...(members?.env ? { membersEnv: members.env } : {}),
    runner: child ? hearing(runner, child) : runner,
    timeoutMs: settings.confirmTimeoutMs,
    ...(child
      ? { child: watched(child), onEnd: watched(child).onEnd }
      : { onEnd: (listener, signal) => world.onProxyEnd(listener, signal) }),
  });
  // Partials of the user's own may take the place of its own.
  const spellsModel = isBundled && others.length === 0 && settings.partials.length === 0;
  const told = spellsModel && kind && isToldByUs(kind, settings) ? kind : undefined;
  const membersFor = (secret: string | undefined): RuntimeMembers | undefined =>
    secret === undefined
      ? told?.members
      : (told?.membersWith?.(secret, proxySettings.settings) ?? told?.members);
  const proxyFiles = new ProxyFilesReader({ places: filePlacesOf(places), now });
  return {
    world,
    inputs,
    proxyFiles,
    takesSecret: told?.membersWith !== undefined,
    asking: (secret) => {
      const { confirm } = settings;
      if (confirm === undefined) return undefined;
      const members = membersFor(secret);
      const { controlPort, proxyProtocol } = proxySettings.settings;
      // tsgen's own script may be another one in the next version, and ask for the same.
      const how = confirm === kind?.askCommand ? kind.name : confirm;
      return hashOf([how, members !== undefined, members?.key, controlPort, proxyProtocol]);
    },
    output: ({ state, child, secret } = {}) => {
      const members = membersFor(secret);
      const confirmation =
        settings.confirm === undefined
          ? undefined
          : confirmationOf(settings.confirm, child, members);
      return createOutput(
        {
          ...(settings.destination ? { dest: settings.destination } : {}),
          write: (text) => io.out.write(text),
          ...(settings.check
            ? { check: { command: settings.check, runner, timeoutMs: settings.checkTimeoutMs } }
            : {}),
          notifications: settings.notifications,
          ...(confirmation ? { confirmation } : {}),
          ...(kind && members && confirmation
            ? {
                memberChanges: new MemberChanges({
                  ...{ proxy: kind.name, members, confirmation, log },
                  monotonic: systemClock.monotonic,
                }),
              }
            : {}),
          ...(state ? { state } : {}),
        },
        {
          runner: child
            ? childRunner(teller, { runsFor: () => child.runsFor, clock: systemClock })
            : teller,
          api,
          log,
          monotonic,
          now,
          timeoutMs: settings.notifyTimeoutMs,
          showsOutput: settings.notifyOutput,
          ...stateOptions(),
        },
      );
    },
    limitWorkers: async (signal) => {
      const command = kind?.endOldWorkersCommand;
      // Who reloads it another way knows what becomes of its workers.
      const isOurs = settings.notifications.some(
        (one) => one.kind === 'command' && one.command === kind?.notifyCommand,
      );
      if (command === undefined || !isOurs) return;
      await limitWorkers({ command, runner, clock: systemClock, log }, signal);
    },
    listWorkers: async () => {
      const listed = await runner.run(listCommand(processes), { timeoutMs: LIST_TIMEOUT_MS });
      if (listed.kind !== 'exited' || listed.exitCode !== 0) return undefined;
      const workers = parseWorkers(listed.output);
      return workers.length === 0 ? undefined : workers;
    },
    job: (output, { readFiles = () => proxyFiles.read(), secret, ...wishes } = {}) => {
      const members = membersFor(secret);
      return new Job({
        ...wishes,
        log,
        world,
        engine,
        loadTemplate: () => source.load(),
        inputs,
        spellsModel,
        ...(members ? { members } : {}),
        output,
        selection: new Selection({ filters, includeStopped, api }),
        destination: settings.destination,
        env,
        keepBlankLines: settings.keepBlankLines,
        patience: { settleMs: settings.settleMs, lingerMs: settings.lingerMs, monotonic },
        routing: {
          ...proxySettings,
          vocabulary: settings.vocabulary,
          places,
          ...(limits ? { limits } : {}),
          readFiles,
          now,
        },
      });
    },
  };
}

/**
 * Whether the proxy may be told of members while it runs: not where a notification or a question of
 * the user's own is in use, which then stand for every change. Of a run that tells nobody, because its
 * inventory is from a file: whether one that does so would.
 */
function isToldByUs({ notifyCommand, askCommand }: ProxyKind, settings: Settings): boolean {
  const { notifications, confirm } = settings.online ?? settings;
  const [told, ...others] = notifications;
  const isOwn = told?.kind === 'command' && told.command === notifyCommand && others.length === 0;
  return isOwn && confirm === askCommand;
}

function watched(child: ProxyChild): WatchedChild {
  return {
    isRunning: () => child.runsFor !== undefined,
    onEnd: (listener, signal) =>
      child.listen((event) => {
        if (event.kind === 'ended') listener(event.how);
      }, signal),
  };
}

/** Commands run here, and what the proxy complains of comes by its standard error. */
function hearing(here: CommandRunner, child: ProxyChild): CommandRunner {
  return { ...here, complaints: async (sinceMs) => complaintsIn(child.saidSince(sinceMs)) };
}

/** What `docker ps` shows without `--all`; the inventory holds no more unless it is told to. */
const ALWAYS_HELD: ReadonlySet<string> = new Set(['running', 'paused', 'restarting']);

function wantsStopped({ includeStopped, containerFilters }: Settings): boolean {
  const { status } = containerFilters;
  return status ? status.some((one) => !ALWAYS_HELD.has(one)) : includeStopped;
}

/**
 * What templates see of tsgen's own environment. Without a prototype: its keys are other people's.
 *
 * @param resolvers where `RESOLVERS` is not set.
 */
function templateEnvironment(
  env: Io['env'],
  resolvers: string | undefined,
): Readonly<Record<string, string>> {
  const defined: Record<string, string> = Object.create(null);
  if (resolvers !== undefined) defined.RESOLVERS = resolvers;
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined) defined[name] = value;
  }
  return defined;
}

function readIfPossible(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

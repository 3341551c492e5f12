import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { systemClock } from '../base/clock.ts';
import { createLogger, type Logger } from '../base/log.ts';
import type { DockerApi } from '../docker/api.ts';
import { connectDocker } from '../docker/client.ts';
import { parseEndpoint } from '../docker/endpoint.ts';
import { findSelfId } from '../docker/self.ts';
import type { InventoryOptions } from '../inventory/sync.ts';
import { containerRunner } from '../output/container-runner.ts';
import { createOutput, type Output } from '../output/output.ts';
import { localRunner } from '../output/runner.ts';
import type { StateFolder } from '../output/state.ts';
import { Job } from '../pipeline/job.ts';
import { World } from '../pipeline/world.ts';
import { createEngine } from '../templates/engine.ts';
import { loadTemplate } from '../templates/load.ts';
import type { Io } from './io.ts';
import { stateOptions } from './runtime-dir.ts';
import type { Settings } from './settings.ts';
import { bundledTemplates, templatePath } from './templates.ts';

/** The parts that a watch and a one-shot have in common, made from the settings. */
export interface Parts {
  readonly log: Logger;
  readonly api: DockerApi;
  readonly world: World;
  readonly inventory: InventoryOptions;
  /** @param state for the watch that owns the destination. */
  output(state?: StateFolder): Output;
  job(output: Output): Job;
}

/**
 * Puts the parts together. The template is read and compiled once, so that a broken one is
 * reported before anything else begins.
 *
 * @throws TsgenError `template`, `usage` or `config`.
 */
export async function assemble(settings: Settings, io: Io): Promise<Parts> {
  const log = createLogger({
    format: settings.logFormat,
    level: settings.logLevel,
    write: (line) => io.err.write(`${line}\n`),
    now: () => new Date(systemClock.now()),
    color: io.err.color,
  });
  const engine = createEngine({ exists: existsSync });
  const path = templatePath(settings.template, io.cwd);
  const load = () => loadTemplate(path, { partialDirs: [join(bundledTemplates(), 'partials')] });
  engine.compile(await load());

  const api = await connectDocker(
    parseEndpoint({
      ...(settings.endpoint ? { endpoint: settings.endpoint } : {}),
      env: io.env,
      exists: existsSync,
    }),
  );
  const world = new World(settings.proxy);
  const selfId = findSelfId({ hostname: hostname(), readFile: readIfPossible });
  const { monotonic, now } = systemClock;
  const here = localRunner({ monotonic, env: io.env });
  const runner = settings.proxy
    ? containerRunner({
        api,
        findProxy: () => world.proxy ?? { kind: 'none', reason: 'no proxy was named' },
        self: () => world.self,
        files: stateOptions().files,
        monotonic,
        selector: settings.proxySelector,
      })
    : here;

  return {
    log,
    api,
    world,
    inventory: { api, log, clock: systemClock, ...(selfId ? { selfId } : {}) },
    output: (state) =>
      createOutput(
        {
          ...(settings.destination ? { dest: settings.destination } : {}),
          write: (text) => io.out.write(text),
          ...(settings.check
            ? { check: { command: settings.check, runner, timeoutMs: settings.checkTimeoutMs } }
            : {}),
          notifications: settings.notifications,
          ...(state ? { state } : {}),
        },
        {
          runner,
          api,
          log,
          monotonic,
          now,
          timeoutMs: settings.notifyTimeoutMs,
          ...stateOptions(),
        },
      ),
    job: (output) =>
      new Job({
        log,
        world,
        engine,
        loadTemplate: load,
        spellsModel: path === join(bundledTemplates(), basename(path)),
        output,
        destination: settings.destination,
        env: definedOnly(io.env),
        keepBlankLines: settings.keepBlankLines,
      }),
  };
}

/** Without a prototype: its keys are other people's. */
function definedOnly(env: Io['env']): Readonly<Record<string, string>> {
  const defined: Record<string, string> = Object.create(null);
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

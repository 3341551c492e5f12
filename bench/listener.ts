import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BuiltWatch } from './built-watch.ts';
import { cpuOf } from './cpu-of.ts';
import { written } from './written.ts';

/** A program that follows an engine and writes a file. */
export interface Listener extends AsyncDisposable {
  written(isWanted: (text: string) => boolean): Promise<number>;
  /** Processor time so far, in ms. */
  cpuMs(): Promise<number>;
}

export interface ListenerKind {
  readonly name: string;
  readonly start: (about: {
    readonly endpoint: string;
    readonly folder: string;
    /** Of the containers that take part, as `--container-filter` has it. */
    readonly filter: string;
  }) => Promise<Listener>;
}

const TSGEN: ListenerKind = {
  name: 'tsgen',
  start: async ({ endpoint, folder, filter }) => {
    const watch = await BuiltWatch.start(endpoint, folder, ['--container-filter', filter]);
    return {
      written: (isWanted) => watch.written(isWanted),
      cpuMs: async () => (await watch.costs()).cpuMs,
      [Symbol.asyncDispose]: () => watch[Symbol.asyncDispose](),
    };
  },
};

/** @param program of docker-gen, for this machine. */
function dockerGen(program: string, template: string): ListenerKind {
  return {
    name: 'docker-gen',
    start: async ({ endpoint, folder, filter }) => {
      const out = join(folder, 'out');
      await mkdir(out);
      const dest = join(out, 'default.conf');
      const args = ['-watch', '-endpoint', endpoint, '-container-filter', filter, template, dest];
      const child: ChildProcess = spawn(program, args, { stdio: 'ignore' });
      const ended = once(child, 'close');
      return {
        written: (isWanted) => written(dest, isWanted),
        cpuMs: () => cpuOf(child.pid ?? 0),
        [Symbol.asyncDispose]: async () => {
          child.kill('SIGTERM');
          await ended;
        },
      };
    },
  };
}

/**
 * tsgen; and docker-gen, where the variable `DOCKER_GEN` names its program for this machine and
 * `DOCKER_GEN_TEMPLATE` its template, in which each server has its container's name.
 */
export function listenerKinds(env: NodeJS.ProcessEnv): readonly ListenerKind[] {
  const { DOCKER_GEN: program, DOCKER_GEN_TEMPLATE: template } = env;
  return program && template ? [TSGEN, dockerGen(program, template)] : [TSGEN];
}

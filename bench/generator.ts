import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { BuiltWatch, PROGRAM, TEMPLATE } from './built-watch.ts';
import { renderTable } from './table.ts';
import { WatchProcess } from './watch-process.ts';

/** Where `scripts/stand-in.sh` puts it. */
const STAND_IN = resolve('.cache/stand-in/docker-gen');

/** What one run of a generator is about. */
export interface Task {
  /** As in `DOCKER_HOST`. */
  readonly endpoint: string;
  /** For the destination, and for what else it writes. */
  readonly folder: string;
  /** Of the containers that take part, as `--container-filter` has it. */
  readonly filter: string;
}

/** A program that writes a proxy's configuration from an engine's containers. */
export interface Generator {
  readonly name: string;
  /** Follows the engine. */
  readonly watch: (task: Task) => Promise<WatchProcess>;
  /** The command line of one that renders once. */
  readonly once: (task: Task, dest: string) => readonly [string, ...string[]];
}

const TSGEN: Generator = {
  name: 'tsgen',
  watch: ({ endpoint, folder, filter }) =>
    BuiltWatch.start(endpoint, folder, ['--container-filter', filter]),
  once: ({ endpoint, filter }, dest) => {
    const args = ['--once', '--template', TEMPLATE, '--dest', dest, '--endpoint', endpoint];
    return [process.execPath, PROGRAM, ...args, '--container-filter', filter];
  },
};

/**
 * docker-gen, where the variable `DOCKER_GEN` names its program for this machine and
 * `DOCKER_GEN_TEMPLATE` its template, in which each server has its container's name; else what asks as
 * it does, where that was built; else nothing.
 */
function dockerGen(env: NodeJS.ProcessEnv): Generator | undefined {
  const { DOCKER_GEN: program, DOCKER_GEN_TEMPLATE: template } = env;
  if (program && template) return likeDockerGen('docker-gen', program, template);
  if (!existsSync(STAND_IN)) return undefined;
  return likeDockerGen('as docker-gen', STAND_IN, resolve('bench/stand-in/docker-gen.tmpl'));
}

/** What a benchmark of generators compares. */
export interface Comparison {
  /** tsgen first. */
  readonly generators: readonly Generator[];
  /** Whether there is one beside tsgen. */
  readonly isPaired: boolean;
  /** A table of it, which says so where tsgen is alone. */
  readonly table: (headings: readonly string[], rows: readonly (readonly string[])[]) => string;
}

const ALONE =
  'Without docker-gen: DOCKER_GEN and DOCKER_GEN_TEMPLATE name none, and its stand-in was not built (scripts/stand-in.sh).';

export function comparison(env: NodeJS.ProcessEnv): Comparison {
  const other = dockerGen(env);
  return {
    generators: other ? [TSGEN, other] : [TSGEN],
    isPaired: other !== undefined,
    table: (headings, rows) =>
      other ? renderTable(headings, rows) : `${renderTable(headings, rows)}\n\n${ALONE}`,
  };
}

function likeDockerGen(name: string, program: string, template: string): Generator {
  const args = ({ endpoint, filter }: Task) => ['-endpoint', endpoint, '-container-filter', filter];
  return {
    name,
    watch: async (task) => {
      const out = join(task.folder, 'out');
      await mkdir(out);
      const dest = join(out, 'default.conf');
      const all = ['-watch', ...args(task), template, dest];
      return new WatchProcess({ program, args: all, env: { PATH: process.env.PATH }, dest });
    },
    once: (task, dest) => [program, ...args(task), template, dest],
  };
}

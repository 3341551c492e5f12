import { resolve } from 'node:path';
import { messageOf, TsgenError } from '../base/errors.ts';
import { PROXY_BY_TEMPLATE } from '../proxies/index.ts';
import { readConfigFile } from './config/read.ts';
import { definedOnly, withEnvironment } from './flag-values.ts';
import { FLAGS, type Flag, type FlagValues } from './flags.ts';
import { readStandIn } from './go-template.ts';
import {
  type ProcessSettings,
  processSettings,
  resolveSettings,
  type Settings,
  type SettingsInput,
} from './settings.ts';

/** Everything that one process does. */
export interface RunSettings {
  readonly process: ProcessSettings;
  readonly jobs: readonly Settings[];
  /** Absolute paths of the configuration files, none when flags say all. */
  readonly configFiles: readonly string[];
  /** What the user said in vain. */
  readonly warnings: readonly string[];
}

export interface RunInput {
  /** What the user said. */
  readonly flags: FlagValues;
  /** What the environment says in the place of flags. */
  readonly fromEnv: FlagValues;
  readonly operands: readonly string[];
  readonly cwd: string;
}

/**
 * Flags, operands and the configuration files that they name → all that is to be done.
 *
 * @throws TsgenError `usage` or `config`.
 */
export async function resolveRun(input: RunInput): Promise<RunSettings> {
  const { fromEnv, operands, cwd } = input;
  const flags = definedOnly(input.flags);
  // docker-gen, too, reads a file that is named twice once.
  const configFiles = [...new Set((flags.config ?? []).map((path) => resolve(cwd, path)))];
  if (configFiles.length === 0) {
    const all = withEnvironment(flags, fromEnv);
    const given = await withStandIn({ flags: all, operands, cwd }, { explicit: flags });
    const settings = resolveSettings(given.input);
    return { process: settings, jobs: [settings], configFiles, warnings: given.warnings };
  }
  const files = [];
  for (const path of configFiles) files.push(await readConfigFile(path));
  const shared = {
    ...mergeFlags(files.map((file) => file.flags)),
    ...withEnvironment(processFlags(flags), processFlags(fromEnv)),
  };
  const jobs: Settings[] = [];
  const ofTemplates: string[] = [];
  for (const { where, flags: own, notifyContainers } of files.flatMap((file) => file.jobs)) {
    await locate(where, async () => {
      const input = jobInput({ ...shared, ...own }, notifyContainers, cwd);
      const given = await withStandIn(input, { explicit: own });
      ofTemplates.push(...given.warnings);
      jobs.push(resolveSettings(given.input));
    });
  }
  if (jobs.length === 0) {
    throw new TsgenError(
      'config',
      `There is no job in ${configFiles.join(', ')}: add a [[config]] block with a template and a dest.`,
    );
  }
  refuseSharedDestination(jobs);
  return {
    process: processSettings(shared, cwd),
    jobs,
    configFiles,
    warnings: [...warnings(flags, operands), ...ofTemplates],
  };
}

/** A job in docker-gen's form; a bundled template without a destination takes what it implies. */
function jobInput(
  { template = '', dest = '', ...flags }: FlagValues,
  notifyContainers: ReadonlyMap<string, number>,
  cwd: string,
): SettingsInput {
  const base = { cwd, notifyContainers };
  if (dest !== '') return { ...base, flags, operands: [template, dest] };
  if (flags.watch) return { ...base, flags: { ...flags, template }, operands: [] };
  const once = flags.once ?? (flags.interval === undefined ? true : undefined);
  const asked = { ...flags, watch: false, once };
  return { ...base, flags: { ...asked, template }, operands: [] };
}

/** Puts the template in place that the named one stands for, and the proxy that goes with it. */
async function withStandIn(
  input: SettingsInput,
  { explicit }: { readonly explicit: FlagValues },
): Promise<{ readonly input: SettingsInput; readonly warnings: readonly string[] }> {
  const { flags, operands, cwd } = input;
  const [operand, ...dest] = operands;
  const standIn = await readStandIn(flags.template ?? operand ?? '', cwd);
  const { proxy, ...others } = flags;
  if (standIn.kind !== 'bundled') {
    // docker-gen knows of no proxy: a variable that an image sets makes it wait for none.
    const isTheirForm = flags.template === undefined && !PROXY_BY_TEMPLATE.has(operand ?? '');
    const isUnasked = isTheirForm && explicit.proxy === undefined;
    return { input: isUnasked ? { ...input, flags: others } : input, warnings: [] };
  }
  const { template, warning } = standIn;
  // By the environment alone it is one of several who may be the proxy.
  const labelled = explicit.proxy === undefined && proxy !== undefined ? { labelled: proxy } : {};
  const kept = explicit.proxy === undefined ? others : flags;
  const named =
    flags.template === undefined
      ? { flags: kept, operands: [template, ...dest] }
      : { flags: { ...kept, template }, operands };
  return {
    input: { ...input, ...named, standIn: labelled },
    warnings: warning === undefined ? [] : [warning],
  };
}

async function locate(where: string, make: () => Promise<void>): Promise<void> {
  try {
    await make();
  } catch (cause) {
    if (!(cause instanceof TsgenError)) throw cause;
    throw new TsgenError('config', `${where}: in this [[config]] block: ${messageOf(cause)}`, {
      cause,
    });
  }
}

function refuseSharedDestination(jobs: readonly Settings[]): void {
  const seen = new Set<string>();
  for (const { destination } of jobs) {
    if (destination !== '' && seen.has(destination)) {
      throw new TsgenError(
        'config',
        `Two [[config]] blocks write to ${destination}. Give each a dest of its own.`,
      );
    }
    seen.add(destination);
  }
}

const PROCESS_FLAGS: ReadonlySet<string> = new Set(
  FLAGS.filter((flag: Flag) => flag.config?.scope === 'process').map(({ name }) => name),
);

function processFlags(flags: FlagValues): FlagValues {
  return Object.fromEntries(Object.entries(flags).filter(([name]) => PROCESS_FLAGS.has(name)));
}

/** Later files go before earlier ones; lists add up. */
function mergeFlags(all: readonly FlagValues[]): FlagValues {
  const merged: Record<string, unknown> = {};
  for (const flags of all) {
    for (const [name, value] of Object.entries(flags)) {
      const before = merged[name];
      merged[name] = Array.isArray(before) && Array.isArray(value) ? [...before, ...value] : value;
    }
  }
  return merged as FlagValues;
}

/** docker-gen ignores these without a word. */
function warnings(flags: FlagValues, operands: readonly string[]): readonly string[] {
  const unused = Object.keys(flags)
    .filter((name) => name !== 'config' && !PROCESS_FLAGS.has(name))
    .map((name) => `--${name}`);
  const vain = [...unused, ...operands];
  return vain.length === 0
    ? []
    : [`${vain.join(', ')} is not used: with --config, the file says it for each job.`];
}

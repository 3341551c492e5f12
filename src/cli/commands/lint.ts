import { relative } from 'node:path';
import { messageOf, TsgenError } from '../../base/errors.ts';
import { visible } from '../../base/visible.ts';
import type { Mistake } from '../../templates/parse.ts';
import { TemplateError } from '../../templates/template-error.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { withEnvironment } from '../flag-values.ts';
import type { InventoryFile } from '../inventory-json.ts';
import { readInventoryFile } from '../inventory-source.ts';
import type { Io } from '../io.ts';
import { renderOnce } from '../render-once.ts';
import { type RunInput, resolveRun } from '../run-settings.ts';
import { emptyInventory, sampleInventory } from '../sample-inventory.ts';
import { resolveSettings, type Settings } from '../settings.ts';

/**
 * Parses each template and renders it, without writing, from an inventory file or from made-up
 * containers and from none. No engine is asked. Lists every mistake that is found, as
 * `file:line:column: message`.
 *
 * @returns the code for a broken template when there is one, else 0.
 */
export async function lint(input: RunInput, io: Io): Promise<number> {
  const { from, ...flags } = input.flags;
  const file = from === undefined ? undefined : await readInventoryFile(from, io);
  const inventories = file ? [file] : [sampleInventory(), emptyInventory()];
  let broken = 0;
  for (const settings of await settingsOf({ ...input, flags })) {
    const faults = await faultsOf(file ? settings : madeUp(settings), inventories, io);
    if (faults.length > 0) broken += 1;
    const lines = faults.length > 0 ? faults : [`${settings.template}: in order`];
    io.out.write(`${lines.join('\n')}\n`);
  }
  return broken > 0 ? EXIT_CODES.template.code : 0;
}

/** Of the jobs in the configuration files, or for each template that is named. */
async function settingsOf(input: RunInput): Promise<readonly Settings[]> {
  if (input.flags.config !== undefined) {
    return (await resolveRun({ ...input, operands: [] })).jobs;
  }
  const { template, dest: _dest, ...flags } = withEnvironment(input.flags, input.fromEnv);
  const templates = [...(template === undefined ? [] : [template]), ...input.operands];
  if (templates.length === 0) {
    throw new TsgenError('usage', 'There is no template to lint. Name one: tsgen lint my.hbs.');
  }
  return templates.map((operand) =>
    resolveSettings({ flags, operands: [operand], cwd: input.cwd }),
  );
}

/** Made-up containers hold no proxy, and what they ask for is nobody's problem. */
function madeUp({ proxy: _proxy, ...settings }: Settings): Settings {
  return { ...settings, logLevel: 'error' };
}

async function faultsOf(
  settings: Settings,
  inventories: readonly InventoryFile[],
  io: Io,
): Promise<readonly string[]> {
  const faults = new Set<string>();
  for (const inventory of inventories) {
    try {
      await renderOnce(settings, inventory, io);
    } catch (error) {
      if (!(error instanceof TsgenError) || error.kind !== 'template') throw error;
      for (const fault of describe(error, settings.template, io.cwd)) faults.add(fault);
    }
  }
  return [...faults];
}

function describe(error: TsgenError, template: string, cwd: string): readonly string[] {
  const mistakes = error instanceof TemplateError ? error.mistakes : [];
  // Without a place: it cannot be read, or nests too deep.
  if (mistakes.length === 0) return [`${template}: ${visible(messageOf(error))}`];
  return mistakes.map((mistake) => lineOf(mistake, cwd));
}

function lineOf({ source, line, column, message, excerpt }: Mistake, cwd: string): string {
  const place = `${shortened(source, cwd)}:${line}:${column}`;
  const shown = excerpt === undefined ? '' : `\n${excerpt.replaceAll(/^/gm, '    ')}`;
  return `${place}: ${visible(message)}${shown}`;
}

/** As the user would name it from here. */
function shortened(path: string, cwd: string): string {
  if (!path.startsWith('/')) return path;
  const short = relative(cwd, path);
  return short.startsWith('..') ? path : short;
}

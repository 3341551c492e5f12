import { TsgenError } from '../base/errors.ts';
import { takeSnapshot } from '../inventory/sync.ts';
import type { ApplyResult, Output } from '../output/output.ts';
import type { Rendering } from '../output/rendering.ts';
import { describeOutcome } from '../pipeline/outcome.ts';
import { assemble } from './assemble.ts';
import type { InventoryFile } from './inventory-json.ts';
import { offlineSettings } from './inventory-source.ts';
import type { Io } from './io.ts';
import { memberSecretIfThere } from './member-secret.ts';
import type { Settings } from './settings.ts';

/**
 * What a one-shot would write, without writing it.
 *
 * @param inventory in the place of a look at the engine.
 * @throws TsgenError what would keep the one-shot from rendering; a `TemplateError` with the places.
 */
export async function renderOnce(
  settings: Settings,
  inventory: InventoryFile | undefined,
  io: Io,
): Promise<Rendering> {
  const parts = await assemble(inventory ? offlineSettings(settings, inventory) : settings, io);
  parts.world.snapshot =
    inventory?.snapshot ?? (await takeSnapshot(parts.inventory, { signal: io.stop }));
  const output = new CapturingOutput();
  const secret = await memberSecretIfThere(settings.destination);
  const outcome = await parts.job(output, { secret }).run({ signal: io.stop });
  if (output.rendering) return output.rendering;
  if (outcome.kind === 'failed' && outcome.stage === 'template') {
    if (outcome.cause instanceof Error) throw outcome.cause;
  }
  throw new TsgenError('check', `Nothing was rendered. ${describeOutcome(outcome)}.`);
}

/** Keeps what it is given, and makes nothing live. */
class CapturingOutput implements Output {
  rendering: Rendering | undefined;

  async prepare(): Promise<void> {}

  async apply(rendering: Rendering): Promise<ApplyResult> {
    this.rendering = rendering;
    return { kind: 'unchanged', notified: false, owed: false };
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

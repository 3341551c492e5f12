import { toDockerGenJson, toFullJson } from '../inventory-json.ts';
import { takeInventory } from '../inventory-source.ts';
import type { Io } from '../io.ts';
import type { RunInput } from '../run-settings.ts';
import { prettyJson } from '../view/json.ts';

/**
 * Prints what templates see, as JSON that `--from` reads: docker-gen's list or, with `full`, all
 * that a rendering depends on.
 */
export async function inventory(
  input: RunInput,
  { full = false }: { readonly full?: boolean },
  io: Io,
): Promise<number> {
  const { snapshot, proxy = '', listed } = await takeInventory(input, io);
  const json = full
    ? toFullJson(snapshot, input.flags.proxy ?? proxy)
    : toDockerGenJson(await listed());
  io.out.write(prettyJson(json));
  return 0;
}

import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

/**
 * How a stack starts its proxy; nothing where it has the image's own way.
 *
 * @param stack a file of `compose/` with a service `proxy`.
 */
export async function stackCommand(stack: string): Promise<readonly string[]> {
  const { services } = parse(await readFile(stack, 'utf8')) as {
    services: { proxy: { command?: readonly string[] } };
  };
  return services.proxy.command ?? [];
}

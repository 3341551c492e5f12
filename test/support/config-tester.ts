import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RuntimeContainer } from '../../src/inventory/runtime-container.ts';
import { aContainer } from './runtime-containers.ts';
import type { Workspace } from './workspace.ts';

/** A proxy whose own check is asked about configurations, in containers that run nothing else. */
export interface ConfigTester {
  readonly image: string;
  /** In the container. Whether it is there already does not matter. */
  readonly folder: string;
  /** A shell line. */
  readonly check: string;
  /** Further arguments of `docker create`. */
  readonly args?: readonly string[];
}

/** What the check says of files in the folder, by name, after a shell line has prepared the rest. */
export async function verdict(
  workspace: Workspace,
  { image, folder, check, args = [] }: ConfigTester,
  part: string,
  { files, prepare = 'true' }: { files: Readonly<Record<string, string>>; prepare?: string },
): Promise<readonly string[]> {
  const tester = await workspace.create(part, image, {
    args: ['--network=none', ...args],
    command: ['sh', '-c', `${prepare} && exec ${check}`],
  });
  await putFiles(workspace, tester, folder, files);
  return await saidBy(workspace, tester);
}

/** Puts files into a folder of a container that need not run. */
export async function putFiles(
  workspace: Workspace,
  container: string,
  folder: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  const own = await workspace.folder(`${container}-files`);
  for (const [name, content] of Object.entries(files)) await writeFile(join(own, name), content);
  await workspace.engine.docker(['cp', `${own}/.`, `${container}:${folder}`]);
}

/** Runs what was created to its end; returns what it wrote, line by line. */
export async function saidBy({ engine }: Workspace, container: string): Promise<readonly string[]> {
  await engine.docker(['start', '--attach', container]).catch(() => '');
  return await engine.logs(container);
}

/** A container for each environment. */
export const sitesOf = (
  environments: readonly Readonly<Record<string, string>>[],
): readonly RuntimeContainer[] =>
  environments.map((env, index) => aContainer({ name: `web-${index}`, env }));

export const aThousandSites = (): readonly RuntimeContainer[] =>
  sitesOf(
    Array.from({ length: 1000 }, (_, index) => ({ VIRTUAL_HOST: `site-${index}.example.com` })),
  );

import { Engine } from '../test/support/engine.ts';
import { currentSession, NAME_PREFIX, OWNER_LABEL } from '../test/support/session.ts';
import type { Progress } from './bench.ts';
import { NODE_IMAGE } from './images.ts';
import { renderTable } from './table.ts';

/** Image, its Dockerfile's target if that has several, and what it is built on. */
const IMAGES = [
  ['Dockerfile.gen', 'tsgen', NODE_IMAGE],
  ['Dockerfile.gen', 'dockergen', NODE_IMAGE],
  ['Dockerfile.gen', 'nginx', 'nginx:1.30'],
  ['Dockerfile.gen', 'apache', 'httpd:2.4'],
  ['Dockerfile.gen', 'haproxy', 'haproxy:3.2'],
  ['Dockerfile.service', undefined, NODE_IMAGE],
] as const;

/**
 * How large the images are, and how much of that is their base image's.
 *
 * @returns a table.
 */
export async function imageSizes(_: number, progress: Progress): Promise<string> {
  const engine = await Engine.ofThisMachine();
  const session = currentSession();
  const megabytes = async (image: string) => {
    const size = await engine.docker(['image', 'inspect', '--format={{.Size}}', image]);
    return Number(size) / 1e6;
  };
  const rows: string[][] = [];
  for (const [file, target, base] of IMAGES) {
    const name = target ?? 'service';
    progress(`images, ${name}`);
    const tag = `${NAME_PREFIX}size-${name}:${session.key}`;
    await engine.docker(
      [
        ...['build', `--label=${OWNER_LABEL}=${session.owner}`, `--tag=${tag}`, `--file=${file}`],
        ...(target ? [`--target=${target}`] : []),
        ...[`--build-arg=NODE_IMAGE=${NODE_IMAGE}`, '.'],
      ],
      { timeoutMs: 280_000 },
    );
    const [whole, below] = [await megabytes(tag), await megabytes(base)];
    await engine.docker(['image', 'rm', tag]);
    rows.push([name, base, ...[whole, below, whole - below].map((size) => size.toFixed(1))]);
  }
  return renderTable(['image', 'on', 'MB', 'of these the base, MB', 'more, MB'], rows);
}

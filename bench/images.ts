import type { Engine } from '../test/support/engine.ts';
import { NAME_PREFIX, OWNER_LABEL, type Session } from '../test/support/session.ts';

export const NODE_IMAGE = 'node:24-trixie-slim';
export const NEIGHBOUR_IMAGE = 'tsgen-test/busybox:1';

/** Builds tsgen's image under a name of this run's own, and returns it. */
export async function buildGen(engine: Engine, session: Session): Promise<string> {
  const tag = `${NAME_PREFIX}gen:${session.key}`;
  const label = `--label=${OWNER_LABEL}=${session.owner}`;
  const from = ['--file=Dockerfile.gen', '--target=tsgen', `--build-arg=NODE_IMAGE=${NODE_IMAGE}`];
  await engine.docker(['build', label, '--tag', tag, ...from, '.'], { timeoutMs: 280_000 });
  return tag;
}

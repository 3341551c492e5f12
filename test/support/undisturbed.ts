import type { Engine } from './engine.ts';
import { OWNER_LABEL } from './session.ts';

const ATTEMPTS = 5;

/**
 * Runs what would fail where somebody else's web servers come or go on the same engine in the
 * middle of it (tsgen then has something to do), and runs it again where that happened.
 *
 * @param work starts anew at each call.
 */
export async function undisturbed(engine: Engine, work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const before = await othersSites(engine);
    try {
      await work();
      return;
    } catch (error) {
      if (attempt === ATTEMPTS || (await othersSites(engine)) === before) throw error;
    }
  }
}

/** The state of all containers that ask for a virtual host and are not the tests'. */
async function othersSites(engine: Engine): Promise<string> {
  const ids = (await engine.docker(['ps', '-aq', '--no-trunc'])).split('\n').filter(Boolean);
  const states = await Promise.all(
    ids.map(async (id) => {
      // It may be gone by now.
      const text = await engine.docker(['container', 'inspect', id]).catch(() => '[]');
      const [found] = JSON.parse(text) as [OtherContainer?];
      if (!found || found.Config.Labels[OWNER_LABEL] !== undefined) return [];
      if (!(found.Config.Env ?? []).some((line) => line.startsWith('VIRTUAL_HOST='))) return [];
      const { Status, StartedAt, Health } = found.State;
      return [id, found.Name, Status, StartedAt, Health?.Status, found.NetworkSettings.Networks];
    }),
  );
  return JSON.stringify(states);
}

interface OtherContainer {
  readonly Name: string;
  readonly Config: {
    readonly Labels: Readonly<Partial<Record<string, string>>>;
    /** `null` where there is none. */
    readonly Env: readonly string[] | null;
  };
  readonly State: {
    readonly Status: string;
    readonly StartedAt: string;
    readonly Health?: { readonly Status: string };
  };
  readonly NetworkSettings: { readonly Networks: unknown };
}

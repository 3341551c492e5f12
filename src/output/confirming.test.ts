import { describe, expect, it } from 'vitest';
import { aLog } from '../../test/support/memory-log.ts';
import { Confirming } from './confirming.ts';
import type { Rendering } from './rendering.ts';
import type { CommandRunner, RunOptions } from './runner.ts';

const signal = new AbortController().signal;

const rendering = (revision?: string) =>
  ({ files: [{ path: '/a', chunks: [] }], revision }) as unknown as Rendering;

/** Of a proxy that confirms whatever it is asked for. */
function confirmingWith(more: {
  readonly membersCommand?: string;
  readonly membersEnv?: Readonly<Record<string, string>>;
}) {
  const asked: (readonly [command: string, env: RunOptions['env']])[] = [];
  const runner: CommandRunner = {
    where: 'here',
    unavailable: () => undefined,
    run: async (command, { env }) => {
      const question = command.includes('ask-members') ? 'ask-members' : 'ask-alone';
      asked.push([question, env]);
      return { kind: 'exited', exitCode: 0, output: '', durationMs: 1 };
    },
    translate: async (path) => ({ kind: 'ok', path }),
  };
  const confirming = new Confirming(
    { command: 'ask-alone', ...more, runner, timeoutMs: 1_000 },
    { log: aLog(), monotonic: () => 0 },
  );
  return { confirming, asked };
}

describe('a proxy that is asked what it runs', () => {
  it('is asked for its members where the revision says who they are', async () => {
    const membersEnv = { TSGEN_KEY: 'secret' };
    const { confirming, asked } = confirmingWith({ membersCommand: 'ask-members', membersEnv });
    for (const revision of ['abc', 'abc digest']) {
      expect(confirming.covers(rendering(revision))).toBe(true);
      const answer = await confirming.ask(rendering(revision), { patient: false, signal });
      expect(answer).toEqual({ kind: 'confirmed' });
    }
    expect(asked).toEqual([
      ['ask-alone', undefined],
      ['ask-members', membersEnv],
    ]);
  });

  it('is not asked in vain for members where it can be asked for none', async () => {
    const { confirming, asked } = confirmingWith({});
    expect(confirming.covers(rendering('abc'))).toBe(true);
    expect(confirming.covers(rendering('abc digest'))).toBe(false);
    expect(confirming.covers(rendering())).toBe(false);
    const answer = await confirming.ask(rendering('abc digest'), { patient: false, signal });
    expect(answer.kind).toBe('unanswerable');
    expect(asked).toEqual([]);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { httpd } from '../../src/proxies/httpd.ts';
import { answering, expectAnswering } from '../support/answering.ts';
import { ComposeStack, START_ORDERS } from '../support/compose-stack.ts';
import { Engine } from '../support/engine.ts';
import { Workspace } from '../support/workspace.ts';

const engine = new Engine(inject('engineHost'));
const workspace = new Workspace(engine, inject('session'));
let stack: ComposeStack;

beforeAll(async () => {
  stack = await ComposeStack.of('compose/apache.yml', workspace, { images: inject('images') });
});

afterAll(() => workspace[Symbol.asyncDispose]());

describe('the Apache stack, however it is started,', () => {
  beforeEach(() => stack.down());

  it.each(START_ORDERS)('serves when it starts with %s, then %s, then %s', async (...services) => {
    await stack.upInOrder(services);
    await expectAnswering(stack.site, await stack.replicas(), { timeoutMs: 100_000 });
  });
});

describe('the Apache stack', () => {
  beforeAll(async () => {
    await stack.down();
    await stack.scale({ web: 3 });
    await expectAnswering(stack.site, await stack.replicas(), { timeoutMs: 100_000 });
  });

  it('asks one replica after the other', async () => {
    for (let round = 0; round < 3; round += 1) {
      expect(await answering(stack.site, 3)).toEqual(new Set(await stack.replicas()));
    }
  });

  it.each([5, 1])('follows a scale to %i', async (count) => {
    await stack.scale({ web: count });
    const expected = await stack.replicas();
    expect(expected).toHaveLength(count);
    await expectAnswering(stack.site, expected, { timeoutMs: 100_000 });
  });

  it('keeps the Docker socket from the proxy', async () => {
    const { Mounts } = await engine.inspect(await stack.containerOf('proxy'));
    expect(Mounts.map(({ Destination }) => Destination)).toEqual(['/usr/local/apache2/conf/tsgen']);
  });

  describe('has httpd checked:', () => {
    /** Runs the check about the live configuration with lines of its own after it. */
    async function check(...lines: readonly string[]) {
      const script = httpd.checkCommand
        .replaceAll('{file}', '/tmp/candidate.conf')
        .replaceAll('{dest}', httpd.destination);
      const make = `{ cat ${httpd.destination}; printf '%s\\n' "$@"; } >/tmp/candidate.conf`;
      const asked = `${make}; (${script}); echo "exit code $?"`;
      return await engine.docker([
        'exec',
        await stack.containerOf('proxy'),
        'sh',
        '-c',
        asked,
        'sh',
        ...lines,
      ]);
    }

    it('it accepts what it runs with', async () => {
      expect(await check()).toBe('exit code 0');
    });

    it('it rejects a directive that is none, by the place where it would be live', async () => {
      expect(await check('NoSuchDirective on')).toMatch(
        /of \/usr\/local\/apache2\/conf\/tsgen\/httpd\.conf:\nInvalid command 'NoSuchDirective'[\s\S]*exit code 1$/,
      );
    });

    it('it rejects a port that another program has, to which httpd itself is blind', async () => {
      const other =
        "perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(LocalPort=>81,Listen=>1); sleep 60'";
      await engine.docker([
        'exec',
        '--detach',
        await stack.containerOf('proxy'),
        'sh',
        '-c',
        other,
      ]);
      await expect
        .poll(() => check('Listen 0.0.0.0:81'))
        .toMatch(/another program listens on port 81 already[\s\S]*exit code 1$/);
      expect(await check('Listen 0.0.0.0:82')).toBe('exit code 0');
    });
  });

  it('is not started by the notification where httpd does not run', async () => {
    const notify = httpd.notifyCommand
      .replaceAll('/usr/local/apache2/logs', '/nowhere')
      .replaceAll('httpd -f', 'echo started');
    expect(
      await engine.docker(['exec', await stack.containerOf('proxy'), 'sh', '-c', notify]),
    ).toBe('');
  });
});

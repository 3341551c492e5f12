import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { answering, expectAnswering } from '../support/answering.ts';
import { ComposeStack, START_ORDERS } from '../support/compose-stack.ts';
import { Engine } from '../support/engine.ts';
import { expectFollowedScale } from '../support/scaled.ts';
import { Workspace } from '../support/workspace.ts';

const engine = new Engine(inject('engineHost'));
const workspace = new Workspace(engine, inject('session'));
let stack: ComposeStack;

beforeAll(async () => {
  stack = await ComposeStack.of('compose/haproxy.yml', workspace, { images: inject('images') });
});

afterAll(() => workspace[Symbol.asyncDispose]());

describe('the HAProxy stack, however it is started,', () => {
  beforeEach(() => stack.down());

  it.each(START_ORDERS)('serves when it starts with %s, then %s, then %s', async (...services) => {
    await stack.upInOrder(services);
    await expectAnswering(stack.site, await stack.replicas());
  });

  it('stops at once while the proxy still waits for a configuration', async () => {
    await stack.up('proxy');
    const proxy = await stack.containerOf('proxy');
    await engine.docker(['stop', '--time=60', proxy], { timeoutMs: 30_000 });
    expect(await engine.docker(['inspect', '--format={{.State.ExitCode}}', proxy])).toBe('0');
  });
});

describe('the HAProxy stack', () => {
  beforeAll(async () => {
    await stack.down();
    await stack.scale({ web: 3 }, { wait: true });
  });

  it('shares requests out in turn', async () => {
    const replicas = await stack.replicas();
    await expectAnswering(stack.site, replicas);
    expect(await answering(stack.site, 3)).toEqual(new Set(replicas));
  });

  it.each([6, 2])('follows a scale to %i and loses no request', async (count) => {
    await expectFollowedScale(stack, count);
  });

  it('keeps the Docker socket from the proxy, which can change nothing of what it reads', async () => {
    const format = '{{range .Mounts}}{{.Destination}} {{.RW}};{{end}}';
    const proxy = await stack.containerOf('proxy');
    expect(await engine.docker(['inspect', `--format=${format}`, proxy])).toBe(
      '/usr/local/etc/haproxy false;',
    );
  });

  it("hears of each reload from HAProxy's master whether it worked", async () => {
    const lines = await engine.logs(await stack.containerOf('tsgen'));
    expect(lines.some((line) => line.includes("Running 'reload HAProxy'"))).toBe(true);
    const failed = lines.filter((line) => line.includes('Error running notify command'));
    expect(failed, lines.join('\n')).toEqual([]);
  });
});

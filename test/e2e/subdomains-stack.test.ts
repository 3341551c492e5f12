import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { expectAnswering, type Served, serviceSite } from '../support/answering.ts';
import { ComposeStack } from '../support/compose-stack.ts';
import { Engine } from '../support/engine.ts';
import { get } from '../support/http.ts';
import { underLoad } from '../support/load.ts';
import { Workspace } from '../support/workspace.ts';

const workspace = new Workspace(new Engine(inject('engineHost')), inject('session'));
let stack: ComposeStack;
let front: Served;
let api: Served;

beforeAll(async () => {
  stack = await ComposeStack.of('compose/subdomains.yml', workspace, { images: inject('images') });
  front = { ...serviceSite(stack.front, 'app.app.dev'), path: '/' };
  api = { ...serviceSite(stack.front, 'api.app.dev'), path: '/' };
  await stack.scale({ front: 2, api: 3 }, { wait: true });
});

afterAll(() => workspace[Symbol.asyncDispose]());

async function expectBoth(): Promise<void> {
  await expectAnswering(front, await stack.replicas('front'));
  await expectAnswering(api, await stack.replicas('api'));
}

describe('the stack of two host names', () => {
  it('has each name answered by all replicas of its own service', async () => {
    await expectBoth();
  });

  it('names the host in what the API answers, and lets the page of the other name read it', async () => {
    const { status, headers, body } = await get(stack.front, 'api.app.dev', '/');
    const answer = JSON.parse(body) as { hostname: string; message: string };
    expect(status).toBe(200);
    expect(Object.keys(answer)).toEqual(['hostname', 'message']);
    expect(await stack.replicas('api')).toContain(answer.hostname);
    expect(headers['access-control-allow-origin']).toBe('*');
  });

  it.each(['app.app.dev', 'app.localhost'])(
    'serves the page and what it needs at %s',
    async (host) => {
      const page = await get(stack.front, host, '/');
      expect(page.body).toContain('Who answers?');
      const parts = [...page.body.matchAll(/(?:href|src)="(\w+\.(?:css|js))"/g)].map(
        ([, name]) => name,
      );
      expect(parts).toEqual(['style.css', 'app.js']);
      for (const part of parts) {
        expect(await get(stack.front, host, `/${part}`)).toMatchObject({ status: 200 });
      }
    },
  );

  it.each([
    { front: 1, api: 5 },
    { front: 3, api: 1 },
  ])('follows a scale to %j, and loses no request', async (counts) => {
    const { requests, lost } = await underLoad(api, async () => {
      await stack.scale(counts);
      await expectBoth();
    });
    expect(requests).toBeGreaterThan(100);
    expect(lost).toEqual([]);
    expect(await stack.replicas('front')).toHaveLength(counts.front);
    expect(await stack.replicas('api')).toHaveLength(counts.api);
  });
});

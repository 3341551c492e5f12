import { expect } from 'vitest';
import type { Scenario } from '../scenario.ts';
import { CERTIFIED, MOVED, PLAIN, STRICT } from '../setups.ts';
import { ask, logged, notLogged, see, settle } from '../steps.ts';

export const LOGS: readonly Scenario[] = [
  {
    group: 'logs',
    name: 'each request is a line with host, client, request, status and container',
    covers: ['access log format'],
    proxy: PLAIN,
    containers: { logged: { env: { VIRTUAL_HOST: 'logged.logs.test' } } },
    steps: [
      ask(
        { url: 'http://logged.logs.test/mark-1', headers: { 'user-agent': 'the agent' } },
        {
          from: 'logged',
        },
      ),
      logged(
        /logged\.logs\.test (10|172|192)\.\S+ - - \[[^\]]+\] "GET \/mark-1 HTTP\/1\.1" 200 \d+ "-" "the agent" "\S+:80"/,
      ),
    ],
    except: {
      httpd: 'its log has a format of its own',
      haproxy: 'its log has a format of its own',
    },
  },
  {
    group: 'logs',
    name: 'a request cannot forge a line',
    covers: ['access log format'],
    proxy: PLAIN,
    containers: { forged: { env: { VIRTUAL_HOST: 'forged.logs.test' } } },
    steps: [
      ask(
        {
          url: 'http://forged.logs.test/mark-2',
          headers: { 'user-agent': 'x" 200 "\tforged-line' },
        },
        { from: 'forged' },
      ),
      logged(/mark-2/),
      notLogged(/x" 200 "/),
    ],
  },
  {
    group: 'logs',
    name: 'the log can be JSON, one object a line',
    covers: ['LOG_JSON'],
    proxy: CERTIFIED,
    containers: {
      json: { env: { VIRTUAL_HOST: 'json.certified.test', HTTPS_METHOD: 'noredirect' } },
    },
    steps: [
      ask(
        { url: 'http://json.certified.test/mark-3', headers: { 'user-agent': 'a "quote" \\' } },
        { from: 'json' },
      ),
      see(async (scene) => {
        const line = (await scene.proxy.logs()).find((text) => text.includes('mark-3')) ?? '';
        const entry = JSON.parse(line.slice(line.indexOf('{'))) as Record<string, unknown>;
        const values = Object.values(entry).map(String);
        expect(values).toContain('200');
        expect(values).toContain('a "quote" \\');
        expect(values.join(' ')).toMatch(/GET.*\/mark-3/);
      }),
    ],
  },
  {
    group: 'logs',
    name: "the operator chooses the format, in the proxy's own words",
    covers: ['LOG_FORMAT'],
    proxy: MOVED,
    containers: { formed: { env: { VIRTUAL_HOST: 'formed.moved.test' } } },
    steps: [
      ask(
        { url: 'http://formed.moved.test:8080/', headers: { 'user-agent': 'an agent' } },
        { from: 'formed' },
      ),
      logged(/\[seen\] formed\.moved\.test(:8080)? "an agent" 200/),
    ],
  },
  {
    group: 'logs',
    name: 'the operator chooses how values are escaped in the log',
    covers: ['LOG_FORMAT_ESCAPE'],
    proxy: MOVED,
    containers: { escaped: { env: { VIRTUAL_HOST: 'escaped.moved.test' } } },
    steps: [
      ask(
        { url: 'http://escaped.moved.test:8080/', headers: { 'user-agent': 'a "quote" \\' } },
        { from: 'escaped' },
      ),
      logged(/\[seen\] escaped\.moved\.test "a \\"quote\\" \\\\" 200/),
    ],
    except: {
      httpd: 'its formats escape by themselves',
      haproxy: 'its formats say themselves what is escaped',
    },
  },
  {
    group: 'logs',
    name: 'there is no access log where the operator wants none',
    covers: ['DISABLE_ACCESS_LOGS'],
    proxy: STRICT,
    containers: {
      quiet: { env: { VIRTUAL_HOST: 'quiet.strict.test', HTTPS_METHOD: 'nohttps' } },
    },
    steps: [
      ask('http://quiet.strict.test/mark-4', { from: 'quiet' }),
      // By the time that it has reloaded for others, it would have been written.
      settle,
      notLogged(/mark-4/),
    ],
  },
];

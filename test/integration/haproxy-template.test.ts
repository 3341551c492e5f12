import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RuntimeContainer } from '../../src/inventory/runtime-container.ts';
import { HAPROXY_LIMITS } from '../../src/proxies/haproxy-limits.ts';
import { createRouter } from '../../src/routing/build.ts';
import type { RoutingModel } from '../../src/routing/model.ts';
import { structureHash } from '../../src/routing/structure.ts';
import type { Template } from '../../src/templates/engine.ts';
import { parseHaproxy, type Section } from '../support/haproxy-syntax.ts';
import { haproxyTemplate, renderModel } from '../support/haproxy-template.ts';
import { HOSTILE_VOCABULARY, hostileContainer } from '../support/hostile-containers.ts';
import { aContainer } from '../support/runtime-containers.ts';

let template: Template;

beforeAll(async () => {
  template = await haproxyTemplate();
});

const modelOf = (containers: readonly RuntimeContainer[]): RoutingModel =>
  createRouter()({
    ...{ containers, vantage: { kind: 'host' }, limits: HAPROXY_LIMITS },
    vocabulary: HOSTILE_VOCABULARY,
  });

function render(...containers: readonly RuntimeContainer[]) {
  const files = renderModel(template, modelOf(containers), containers);
  return { files, sections: parseHaproxy(files['haproxy.cfg']) };
}

const web = (name: string, env: Readonly<Record<string, string>> = {}) =>
  aContainer({ name, env: { VIRTUAL_HOST: 'a.test', ...env } });

function linesOf(sections: readonly Section[], name: string): readonly string[] {
  const found = sections.filter((section) => section.name === name && section.kind === 'backend');
  expect(found, name).toHaveLength(1);
  return found[0]?.lines.map((words) => words.join(' ')) ?? [];
}

/** The lines of a map, whose name has a hash. */
function mapOf(files: Readonly<Record<string, string>>, name: string): readonly string[] {
  const found = Object.keys(files).filter((file) => file.startsWith(`haproxy-${name}.`));
  expect(found, name).toHaveLength(1);
  return (files[found[0] ?? ''] ?? '').split('\n').filter(Boolean);
}

describe('the bundled HAProxy template', () => {
  it('looks up hosts and paths in maps, which lead to a backend for each route', () => {
    const { files, sections } = render(
      web('web-1'),
      web('api', { VIRTUAL_PATH: '/api/', VIRTUAL_DEST: '/v1/', VIRTUAL_PORT: '8080' }),
      web('any', { VIRTUAL_HOST: '*.b.test' }),
    );
    expect(mapOf(files, 'hosts')).toEqual([
      '80/a.test a.test',
      expect.stringMatching(/^80\/\*\.b\.test b\.test_[0-9a-f]{40}$/),
    ]);
    const [, api = ''] = /^a\.test\/api\/ (\S+)$/m.exec(mapOf(files, 'paths').join('\n')) ?? [];
    expect(linesOf(sections, api)).toEqual([
      'http-request set-var(txn.plain) bool(true) if { path -m beg /api/ }',
      'http-request set-path /v1/%[path,bytes(5)] if { var(txn.plain) -m bool }',
      'http-request set-path /v1/%[var(txn.path),bytes(5),url_enc,regsub("%2F","/",g)] unless { var(txn.plain) -m bool }',
      'balance roundrobin',
      'retries 20',
      'http-request set-retries nbsrv,mul(3) if { nbsrv lt 7 }',
      'http-after-response set-header Retry-After 5 if { status 503 } { nbsrv eq 0 }',
      expect.stringMatching(
        /^server 172\.18\.0\.2:8080:[0-9a-f]{12} 172\.18\.0\.2:8080 pool-max-conn 2 pool-conn-name var\(txn\.own\)$/,
      ),
    ]);
  });

  it('has nobody served who speaks what HAProxy does not', () => {
    const container = web('old', { VIRTUAL_PROTO: 'uwsgi' });
    const { sections } = render(container);
    expect(linesOf(sections, 'a.test')).toEqual([
      'balance roundrobin',
      'retries 20',
      'http-request set-retries nbsrv,mul(3) if { nbsrv lt 7 }',
      'http-after-response set-header Retry-After 5 if { status 503 } { nbsrv eq 0 }',
    ]);
    expect(modelOf([container]).problems).toMatchObject([
      { container: { name: 'old' }, reason: expect.stringContaining('HAProxy speaks no uwsgi') },
    ]);
  });

  it('gives each file a name that changes with what is in it, and the same bytes for the same input', () => {
    const [first, second] = [render(web('web-1')), render(web('web-1'))];
    expect(second).toEqual(first);
    const other = render(web('web-1'), web('b', { VIRTUAL_HOST: 'b.test' }));
    const names = (files: object) => Object.keys(files).filter((name) => name.endsWith('.map'));
    expect(names(other.files).filter((name) => names(first.files).includes(name))).toEqual([]);
  });
});

describe('what the bundled HAProxy template writes besides the lines of servers', () => {
  /** All but those, and comments. */
  const rest = (containers: readonly RuntimeContainer[]) =>
    render(...containers)
      .files['haproxy.cfg'].split('\n')
      .filter((line) => !/^ *(?:#|server |$)/.test(line));

  it.each<Readonly<Record<string, string>>>([
    {},
    { TSGEN_BALANCE: 'least-connections', TSGEN_STICKY: 'yes' },
    { TSGEN_BALANCE: 'hash $request_uri', TSGEN_KEEPALIVE: 'disabled' },
    { TSGEN_BACKUP: 'true', TSGEN_WEIGHT: '7', TSGEN_KEEPALIVE: '9' },
    { TSGEN_HEALTH_CHECK: '/health', VIRTUAL_PROTO: 'https' },
    { VIRTUAL_PROTO: 'grpc' },
    { TSGEN_TCP_PORTS: '5432', TSGEN_BACKUP: 'true', TSGEN_BALANCE: 'source' },
  ])('with %j does not depend on who they are, nor on their number', (env) => {
    const some = ['one', 'two', 'three'].map((name, index) =>
      aContainer({
        name,
        env: { VIRTUAL_HOST: 'a.test', ...env },
        networks: { front: { IP: `172.18.0.${index + 2}` } },
      }),
    );
    const all = modelOf(some);
    expect(all.problems).toEqual([]);
    for (const gone of [[0], [1, 2], [0, 1, 2]]) {
      const fewer = some.map((one, index) =>
        gone.includes(index) ? { ...one, heldBack: 'gone' as const } : one,
      );
      const model = modelOf(fewer);
      expect(model.sites[0]?.routes[0]?.upstream.servers).toHaveLength(3 - gone.length);
      expect(structureHash(model)).toBe(structureHash(all));
      expect(rest(fewer)).toEqual(rest(some));
    }
  });
});

const SECTIONS = /^(?:global|defaults|crt-store|frontend|backend|userlist|fcgi-app|listen)$/;
/** What may stand in a backend that no file of the operator's is for. */
const BACKEND_LINE =
  /^(?:balance (?:roundrobin|leastconn|source|random\([12]\)|hash var\(txn\.balance\))|hash-type consistent|retries \d+|option http-server-close|use-fcgi-app fcgi:\S+|server \S+ \S+(?: ssl verify none| alpn h2| proto (?:h2|fcgi)| pool-max-conn \d+| pool-conn-name var\(txn\.own\))*(?: weight \d+)?(?: backup)?(?: cookie [0-9a-f]{16})?(?: check inter \d+ms rise \d+ fall \d+)?|cookie [\w.-]+ insert indirect nocache httponly attr SameSite=Lax|option (?:allbackups|httpchk|abortonclose|nolinger)|compression (?:algo gzip|type(?: [a-z0-9][\w.+-]*\/[a-z0-9][\w.+-]*)+)|timeout (?:connect|server) \d+ms|http-check send meth [A-Z]+ uri \/\S*(?: ver HTTP\/1\.1 hdr Host [a-z0-9.:-]+)?|http-check expect status \d{3}-\d{3}|http-request wait-for-body time 60s at-least 14336 .*|http-request (?:set-path|set-var\(txn\.plain\)|set-var-fmt\(txn\.balance\)|set-retries|deny status (?:40[03]|413|503)|redirect code 30[1278]|return status \d{3}|use-service lua\.acme)(?: .*)?|http-after-response set-header (?:Strict-Transport-Security|Alt-Svc|Retry-After) .*)$/s;

describe('hostile values in the bundled HAProxy template', () => {
  it('bring no directive of their own and change nothing for others', {
    timeout: 300_000,
  }, () => {
    const neighbours = [web('n-1'), web('n-2', { VIRTUAL_HOST: '*.n.test', VIRTUAL_PATH: '/api' })];
    const alone = render(...neighbours).sections.filter(({ name }) => /^[an]\.test/.test(name));
    expect(alone.length).toBeGreaterThan(1);
    let routed = 0;
    fc.assert(
      fc.property(hostileContainer, (container) => {
        const containers = [...neighbours, container];
        const model = modelOf(containers);
        const upstreams = model.sites.flatMap(({ routes }) =>
          routes.map(({ upstream }) => upstream.name),
        );
        const { files, sections } = render(...containers);
        const backends = sections.filter(({ kind }) => kind === 'backend');
        expect(backends.map(({ name }) => name).filter((name) => !name.startsWith(':'))).toEqual(
          upstreams,
        );
        for (const { kind, lines } of sections) {
          expect(kind).toMatch(SECTIONS);
          if (kind !== 'backend') continue;
          for (const words of lines) expect(words.join(' ')).toMatch(BACKEND_LINE);
        }
        for (const section of alone) {
          if (model.sites.length > 2) expect(sections).toContainEqual(section);
        }
        for (const line of Object.entries(files).flatMap(([name, text]) =>
          name.endsWith('.map') ? text.split('\n').filter(Boolean) : [],
        )) {
          expect(line).toMatch(/^\S+ [\w.:-]+$/);
        }
        routed += upstreams.length - 2;
      }),
      { numRuns: 500 },
    );
    expect(routed).toBeGreaterThan(100);
  });
});

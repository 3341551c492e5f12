import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'vitest';
import { dhParameters } from '../../support/pki.ts';
import { certificate } from '../certificates.ts';
import type { FileMaker, Files, Scenario, Step } from '../scenario.ts';
import { CERTIFIED, CLUB, MOVED, PLAIN, STRICT } from '../setups.ts';
import { ask, askOften, problem, problemAbout, see } from '../steps.ts';

const LABEL = 'com.github.nginx-proxy.nginx-proxy.';

const web = (host: string, more: Readonly<Record<string, string>> = {}) => ({
  env: { VIRTUAL_HOST: host, ...more },
});

const DIFFIE_HELLMAN = { maxVersion: 'TLSv1.2', ciphers: 'DHE-RSA-AES128-GCM-SHA256' } as const;

/** What a site with a certificate does over HTTP and over TLS. */
export const TLS_SITES: readonly Scenario[] = [
  {
    group: 'tls',
    name: 'HTTP is redirected to HTTPS',
    covers: ['HTTPS_METHOD', 'non-get-redirect'],
    proxy: CERTIFIED,
    containers: { redirect: web('redirect.certified.test', { HTTPS_METHOD: 'redirect' }) },
    steps: [
      ask('http://redirect.certified.test/a%20b?c', {
        status: 301,
        headers: { location: 'https://redirect.certified.test/a%20b?c' },
      }),
      ask({ url: 'http://redirect.certified.test/', method: 'POST' }, { status: 301 }),
      ask('https://redirect.certified.test/', { status: 200, from: 'redirect' }),
    ],
  },
  {
    group: 'tls',
    name: 'HTTP is redirected to the port that the site has for HTTPS',
    covers: ['HTTPS_METHOD', 'EXTERNAL_HTTPS_PORT'],
    proxy: CERTIFIED,
    containers: { aside: web('aside.certified.test', { EXTERNAL_HTTPS_PORT: '8444' }) },
    steps: [
      ask('http://aside.certified.test/x', {
        status: 301,
        headers: { location: 'https://aside.certified.test:8444/x' },
      }),
      ask('https://aside.certified.test:8444/x', { status: 200, from: 'aside' }),
      ask('https://aside.certified.test/x', { isServed: false }),
    ],
  },
  {
    group: 'tls',
    name: 'HTTP is served beside HTTPS, alone, or not at all',
    covers: ['HTTPS_METHOD'],
    proxy: CERTIFIED,
    containers: {
      beside: web('beside.certified.test', { HTTPS_METHOD: 'noredirect' }),
      alone: web('alone.certified.test', { HTTPS_METHOD: 'nohttps' }),
      never: web('never.certified.test', { HTTPS_METHOD: 'nohttp' }),
    },
    steps: [
      ask('http://beside.certified.test/', { status: 200, from: 'beside' }),
      ask('https://beside.certified.test/', { status: 200, from: 'beside' }),
      ask('http://alone.certified.test/', { status: 200, from: 'alone' }),
      ask('https://alone.certified.test/', { isServed: false }),
      ask('https://never.certified.test/', { status: 200, from: 'never' }),
      ask('http://never.certified.test/', { status: 503, from: '' }),
    ],
  },
  {
    group: 'tls',
    name: 'the operator says what becomes of HTTP, and a container can say otherwise',
    covers: ['proxy-wide HTTPS_METHOD', 'HTTPS_METHOD'],
    proxy: MOVED,
    containers: {
      side: web('side.moved.test'),
      sent: web('sent.moved.test', { HTTPS_METHOD: 'redirect' }),
    },
    steps: [
      ask('http://side.moved.test:8080/', { status: 200, from: 'side' }),
      ask('http://sent.moved.test:8080/', {
        status: 301,
        headers: { location: 'https://sent.moved.test:8443/' },
      }),
    ],
  },
  {
    group: 'tls',
    name: 'a method that is none is told, and the usual one is taken',
    covers: ['HTTPS_METHOD', 'a bad value hurts its own container only'],
    proxy: CERTIFIED,
    containers: { method: web('method.certified.test', { HTTPS_METHOD: 'sometimes' }) },
    steps: [
      problem('method', 'HTTPS_METHOD'),
      ask('http://method.certified.test/', { status: 301 }),
    ],
  },
  {
    group: 'tls',
    name: 'two containers that disagree about their site are told, and one of them is followed',
    covers: ['disagreement is settled and told'],
    proxy: CERTIFIED,
    containers: {
      yea: web('quarrel.certified.test', { HSTS: 'max-age=1' }),
      nay: web('quarrel.certified.test', { HSTS: 'max-age=2' }),
    },
    steps: [
      problemAbout('yea', 'nay', 'HSTS'),
      askOften('https://quarrel.certified.test/', 6, { from: ['yea', 'nay'] }, (answers) => {
        const said = new Set(answers.map(({ headers }) => headers['strict-transport-security']));
        expect([...said]).toEqual([expect.stringMatching(/^max-age=[12]$/)]);
      }),
    ],
  },
  {
    group: 'tls',
    name: 'other methods than GET are redirected as the container wants',
    covers: ['non-get-redirect'],
    proxy: CERTIFIED,
    containers: {
      kept: { ...web('kept.certified.test'), labels: { [`${LABEL}non-get-redirect`]: '307' } },
    },
    steps: [
      ask({ url: 'http://kept.certified.test/', method: 'POST' }, { status: 307 }),
      ask({ url: 'http://kept.certified.test/', method: 'DELETE' }, { status: 307 }),
      ask('http://kept.certified.test/', { status: 301 }),
    ],
  },
  {
    group: 'tls',
    name: 'other methods than GET are redirected as the operator wants',
    covers: ['NON_GET_REDIRECT'],
    proxy: STRICT,
    files: certificate('post.strict.test'),
    containers: { post: web('post.strict.test') },
    steps: [
      ask({ url: 'http://post.strict.test/', method: 'PUT' }, { status: 308 }),
      ask('http://post.strict.test/', { status: 301 }),
    ],
  },
  {
    group: 'tls',
    name: 'clients are told to come over HTTPS from now on, unless HTTP is served too',
    covers: ['HSTS', 'HTTPS_METHOD'],
    proxy: CERTIFIED,
    containers: {
      usual: web('usual.certified.test'),
      own: web('ownhsts.certified.test', { HSTS: 'max-age=600; preload' }),
      silent: web('silent.certified.test', { HSTS: 'off' }),
      both: web('both.certified.test', { HTTPS_METHOD: 'noredirect' }),
    },
    steps: [
      ask('https://usual.certified.test/', {
        from: 'usual',
        headers: { 'strict-transport-security': 'max-age=31536000' },
      }),
      ask('https://ownhsts.certified.test/', {
        headers: { 'strict-transport-security': 'max-age=600; preload' },
      }),
      ask('https://silent.certified.test/', {
        from: 'silent',
        headers: { 'strict-transport-security': undefined },
      }),
      ask('https://both.certified.test/', {
        from: 'both',
        headers: { 'strict-transport-security': undefined },
      }),
    ],
  },
  {
    group: 'tls',
    name: 'clients are told for how long by the operator',
    covers: ['proxy-wide HSTS'],
    proxy: STRICT,
    files: certificate('minute.strict.test'),
    containers: { minute: web('minute.strict.test') },
    steps: [
      ask('https://minute.strict.test/', {
        from: 'minute',
        headers: { 'strict-transport-security': 'max-age=60; includeSubDomains' },
      }),
    ],
  },
  {
    group: 'tls',
    name: 'a container chooses the TLS policy of its site',
    covers: ['SSL_POLICY'],
    proxy: CERTIFIED,
    containers: {
      modern: web('modern.certified.test', { SSL_POLICY: 'Mozilla-Modern' }),
      amazon: web('amazon.certified.test', { SSL_POLICY: 'AWS-TLS13-1-3-2021-06' }),
      medium: web('medium.certified.test'),
    },
    steps: [
      ask(
        { url: 'https://medium.certified.test/', maxVersion: 'TLSv1.2' },
        { from: 'medium', tls: { protocol: 'TLSv1.2' } },
      ),
      ask('https://modern.certified.test/', { from: 'modern', tls: { protocol: 'TLSv1.3' } }),
      ask(
        { url: 'https://modern.certified.test/', maxVersion: 'TLSv1.2' },
        { refused: 'handshake' },
      ),
      ask(
        { url: 'https://amazon.certified.test/', maxVersion: 'TLSv1.2' },
        { refused: 'handshake' },
      ),
    ],
  },
  {
    group: 'tls',
    name: 'the operator chooses the TLS policy of all sites',
    covers: ['proxy-wide SSL_POLICY'],
    proxy: STRICT,
    files: certificate('policy.strict.test'),
    containers: { policy: web('policy.strict.test') },
    steps: [
      ask('https://policy.strict.test/', { from: 'policy', tls: { protocol: 'TLSv1.3' } }),
      ask({ url: 'https://policy.strict.test/', maxVersion: 'TLSv1.2' }, { refused: 'handshake' }),
    ],
  },
  {
    group: 'tls',
    name: 'a policy that is none is told, and the usual one is taken',
    covers: ['SSL_POLICY', 'a bad value hurts its own container only'],
    proxy: CERTIFIED,
    containers: { unruly: web('unruly.certified.test', { SSL_POLICY: 'Mozilla-Intermediat' }) },
    steps: [
      problem('unruly', 'SSL_POLICY', /Mozilla-Intermediate/),
      ask('https://unruly.certified.test/', { status: 200, from: 'unruly' }),
    ],
  },
  {
    group: 'tls',
    name: "Diffie-Hellman parameters are the operator's",
    covers: ['dhparam/dhparam.pem'],
    proxy: CERTIFIED,
    files: certificate('dhglobal.certified.test', {
      names: ['dhglobal.certified.test'],
      key: 'rsa',
    }),
    containers: { dhglobal: web('dhglobal.certified.test') },
    steps: [
      ask(
        { url: 'https://dhglobal.certified.test/', ...DIFFIE_HELLMAN },
        { tls: { dhBits: 3072 } },
      ),
    ],
  },
  {
    group: 'tls',
    name: "a certificate's own Diffie-Hellman parameters come before the operator's",
    covers: ['certs/NAME.dhparam.pem'],
    proxy: CERTIFIED,
    files: {
      ...certificate('dh.certified.test', { names: ['dh.certified.test'], key: 'rsa' }),
      // What a proxy would choose by itself, by the size of the key, are 2048 bits.
      'certs/dh.certified.test.dhparam.pem': () => dhParameters(4096),
    },
    containers: { dh: web('dh.certified.test') },
    steps: [
      ask({ url: 'https://dh.certified.test/', ...DIFFIE_HELLMAN }, { tls: { dhBits: 4096 } }),
    ],
    except: { haproxy: 'it takes those of one certificate from the file of that alone' },
  },
  {
    group: 'tls',
    name: 'a site does without HTTP/2 where its container or the operator wants it so',
    covers: ['http2.enable', 'ENABLE_HTTP2'],
    proxy: CERTIFIED,
    containers: {
      single: { ...web('single.certified.test'), labels: { [`${LABEL}http2.enable`]: 'false' } },
    },
    steps: [
      ask('https://single.certified.test/', { from: 'single', tls: { alpn: 'http/1.1' } }),
      ask({ url: 'https://single.certified.test/', isHttp2: true }, { isServed: false }),
    ],
  },
  {
    group: 'tls',
    name: 'no site has HTTP/2 where the operator does not want it',
    covers: ['ENABLE_HTTP2'],
    proxy: STRICT,
    files: certificate('one.strict.test'),
    containers: { one: web('one.strict.test') },
    steps: [
      ask('https://one.strict.test/', { from: 'one', tls: { alpn: 'http/1.1' } }),
      ask({ url: 'https://one.strict.test/', isHttp2: true }, { isServed: false }),
    ],
  },
  {
    group: 'tls',
    name: 'a site has HTTP/3 where the operator wants it, and says so',
    covers: ['ENABLE_HTTP3'],
    proxy: CERTIFIED,
    containers: { third: web('third.certified.test') },
    steps: [
      ask('https://third.certified.test/', { from: 'third', headers: { 'alt-svc': /h3=":443"/ } }),
      overHttp3('third.certified.test', 'third'),
    ],
    except: { httpd: 'it does not speak HTTP/3' },
  },
  {
    group: 'tls',
    name: 'a site has HTTP/3 where its container wants it',
    covers: ['http3.enable'],
    proxy: PLAIN,
    files: { ...certificate('quick.tls.test'), ...certificate('slow.tls.test') },
    containers: {
      quick: { ...web('quick.tls.test'), labels: { [`${LABEL}http3.enable`]: 'true' } },
      slow: web('slow.tls.test'),
    },
    steps: [
      ask('https://quick.tls.test/', { from: 'quick', headers: { 'alt-svc': /h3=":443"/ } }),
      ask('https://slow.tls.test/', { from: 'slow', headers: { 'alt-svc': undefined } }),
      overHttp3('quick.tls.test', 'quick'),
    ],
    except: { httpd: 'it does not speak HTTP/3' },
  },
  {
    group: 'tls',
    name: "the state of a certificate is shown with it where its issuer's certificate is there",
    covers: ['certs/NAME.chain.pem'],
    proxy: PLAIN,
    files: stapled('stapled.tls.test'),
    containers: { stapled: web('stapled.tls.test') },
    steps: [
      serveOcsp,
      ask(
        { url: 'https://stapled.tls.test/', asksOcsp: true },
        { from: 'stapled', tls: { hasOcsp: true } },
      ),
    ],
  },
  {
    group: 'tls',
    name: "a site lets in clients with a certificate of its authority's, and no other",
    covers: ['certs/HOST.ca.crt'],
    proxy: PLAIN,
    files: {
      ...certificate('members.tls.test'),
      'certs/members.tls.test.ca.crt': async ({ pki }) => pki.ca,
    },
    containers: { members: web('members.tls.test') },
    steps: [
      ask({ url: 'https://members.tls.test/', client: 'member' }, { status: 200, from: 'members' }),
      ask('https://members.tls.test/', { isServed: false }),
    ],
  },
  {
    group: 'tls',
    name: 'a site does not let in clients whose certificate was revoked',
    covers: ['certs/HOST.crl.pem', 'certs/HOST.ca.crt'],
    proxy: PLAIN,
    files: {
      ...certificate('revoking.tls.test'),
      'certs/revoking.tls.test.ca.crt': async ({ pki }) => pki.ca,
      'certs/revoking.tls.test.crl.pem': async ({ pki }) =>
        pki.crl([await pki.leaf({ names: ['fallen'] })]),
    },
    containers: { revoking: web('revoking.tls.test') },
    steps: [
      ask({ url: 'https://revoking.tls.test/', client: 'upright' }, { from: 'revoking' }),
      ask({ url: 'https://revoking.tls.test/', client: 'fallen' }, { isServed: false }),
    ],
  },
  {
    group: 'tls',
    name: 'a site can let in clients without a certificate beside those with one',
    covers: ['ssl_verify_client'],
    proxy: PLAIN,
    files: {
      ...certificate('maybe.tls.test'),
      'certs/maybe.tls.test.ca.crt': async ({ pki }) => pki.ca,
    },
    containers: {
      maybe: {
        ...web('maybe.tls.test'),
        labels: { [`${LABEL}ssl_verify_client`]: 'optional' },
      },
    },
    steps: [
      ask('https://maybe.tls.test/', { status: 200, from: 'maybe' }),
      ask({ url: 'https://maybe.tls.test/', client: 'guest' }, { status: 200, from: 'maybe' }),
    ],
  },
  {
    group: 'tls',
    name: 'all sites let in only clients whom the operator knows and has not banned',
    covers: ['certs/ca.crt', 'certs/ca.crl.pem'],
    proxy: CLUB,
    files: certificate('club.test'),
    containers: { club: web('club.test'), bare: web('bare.club.test') },
    steps: [
      ask({ url: 'https://club.test/', client: 'known' }, { from: 'club' }),
      ask({ url: 'https://club.test/', client: 'banned' }, { isServed: false }),
      ask('https://club.test/', { isServed: false }),
      ask('http://bare.club.test/', { isServed: false }),
    ],
  },
];

/** Over QUIC, with curl: Node.js does not speak it. */
function overHttp3(host: string, name: string): Step {
  return see(async (scene) => {
    const address = scene.proxy.address('main', 4);
    const to = ['--resolve', `${host}:443:${address}`, `https://${host}/`];
    const said = await scene.curl('--http3-only', '--insecure', '--max-time', '5', ...to);
    expect(JSON.parse(said)).toMatchObject({ name });
  });
}

/** Its state can be asked at the responder of `serveOcsp`. */
function stapled(name: string): Files {
  const made = async (maker: FileMaker) => {
    const ocspUrl = await maker.resolve('http://{host}:{port:ocsp}');
    return await maker.pki.leaf({ names: [name], ocspUrl });
  };
  return {
    [`certs/${name}.crt`]: async (maker) => (await made(maker)).cert,
    [`certs/${name}.key`]: async (maker) => (await made(maker)).key,
    [`certs/${name}.chain.pem`]: async ({ pki }) => pki.ca,
  };
}

/** Starts a responder that knows the certificates that were issued until now. */
async function serveOcsp(...[scene]: Parameters<Step>): Promise<void> {
  const responder = spawn(
    'openssl',
    [
      ...['ocsp', '-index', 'index.txt', '-port', await scene.resolve('{port:ocsp}')],
      ...['-CA', 'ca.crt', '-rsigner', 'ca.crt', '-rkey', 'ca.key', '-ndays', '1'],
    ],
    { cwd: scene.pki.folder, stdio: 'ignore' },
  );
  const ended = once(responder, 'exit');
  scene.defer(async () => {
    responder.kill('SIGKILL');
    await ended;
  });
}

import { certificate } from '../certificates.ts';
import type { FileContent, Scenario } from '../scenario.ts';
import { CERTIFIED, PLAIN, STRICT } from '../setups.ts';
import { ask, problemAbout, remove, write } from '../steps.ts';

const web = (host: string, more: Readonly<Record<string, string>> = {}) => ({
  env: { VIRTUAL_HOST: host, ...more },
});

const keyOf =
  (name: string): FileContent =>
  async ({ pki }) =>
    (await pki.leaf({ names: [name] })).key;

const certOf =
  (name: string): FileContent =>
  async ({ pki }) =>
    (await pki.leaf({ names: [name] })).cert;

/** Which certificate a site shows. */
export const TLS_CHOICE: readonly Scenario[] = [
  {
    group: 'tls',
    name: 'a site shows the certificate that is called as its host',
    covers: ['certificate of the host', 'certs/NAME.crt and .key'],
    proxy: PLAIN,
    files: certificate('own.tls.test'),
    containers: { own: web('own.tls.test') },
    steps: [
      ask('https://own.tls.test/', {
        status: 200,
        from: 'own',
        tls: { subject: 'own.tls.test', isTrusted: true },
      }),
    ],
  },
  {
    group: 'tls',
    name: "a site without one shows its parent's, and its grandparent's never",
    covers: ['certificate of the parent, one label up', 'no certificate'],
    proxy: PLAIN,
    files: certificate('family.tls.test', { names: ['family.tls.test', '*.family.tls.test'] }),
    containers: { child: web('child.family.tls.test'), grandchild: web('a.b.family.tls.test') },
    steps: [
      ask('https://child.family.tls.test/', {
        from: 'child',
        tls: { subject: 'family.tls.test', isTrusted: true },
      }),
      ask('https://a.b.family.tls.test/', { refused: 'handshake' }),
    ],
  },
  {
    group: 'tls',
    name: 'a wildcard site shows the certificate of its domain',
    covers: ['certificate of the parent, one label up'],
    proxy: PLAIN,
    files: certificate('wild.tls.test', { names: ['*.wild.tls.test'], subject: 'wild' }),
    containers: { wild: web('*.wild.tls.test') },
    steps: [ask('https://any.wild.tls.test/', { from: 'wild', tls: { subject: 'wild' } })],
  },
  {
    group: 'tls',
    name: "a site's own certificate comes before its parent's",
    covers: ['certificate of the host'],
    proxy: PLAIN,
    files: {
      ...certificate('order.tls.test', { names: ['*.order.tls.test'], subject: 'parent' }),
      ...certificate('own.order.tls.test', { names: ['own.order.tls.test'], subject: 'own' }),
    },
    containers: { ordered: web('own.order.tls.test') },
    steps: [ask('https://own.order.tls.test/', { from: 'ordered', tls: { subject: 'own' } })],
  },
  {
    group: 'tls',
    name: 'the certificate that a container names comes before all others',
    covers: ['CERT_NAME', 'CERT_NAME wins and does not fall through'],
    proxy: PLAIN,
    files: {
      ...certificate('named.tls.test', { names: ['named.tls.test'], subject: 'of the host' }),
      ...certificate('shared-name', { names: ['named.tls.test'], subject: 'by name' }),
    },
    containers: { named: web('named.tls.test', { CERT_NAME: 'shared-name' }) },
    steps: [ask('https://named.tls.test/', { from: 'named', tls: { subject: 'by name' } })],
  },
  {
    group: 'tls',
    name: 'where the certificate that a container names is missing, no other takes its place',
    covers: ['CERT_NAME', 'CERT_NAME wins and does not fall through'],
    proxy: PLAIN,
    files: certificate('missing.tls.test'),
    containers: { missing: web('missing.tls.test', { CERT_NAME: 'nowhere' }) },
    steps: [
      ask('http://missing.tls.test/', { status: 200, from: 'missing' }),
      ask('https://missing.tls.test/', { refused: 'handshake' }),
      problemAbout('missing', 'nowhere'),
    ],
  },
  {
    group: 'tls',
    name: 'a name of a certificate cannot lead out of the folder',
    covers: ['CERT_NAME', 'a bad value hurts its own container only'],
    proxy: PLAIN,
    containers: {
      climber: web('climber.tls.test', { CERT_NAME: '../../../tmp/evil' }),
      walker: web('walker.tls.test'),
    },
    steps: [
      problemAbout('climber', 'CERT_NAME'),
      ask('http://walker.tls.test/', { status: 200, from: 'walker' }),
      ask('https://climber.tls.test/', { isServed: false }),
    ],
  },
  {
    group: 'tls',
    name: 'a site without a certificate is served over HTTP and refused over TLS',
    covers: ['no certificate', 'ENABLE_HTTP_ON_MISSING_CERT', 'unknown host over TLS'],
    proxy: PLAIN,
    containers: { bare: web('bare.tls.test') },
    steps: [
      ask('http://bare.tls.test/', { status: 200, from: 'bare' }),
      ask('https://bare.tls.test/', { refused: 'handshake' }),
      ask('https://unknown.tls.test/', { refused: 'handshake' }),
      ask({ url: 'https://unknown.tls.test/', serverName: '' }, { refused: 'handshake' }),
    ],
  },
  {
    group: 'tls',
    name: 'a site without a certificate shows the default one',
    covers: ['default certificate', 'certs/default.crt and .key'],
    proxy: CERTIFIED,
    containers: { standin: web('standin.certified.test') },
    steps: [
      ask('https://standin.certified.test/', {
        status: 200,
        from: 'standin',
        tls: { subject: 'default.invalid', isTrusted: false },
      }),
      ask('http://standin.certified.test/', { status: 301 }),
    ],
  },
  {
    group: 'tls',
    name: 'a site can decline the default certificate',
    covers: ['trust-default-cert'],
    proxy: CERTIFIED,
    containers: {
      proud: {
        ...web('proud.certified.test'),
        labels: { 'com.github.nginx-proxy.nginx-proxy.trust-default-cert': 'false' },
      },
    },
    steps: [
      ask('http://proud.certified.test/', { status: 200, from: 'proud' }),
      ask('https://proud.certified.test/', { refused: 'handshake' }),
    ],
  },
  {
    group: 'tls',
    name: 'the operator can decline the default certificate for all sites, and one can accept it',
    covers: ['TRUST_DEFAULT_CERT', 'trust-default-cert'],
    proxy: STRICT,
    containers: {
      declined: web('declined.strict.test'),
      accepted: {
        ...web('accepted.strict.test'),
        labels: { 'com.github.nginx-proxy.nginx-proxy.trust-default-cert': 'true' },
      },
    },
    steps: [
      ask('https://accepted.strict.test/', {
        from: 'accepted',
        tls: { subject: 'default.invalid' },
      }),
      ask('https://declined.strict.test/', { refused: 'handshake' }),
    ],
  },
  {
    group: 'tls',
    name: 'where a certificate is missing, HTTP is not served if the operator says so, but for a container that does',
    covers: ['proxy-wide ENABLE_HTTP_ON_MISSING_CERT', 'ENABLE_HTTP_ON_MISSING_CERT'],
    proxy: STRICT,
    containers: {
      closed: web('closed.strict.test'),
      opened: web('opened.strict.test', { ENABLE_HTTP_ON_MISSING_CERT: 'true' }),
    },
    steps: [
      ask('http://opened.strict.test/', { status: 200, from: 'opened' }),
      ask('http://closed.strict.test/', { isServed: false }),
    ],
  },
  {
    group: 'tls',
    name: 'a certificate without its key is none, and hurts no other site',
    covers: ['certificate without key'],
    proxy: PLAIN,
    files: {
      'certs/keyless.tls.test.crt': certOf('keyless.tls.test'),
      ...certificate('keyed.tls.test'),
    },
    containers: { keyless: web('keyless.tls.test'), keyed: web('keyed.tls.test') },
    steps: [
      ask('https://keyed.tls.test/', { from: 'keyed', tls: { isTrusted: true } }),
      ask('http://keyless.tls.test/', { status: 200, from: 'keyless' }),
      ask('https://keyless.tls.test/', { refused: 'handshake' }),
    ],
  },
  {
    group: 'tls',
    name: 'a certificate that does not fit its key, or is none, is told and hurts no other site',
    covers: ['unusable certificate'],
    proxy: PLAIN,
    files: {
      'certs/unfit.tls.test.crt': certOf('unfit.tls.test'),
      'certs/unfit.tls.test.key': keyOf('another.tls.test'),
      'certs/garbage.tls.test.crt': 'no certificate\n',
      'certs/garbage.tls.test.key': keyOf('garbage.tls.test'),
      ...certificate('fit.tls.test'),
    },
    containers: {
      unfit: web('unfit.tls.test'),
      garbage: web('garbage.tls.test'),
      fit: web('fit.tls.test'),
    },
    steps: [
      problemAbout('unfit.tls.test', 'key'),
      problemAbout('garbage.tls.test', 'garbage.tls.test.crt'),
      ask('https://fit.tls.test/', { from: 'fit', tls: { isTrusted: true } }),
      // HTTP does not take its place.
      ask('http://unfit.tls.test/', { status: 301 }),
      ask('https://unfit.tls.test/', { refused: 'handshake' }),
      ask('https://garbage.tls.test/', { refused: 'handshake' }),
    ],
  },
  {
    group: 'tls',
    name: 'a certificate that has expired is told, and shown where there is no better one',
    covers: ['expired certificate'],
    proxy: PLAIN,
    files: certificate('late.tls.test', { names: ['late.tls.test'], isExpired: true }),
    containers: { late: web('late.tls.test') },
    steps: [
      problemAbout('late.tls.test', 'expired'),
      ask('https://late.tls.test/', {
        from: 'late',
        tls: { subject: 'late.tls.test', isTrusted: false },
      }),
    ],
  },
  {
    group: 'tls',
    name: 'a certificate is followed: it comes, is renewed and goes',
    covers: ['files are followed', 'certs/NAME.crt and .key'],
    proxy: PLAIN,
    containers: { renewed: web('renewed.tls.test') },
    steps: [
      ask('http://renewed.tls.test/', { status: 200, from: 'renewed' }),
      write(certificate('renewed.tls.test', { names: ['renewed.tls.test'], subject: 'first' })),
      ask('https://renewed.tls.test/', { from: 'renewed', tls: { subject: 'first' } }),
      ask('http://renewed.tls.test/', { status: 301 }),
      write(certificate('renewed.tls.test', { names: ['renewed.tls.test'], subject: 'second' })),
      ask('https://renewed.tls.test/', { from: 'renewed', tls: { subject: 'second' } }),
      remove('certs/renewed.tls.test.key'),
      remove('certs/renewed.tls.test.crt'),
      ask('http://renewed.tls.test/', { status: 200, from: 'renewed' }),
      ask('https://renewed.tls.test/', { refused: 'handshake' }),
    ],
  },
];

/** A test that shows what a row says: the file, and a part of the name of a test in it. */
export type Evidence = readonly [file: string, test: string];

/** What a tool does: the table's cell, and on the page the fact with its source. */
export interface Fact {
  readonly cell: string;
  readonly fact?: string;
}

/** tsgen's own: whatever is not a no is shown by tests. */
export type OwnFact =
  | { readonly cell: 'no'; readonly fact?: string }
  | (Fact & { readonly tests: readonly [Evidence, ...Evidence[]] });

export const PEERS = ['docker-gen', 'nginx-proxy', 'dockercloud-haproxy', 'Traefik'] as const;
export type Peer = (typeof PEERS)[number];

export interface ComparisonRow {
  readonly what: string;
  readonly tsgen: OwnFact;
  readonly peers: Readonly<Record<Peer, Fact>>;
}

const TEMPLATE = 'your template';
const NOT_THERE: Fact = { cell: 'no' };
const traefik = (page: string) => `https://doc.traefik.io/traefik/${page}`;

/**
 * tsgen beside its neighbours. What is said of docker-gen, nginx-proxy and dockercloud-haproxy was
 * read in their sources, whose files are named; of Traefik in its documentation.
 */
export const COMPARISON: readonly ComparisonRow[] = [
  {
    what: 'One set of settings for nginx, Apache httpd and HAProxy',
    tsgen: {
      cell: 'yes',
      fact: 'what one of them cannot express is told ([proxies.md](proxies.md))',
      tests: [
        ['test/e2e/stack.test.ts', 'follows a scale to %i and loses no request'],
        [
          'test/e2e/apache-stack.test.ts',
          'follows a scale to 5 and to 1 without a graceful restart',
        ],
        ['test/e2e/haproxy-stack.test.ts', 'follows a scale to 6 and to 2 without a reload'],
        [
          'test/scenarios/groups/hosts.ts',
          'a container is served under its host and under no other',
        ],
      ],
    },
    peers: {
      'docker-gen': {
        cell: TEMPLATE,
        fact: 'writes any file; the rules are those of the template',
      },
      'nginx-proxy': { cell: 'nginx', fact: 'Apache was asked for in nginx-proxy#1492' },
      'dockercloud-haproxy': { cell: 'HAProxy' },
      Traefik: { cell: 'is a proxy' },
    },
  },
  {
    what: 'The proxy is the official image and sees no Docker socket',
    tsgen: {
      cell: 'yes',
      tests: [
        ['test/e2e/stack.test.ts', 'keeps the Docker socket from the proxy'],
        ['test/e2e/apache-stack.test.ts', 'keeps the Docker socket from the proxy'],
        ['test/e2e/haproxy-stack.test.ts', 'keeps the Docker socket from the proxy'],
      ],
    },
    peers: {
      'docker-gen': { cell: 'yes', fact: 'signals another container (`-notify-sighup`)' },
      'nginx-proxy': { cell: 'yes', fact: 'in two containers (`Dockerfile.dockergen`)' },
      'dockercloud-haproxy': { cell: 'no', fact: 'one image with HAProxy in it (`Dockerfile`)' },
      Traefik: {
        cell: 'no',
        fact: `asks the engine itself (${traefik('providers/docker/#docker-api-access')})`,
      },
    },
  },
  {
    what: 'Templates of your own, for any file',
    tsgen: {
      cell: 'yes',
      fact: 'Handlebars',
      tests: [
        ['test/e2e/example-templates.test.ts', 'nginx accepts what the example makes'],
        ['test/e2e/template-files.test.ts', 'writes a file for each container'],
      ],
    },
    peers: {
      'docker-gen': { cell: 'yes', fact: 'Go templates with Sprig' },
      'nginx-proxy': { cell: 'yes', fact: 'another `nginx.tmpl` can be mounted' },
      'dockercloud-haproxy': { cell: 'no', fact: 'settings alone (`haproxy/haproxycfg.py`)' },
      Traefik: NOT_THERE,
    },
  },
  {
    what: 'A configuration is checked before it is live',
    tsgen: {
      cell: 'yes',
      tests: [
        ['test/e2e/host-tsgen.test.ts', 'keeps what is live when the check rejects a candidate'],
        ['test/integration/output.test.ts', 'is checked first: rejected'],
      ],
    },
    peers: {
      'docker-gen': { cell: 'no', fact: 'docker-gen#67' },
      'nginx-proxy': {
        cell: 'no',
        fact: 'writes in place, never runs `nginx -t` (nginx-proxy#1897)',
      },
      'dockercloud-haproxy': {
        cell: 'partly',
        fact: 'runs `haproxy -c`, but leaves a bad file in place, and checks none at the start',
      },
      Traefik: { cell: 'yes', fact: 'there is no file; what is not valid is left out' },
    },
  },
  {
    what: 'A container with a bad value hurts itself alone',
    tsgen: {
      cell: 'yes',
      tests: [
        ['test/integration/nginx-hostile.test.ts', 'and change no other site'],
        ['test/integration/apache-hostile.test.ts', 'and change no other site'],
        ['test/integration/haproxy-template.test.ts', 'and change nothing for others'],
      ],
    },
    peers: {
      'docker-gen': { cell: TEMPLATE, fact: 'hands on what the container says' },
      'nginx-proxy': { cell: 'no', fact: 'values are written as they are (`nginx.tmpl`)' },
      'dockercloud-haproxy': {
        cell: 'no',
        fact: 'services add lines of their own (`EXTRA_SETTINGS`, `OPTION`)',
      },
      Traefik: { cell: 'yes', fact: 'a router with an error is disabled, the others go on' },
    },
  },
  {
    what: 'Only healthy containers get requests',
    tsgen: {
      cell: 'yes',
      tests: [
        [
          'test/e2e/follow.test.ts',
          'sends traffic to a container with a health check only while it is healthy',
        ],
      ],
    },
    peers: {
      'docker-gen': { cell: TEMPLATE, fact: 'the context has `State.Health`' },
      'nginx-proxy': { cell: 'no', fact: 'nginx-proxy#968, nginx-proxy#987' },
      'dockercloud-haproxy': {
        cell: 'own checks',
        fact: "has HAProxy check (`HEALTH_CHECK`); Docker's health checks do not count",
      },
      Traefik: {
        cell: 'yes',
        fact: `and it has checks of its own (${traefik('providers/docker/')})`,
      },
    },
  },
  {
    what: 'From its stopping signal on a container gets no new request',
    tsgen: {
      cell: 'yes',
      tests: [['test/e2e/follow.test.ts', 'sends nothing to a container that is being stopped']],
    },
    peers: {
      'docker-gen': {
        cell: 'no',
        fact: 'hears of start, stop, die and health_status (`cmd/docker-gen/main.go`)',
      },
      'nginx-proxy': { cell: 'no', fact: 'as docker-gen' },
      'dockercloud-haproxy': { cell: 'no', fact: 'start and die (`haproxy/eventhandler.py`)' },
      Traefik: {
        cell: 'no',
        fact: 'start, die and health_status (`pkg/provider/docker/pdocker.go`)',
      },
    },
  },
  {
    what: 'A notification that failed is sent again',
    tsgen: {
      cell: 'yes',
      tests: [
        ['test/integration/output.test.ts', 'that fails is owed, and sent with the next call'],
        ['test/integration/output.test.ts', 'that failed is owed over a restart'],
      ],
    },
    peers: {
      'docker-gen': { cell: 'no', fact: 'is logged (`internal/generator/generator.go`)' },
      'nginx-proxy': { cell: 'no', fact: 'as docker-gen' },
      'dockercloud-haproxy': { cell: 'partly', fact: 'starts a HAProxy again that has died' },
      Traefik: { cell: '—', fact: 'tells nobody but itself' },
    },
  },
  {
    what: 'Knows that the proxy runs what it was told',
    tsgen: {
      cell: 'yes',
      tests: [
        ['test/e2e/confirm.test.ts', 'is seen to run each change'],
        ['test/e2e/confirm.test.ts', 'is not given a port that another program has'],
      ],
    },
    peers: {
      'docker-gen': NOT_THERE,
      'nginx-proxy': {
        cell: 'no',
        fact: 'a reload that nginx does not take shows in its log alone',
      },
      'dockercloud-haproxy': { cell: 'no', fact: 'looks whether a HAProxy runs' },
      Traefik: { cell: '—', fact: 'tells nobody but itself' },
    },
  },
  {
    what: 'What the proxy rejects sets aside only whoever caused it',
    tsgen: {
      cell: 'yes',
      tests: [
        ['test/e2e/draining.test.ts', 'goes live without that one, over a restart of tsgen too'],
      ],
    },
    peers: {
      'docker-gen': NOT_THERE,
      'nginx-proxy': NOT_THERE,
      'dockercloud-haproxy': NOT_THERE,
      Traefik: { cell: 'yes', fact: 'a router with an error is disabled, the others go on' },
    },
  },
  {
    what: 'A container can be drained by a command',
    tsgen: {
      cell: 'yes',
      fact: '`tsgen drain` ([draining.md](draining.md))',
      tests: [
        ['test/e2e/draining.test.ts', 'lets a replica go under load, without a request lost'],
      ],
    },
    peers: {
      'docker-gen': NOT_THERE,
      'nginx-proxy': NOT_THERE,
      'dockercloud-haproxy': NOT_THERE,
      Traefik: NOT_THERE,
    },
  },
  {
    what: 'Weights, backup servers, sticky sessions by label',
    tsgen: {
      cell: 'yes',
      tests: [
        ['test/scenarios/groups/load.ts', 'a container gets as much as it weighs'],
        ['test/scenarios/groups/load.ts', 'backups serve while no other container does'],
        ['test/scenarios/groups/load.ts', 'a client comes back to its container by a cookie'],
      ],
    },
    peers: {
      'docker-gen': { cell: TEMPLATE },
      'nginx-proxy': { cell: 'no', fact: 'methods of an upstream alone (`loadbalance`)' },
      'dockercloud-haproxy': {
        cell: 'yes',
        fact: '`EXTRA_ROUTE_SETTINGS`, `FAILOVER`, `COOKIE`',
      },
      Traefik: {
        cell: 'partly',
        fact: `no backup servers by label (${traefik('reference/routing-configuration/http/load-balancing/service/')})`,
      },
    },
  },
  {
    what: 'TCP services by label',
    tsgen: {
      cell: 'yes',
      fact: 'with HAProxy and nginx',
      tests: [
        ['test/scenarios/groups/dockercloud.ts', 'a port is handed on as it is'],
        [
          'test/scenarios/groups/dockercloud.ts',
          'TLS on a port that is handed on ends at the proxy',
        ],
      ],
    },
    peers: {
      'docker-gen': { cell: TEMPLATE },
      'nginx-proxy': { cell: 'no', fact: 'files of your own in `toplevel.conf.d`' },
      'dockercloud-haproxy': { cell: 'yes', fact: '`TCP_PORTS`' },
      Traefik: { cell: 'yes' },
    },
  },
  {
    what: "dockercloud-haproxy's settings",
    tsgen: {
      cell: 'yes',
      fact: '`--compat dockercloud` ([from-dockercloud-haproxy.md](from-dockercloud-haproxy.md))',
      tests: [
        ['test/scenarios/groups/dockercloud.ts', 'a URL says scheme, host, port and path'],
        ['test/integration/cli-dockercloud.test.ts', 'understands its words'],
      ],
    },
    peers: {
      'docker-gen': NOT_THERE,
      'nginx-proxy': NOT_THERE,
      'dockercloud-haproxy': { cell: 'yes' },
      Traefik: NOT_THERE,
    },
  },
  {
    what: 'Catches up when the engine was away',
    tsgen: {
      cell: 'yes',
      tests: [['test/e2e/engine-restart.test.ts', 'when its engine is restarted']],
    },
    peers: {
      'docker-gen': { cell: 'yes', fact: 'after 10 s (`internal/generator/generator.go`)' },
      'nginx-proxy': { cell: 'yes', fact: 'as docker-gen' },
      'dockercloud-haproxy': {
        cell: 'partly',
        fact: 'a connection error ends its listener (`haproxy/eventhandler.py`)',
      },
      Traefik: { cell: 'yes' },
    },
  },
  {
    what: 'One event costs one look at one container',
    tsgen: {
      cell: 'yes',
      tests: [['test/e2e/costs.test.ts', 'asks once for one more that starts']],
    },
    peers: {
      'docker-gen': { cell: 'no', fact: 'lists and inspects all' },
      'nginx-proxy': { cell: 'no', fact: 'as docker-gen' },
      'dockercloud-haproxy': { cell: 'not known' },
      Traefik: { cell: 'no', fact: 'lists and inspects all (`pkg/provider/docker/pdocker.go`)' },
    },
  },
  {
    what: 'Says why a container gets no requests, and what to do',
    tsgen: {
      cell: 'yes',
      fact: '`tsgen explain`',
      tests: [['test/e2e/explain.test.ts', 'who does not, why, and what to do']],
    },
    peers: {
      'docker-gen': NOT_THERE,
      'nginx-proxy': { cell: 'partly', fact: 'comments in the generated file' },
      'dockercloud-haproxy': NOT_THERE,
      Traefik: { cell: 'partly', fact: 'log and dashboard name what is not valid' },
    },
  },
  {
    what: 'Shows what would change before it does',
    tsgen: {
      cell: 'yes',
      fact: '`tsgen diff`',
      tests: [
        ['test/e2e/explain.test.ts', 'shows what a change of the containers changes in the file'],
      ],
    },
    peers: {
      'docker-gen': { cell: 'partly', fact: 'renders to standard output' },
      'nginx-proxy': NOT_THERE,
      'dockercloud-haproxy': NOT_THERE,
      Traefik: NOT_THERE,
    },
  },
  {
    what: 'TLS with certificates from a folder',
    tsgen: {
      cell: 'yes',
      tests: [['test/e2e/tls-files.test.ts', 'of certificates and keys']],
    },
    peers: {
      'docker-gen': { cell: TEMPLATE },
      'nginx-proxy': { cell: 'yes', fact: '`/etc/nginx/certs`' },
      'dockercloud-haproxy': { cell: 'yes', fact: '`CERT_FOLDER`' },
      Traefik: { cell: 'yes', fact: traefik('https/tls/') },
    },
  },
  {
    what: 'Gets certificates by itself',
    tsgen: {
      cell: 'companion',
      fact: 'an ACME companion for nginx-proxy works beside the nginx image',
      tests: [
        ['test/e2e/nginx-proxy-image.test.ts', 'does what an ACME companion has run in it'],
        [
          'test/scenarios/groups/acme.ts',
          'a challenge is answered from a file, with a certificate and without one',
        ],
      ],
    },
    peers: {
      'docker-gen': NOT_THERE,
      'nginx-proxy': { cell: 'companion', fact: 'acme-companion' },
      'dockercloud-haproxy': NOT_THERE,
      Traefik: {
        cell: 'yes',
        fact: `built in, DNS challenges included (${traefik('https/acme/')})`,
      },
    },
  },
  {
    what: 'gRPC, FastCGI, uwsgi to containers',
    tsgen: {
      cell: 'yes',
      fact: 'uwsgi not with HAProxy',
      tests: [
        ['test/scenarios/groups/protocols.ts', 'gRPC calls get through to a container'],
        ['test/scenarios/groups/protocols.ts', 'PHP is asked over FastCGI'],
        ['test/scenarios/groups/protocols.ts', 'Python is asked over uwsgi'],
      ],
    },
    peers: {
      'docker-gen': { cell: TEMPLATE },
      'nginx-proxy': { cell: 'yes', fact: '`VIRTUAL_PROTO`' },
      'dockercloud-haproxy': NOT_THERE,
      Traefik: { cell: 'gRPC', fact: traefik('user-guides/grpc/') },
    },
  },
  {
    what: 'HTTP/3',
    tsgen: {
      cell: 'yes',
      fact: 'not with httpd, which does not speak it',
      tests: [
        ['test/scenarios/groups/tls-sites.ts', 'a site has HTTP/3 where its container wants it'],
      ],
    },
    peers: {
      'docker-gen': { cell: TEMPLATE },
      'nginx-proxy': { cell: 'yes', fact: '`http3.enable`' },
      'dockercloud-haproxy': NOT_THERE,
      Traefik: { cell: 'yes', fact: traefik('routing/entrypoints/#http3') },
    },
  },
  {
    what: "Lines of your own for one site, in the proxy's language",
    tsgen: {
      cell: 'yes',
      fact: 'files of the operator',
      tests: [
        ['test/scenarios/groups/hooks.ts', 'a file is followed: it comes, changes and goes'],
        ['test/scenarios/groups/hooks.ts', 'a file takes the place of one location'],
      ],
    },
    peers: {
      'docker-gen': { cell: TEMPLATE },
      'nginx-proxy': { cell: 'yes', fact: '`vhost.d`' },
      'dockercloud-haproxy': { cell: 'yes', fact: '`EXTRA_SETTINGS`, set by the service' },
      Traefik: { cell: 'no', fact: 'has middlewares instead' },
    },
  },
  {
    what: 'Rate limits, circuit breakers and the like, by label',
    tsgen: { cell: 'no', fact: "by files of the operator, in the proxy's language" },
    peers: {
      'docker-gen': NOT_THERE,
      'nginx-proxy': NOT_THERE,
      'dockercloud-haproxy': NOT_THERE,
      Traefik: { cell: 'yes', fact: traefik('middlewares/overview/') },
    },
  },
  {
    what: 'Containers come and go without a reload of the proxy',
    tsgen: {
      cell: 'HAProxy, httpd',
      fact: 'they are told while they run; nginx reloads gracefully ([proxies.md](proxies.md#members-come-and-go))',
      tests: [
        ['test/e2e/haproxy-stack.test.ts', 'without a reload, and loses no request'],
        ['test/e2e/apache-stack.test.ts', 'without a graceful restart, and loses no request'],
      ],
    },
    peers: {
      'docker-gen': NOT_THERE,
      'nginx-proxy': NOT_THERE,
      'dockercloud-haproxy': NOT_THERE,
      Traefik: { cell: 'yes', fact: 'its routes change while it runs' },
    },
  },
  {
    what: 'Swarm, Kubernetes and others beside a Docker Engine',
    tsgen: { cell: 'no' },
    peers: {
      'docker-gen': { cell: 'no', fact: 'docker-gen#207, docker-gen#240' },
      'nginx-proxy': NOT_THERE,
      'dockercloud-haproxy': { cell: 'Swarm', fact: 'asks every 5 s' },
      Traefik: { cell: 'yes', fact: traefik('providers/overview/') },
    },
  },
  {
    what: 'Web dashboard, metrics, tracing',
    tsgen: {
      cell: 'stats page',
      fact: "the proxy's own (`TSGEN_STATS_AUTH`), and `tsgen status` in the terminal",
      tests: [
        [
          'test/scenarios/groups/dockercloud.ts',
          'the page of statistics is shown to who knows the password',
        ],
      ],
    },
    peers: {
      'docker-gen': NOT_THERE,
      'nginx-proxy': { cell: 'no', fact: 'a debug page as JSON' },
      'dockercloud-haproxy': { cell: 'stats page', fact: "HAProxy's (`STATS_PORT`)" },
      Traefik: { cell: 'yes', fact: traefik('observability/overview/') },
    },
  },
  {
    what: 'Images to pull, and years in production',
    tsgen: { cell: 'no', fact: 'images are built from this repository' },
    peers: {
      'docker-gen': { cell: 'yes' },
      'nginx-proxy': { cell: 'yes' },
      'dockercloud-haproxy': { cell: 'past', fact: 'is not maintained any more' },
      Traefik: { cell: 'yes' },
    },
  },
];

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { httpd } from '../../src/proxies/httpd.ts';
import { answering, expectAnswering, serviceSite } from '../support/answering.ts';
import { Engine } from '../support/engine.ts';
import { freePort } from '../support/free-port.ts';
import { portFront } from '../support/http.ts';
import { Workspace } from '../support/workspace.ts';

const engine = new Engine(inject('engineHost'));
const workspace = new Workspace(engine, inject('session'));
const project = workspace.name('apache');
let port: number;
let files: readonly string[];

const compose = (...args: string[]) =>
  engine.docker(['compose', '-p', project, ...files, ...args], {
    timeoutMs: 240_000,
    env: { PORT: String(port), DOCKER_SOCKET: engine.socketPath },
  });

const down = () => compose('down', '-v', '--timeout=1', '--remove-orphans');
const site = () => serviceSite(portFront(port), 'localhost');

async function containersOf(service: string) {
  const ids = (await compose('ps', '-q', service)).split('\n').filter(Boolean);
  return await Promise.all(ids.map((id) => engine.inspect(id)));
}

/** A replica calls itself by its host name, which Docker takes from its ID. */
const replicas = async () => (await containersOf('web')).map(({ Config }) => Config.Hostname);

async function proxy(): Promise<string> {
  const [found] = await containersOf('proxy');
  return found?.Name.slice(1) ?? '';
}

beforeAll(async () => {
  port = await freePort();
  const { labels } = workspace;
  const override = join(await workspace.folder('apache-compose'), 'override.json');
  const images = inject('images');
  await writeFile(
    override,
    JSON.stringify({
      services: {
        proxy: { labels },
        tsgen: { image: images.gen, labels },
        web: { image: images.service, labels },
      },
      networks: { default: { labels } },
      volumes: { conf: { labels } },
    }),
  );
  files = ['-f', 'compose/apache.yml', '-f', override];
  workspace.defer(down);
});

afterAll(() => workspace[Symbol.asyncDispose]());

const up = (service: string, ...args: string[]) =>
  compose('up', '-d', '--no-build', '--no-deps', ...args, service);

describe('the Apache stack serves whoever comes first:', () => {
  beforeEach(down);

  it.each([
    ['the proxy', ['proxy', 'tsgen', 'web']],
    ['the service', ['web', 'proxy', 'tsgen']],
    ['tsgen', ['tsgen', 'web', 'proxy']],
  ])('%s', async (_, order) => {
    for (const service of order) {
      await up(service, ...(service === 'web' ? ['--scale=web=2'] : []));
    }
    await expectAnswering(site(), await replicas(), { timeoutMs: 60_000 });
  });
});

describe('the Apache stack', () => {
  beforeAll(async () => {
    await down();
    await compose('up', '-d', '--no-build', '--scale=web=3');
    await expectAnswering(site(), await replicas(), { timeoutMs: 60_000 });
  });

  it('asks one replica after the other', async () => {
    for (let round = 0; round < 3; round += 1) {
      expect(await answering(site(), 3)).toEqual(new Set(await replicas()));
    }
  });

  it.each([5, 1])('follows a scale to %i', async (count) => {
    await compose('up', '-d', '--no-build', '--no-recreate', `--scale=web=${count}`);
    const expected = await replicas();
    expect(expected).toHaveLength(count);
    await expectAnswering(site(), expected, { timeoutMs: 60_000 });
  });

  it('keeps the Docker socket from the proxy', async () => {
    const { Mounts } = await engine.inspect(await proxy());
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
      return await engine.docker(['exec', await proxy(), 'sh', '-c', asked, 'sh', ...lines]);
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
        "perl -MIO::Socket::INET -e 'IO::Socket::INET->new(LocalPort=>81,Listen=>1); sleep 60'";
      await engine.docker(['exec', '--detach', await proxy(), 'sh', '-c', other]);
      await expect
        .poll(() => check('Listen 0.0.0.0:81'), { timeout: 20_000 })
        .toMatch(/another program listens on port 81 already[\s\S]*exit code 1$/);
      expect(await check('Listen 0.0.0.0:82')).toBe('exit code 0');
    });
  });

  it('is not started by the notification where httpd does not run', async () => {
    const notify = httpd.notifyCommand
      .replaceAll('/usr/local/apache2/logs', '/nowhere')
      .replaceAll('httpd -f', 'echo started');
    expect(await engine.docker(['exec', await proxy(), 'sh', '-c', notify])).toBe('');
  });
});

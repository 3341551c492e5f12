import { expect } from 'vitest';
import { FLAGS, type Flag } from '../../../src/cli/flags.ts';
import { BuiltCli } from '../../support/built-cli.ts';
import { aCliScene } from '../../support/cli-scene.ts';
import { type Row, showRows } from '../../support/docker-gen-rows.ts';
import { aFolder } from '../../support/temporary-folder.ts';
import { makeCertificates } from '../../support/tls-front.ts';
import { overTls } from '../../support/tls-scene.ts';

/**
 * `HOSTNAME`, by which docker-gen knows its own container, matters only inside one: the end-to-end
 * tests of the image show that.
 */
const VARIABLE_ROWS: Readonly<Record<string, Row>> = {
  DOCKER_HOST: {
    'says where the engine is': async () => {
      const { cli, engine } = await aCliScene();
      engine.addContainer({ name: 'web' });
      expect((await cli.run('names.hbs')).stdout).toBe('web');
    },
  },
  DOCKER_CERT_PATH: {
    'is the folder of cert.pem, key.pem and ca.pem, which turn TLS on': async () => {
      const { cli, endpoint, file } = await overTls();
      expect((await cli.run('-endpoint', endpoint, 'names.hbs')).exitCode).toBe(4);
      const secure = await BuiltCli.create({
        DOCKER_HOST: endpoint,
        DOCKER_CERT_PATH: file(''),
      });
      const ran = await secure.run(`${cli.folder}/names.hbs`);
      expect(ran).toMatchObject({ exitCode: 0, stdout: 'web' });
    },
  },
  DOCKER_TLS_VERIFY: {
    'insists on an authority to verify with, whatever its text': async () => {
      const DOCKER_HOST = 'tcp://127.0.0.1:1';
      const DOCKER_CERT_PATH = '/no/certificates';
      for (const text of ['1', '0', 'no']) {
        const env = { DOCKER_HOST, DOCKER_CERT_PATH, DOCKER_TLS_VERIFY: text };
        expect(await (await BuiltCli.create(env)).run('x.hbs')).toMatchObject({
          exitCode: 3,
          stderr: expect.stringContaining('/no/certificates/ca.pem'),
        });
      }
      const env = { DOCKER_HOST, DOCKER_CERT_PATH, DOCKER_TLS_VERIFY: '' };
      expect((await (await BuiltCli.create(env)).run('x.hbs')).exitCode).not.toBe(3);
    },
    'does not trust an engine that another authority vouches for': async () => {
      const { cli, endpoint, file } = await overTls();
      const other = await aFolder();
      await makeCertificates(other);
      const run = async (DOCKER_CERT_PATH: string) => {
        const env = { DOCKER_HOST: endpoint, DOCKER_CERT_PATH, DOCKER_TLS_VERIFY: '1' };
        return await (await BuiltCli.create(env)).run(`${cli.folder}/names.hbs`);
      };
      expect(await run(file(''))).toMatchObject({ exitCode: 0, stdout: 'web' });
      expect(await run(other)).toMatchObject({
        exitCode: 4,
        stderr: expect.stringContaining('not trusted'),
      });
    },
  },
  DOCKER_CONTAINER_FILTERS: {
    'counts, by comma, when no -container-filter is given': async () => {
      const env = { DOCKER_CONTAINER_FILTERS: 'label=tier=web,label=zone=a' };
      const { engine, printed } = await aCliScene(env);
      engine.addContainer({ name: 'both', labels: { tier: 'web', zone: 'a' } });
      engine.addContainer({ name: 'one', labels: { tier: 'web' } });
      expect(await printed()).toEqual(['both']);
      expect(await printed('-container-filter=name=one')).toEqual(['one']);
    },
  },
};

showRows('variable', VARIABLE_ROWS, {
  names: [
    ...new Set(
      (FLAGS as readonly Flag[]).filter((flag) => flag.dockerGen).flatMap(({ env }) => env ?? []),
    ),
  ],
  count: 4,
});

import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { explain } from './engine-error.ts';

const UNIX = {
  kind: 'unix',
  socketPath: '/s/docker.sock',
  display: 'unix:///s/docker.sock',
} as const;
const TCP = { kind: 'tcp', host: 'engine', port: 2375, display: 'tcp://engine:2375' } as const;

const systemError = (code: string) => Object.assign(new Error(`connect ${code}`), { code });
/** As dockerode makes them. */
const refusal = (statusCode: number, message: string) =>
  Object.assign(new Error(`(HTTP code ${statusCode}) unexpected - ${message} `), {
    statusCode,
    json: { message },
  });

describe('explain', () => {
  it.each([
    ['ENOENT', UNIX, ['unix:///s/docker.sock', 'GET /info', 'no such socket', '--endpoint']],
    ['ECONNREFUSED', UNIX, ['nobody listens', 'Is the engine running?']],
    ['ECONNRESET', UNIX, ['connect ECONNRESET.', 'Is the engine running?']],
    ['ECONNREFUSED', TCP, ['tcp://engine:2375', 'port 2375']],
    ['ENOTFOUND', TCP, ["'engine' has no address"]],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', TCP, ['not trusted', 'ca.pem']],
    ['ETIMEDOUT', TCP, ['connect ETIMEDOUT.', 'TLS']],
  ])('%s', async (code, endpoint, parts) => {
    const error = await explain(systemError(code), { endpoint, path: 'GET /info' });
    for (const part of parts) expect(error.message).toContain(part);
    expect(error).toMatchObject({ kind: 'engine', status: undefined, cause: { code } });
  });

  it.each([
    [403, 'Forbidden', 'let it pass GET /info'],
    [400, 'Client sent an HTTP request to an HTTPS server.', 'DOCKER_TLS_VERIFY=1'],
    [503, 'Service Unavailable', 'What stands before the engine cannot reach it'],
    [500, 'layer does not exist', 'with status 500: layer does not exist.'],
  ])('status %i (%s)', async (status, message, advice) => {
    const error = await explain(refusal(status, message), { endpoint: UNIX, path: 'GET /info' });
    expect(error.message).toContain(message);
    expect(error.message).toContain(advice);
    expect(error.status).toBe(status);
  });

  it('shows the text of an answer that is no JSON', async () => {
    const html = Object.assign(new Error('(HTTP code 403) unexpected - <h1>No</h1>\n '), {
      statusCode: 403,
    });
    const { message } = await explain(html, { endpoint: UNIX, path: 'GET /info' });
    expect(message).toContain('refused GET /info with status 403: <h1>No</h1>.');
  });

  describe('EACCES', () => {
    let folder = '';
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'tsgen-socket-'));
    });
    afterEach(async () => {
      await rm(folder, { recursive: true, force: true });
    });

    it('says who may use the socket', async () => {
      const socketPath = join(folder, 'docker.sock');
      await writeFile(socketPath, '');
      await chmod(socketPath, 0o660);
      const { uid, gid } = await stat(socketPath);
      const endpoint = { kind: 'unix', socketPath, display: `unix://${socketPath}` } as const;
      const { message } = await explain(systemError('EACCES'), { endpoint, path: 'GET /info' });
      expect(message).toContain(`user ${uid} and group ${gid} with mode 0660`);
      expect(message).toContain(`--group-add ${gid}`);
    });

    it('says that the folder is closed where the socket cannot be seen', async () => {
      const endpoint = { ...UNIX, socketPath: join(folder, 'none', 'docker.sock') };
      const { message } = await explain(systemError('EACCES'), { endpoint, path: 'GET /info' });
      expect(message).toContain('cannot be searched');
    });
  });
});

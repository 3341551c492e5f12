import { describe, expect, it } from 'vitest';
import { TsgenError } from '../base/errors.ts';
import { type EndpointInput, parseEndpoint } from './endpoint.ts';

function parse(input: Partial<EndpointInput> & { readonly files?: readonly string[] } = {}) {
  const { files = [], ...rest } = input;
  return parseEndpoint({ env: {}, exists: (path) => files.includes(path), ...rest });
}

function failure(input: Parameters<typeof parse>[0]): TsgenError {
  try {
    parse(input);
  } catch (error) {
    if (error instanceof TsgenError) return error;
  }
  throw new Error('it was accepted');
}

describe('parseEndpoint', () => {
  it.each([
    ['unix:///run/user/1000/docker.sock', 'unix:///run/user/1000/docker.sock'],
    ['tcp://10.0.0.1:2375', 'tcp://10.0.0.1:2375'],
    ['tcp://engine', 'tcp://engine:2375'],
    ['http://engine:80', 'tcp://engine:80'],
    ['http://engine/', 'tcp://engine:2375'],
    ['engine:4243', 'tcp://engine:4243'],
    ['10.0.0.1:4243', 'tcp://10.0.0.1:4243'],
    ['tcp://[2001:db8::1]:2375', 'tcp://[2001:db8::1]:2375'],
    ['https://engine:443', 'https://engine:443'],
    ['https://engine', 'https://engine:2376'],
    ['TCP://engine:1', 'tcp://engine:1'],
  ])('%s is %s', (endpoint, display) => {
    expect(parse({ endpoint }).display).toBe(display);
  });

  it('takes the brackets off an IPv6 address', () => {
    expect(parse({ endpoint: 'tcp://[2001:db8::1]:2375' })).toMatchObject({
      kind: 'tcp',
      host: '2001:db8::1',
      port: 2375,
    });
  });

  it('goes by the endpoint, then DOCKER_HOST, then the local socket', () => {
    const env = { DOCKER_HOST: 'tcp://from-env:1' };
    expect(parse({ endpoint: 'unix:///given.sock', env }).display).toBe('unix:///given.sock');
    expect(parse({ env }).display).toBe('tcp://from-env:1');
    expect(parse({ env: { DOCKER_HOST: '' } }).display).toBe('unix:///var/run/docker.sock');
  });

  it.each([
    ['ssh://me@host', 'ssh -nNT -L'],
    ['npipe:////./pipe/docker_engine', 'tcp://HOST:PORT'],
    ['fd://3', 'unix:///var/run/docker.sock'],
    ['ftp://host', 'use unix:///PATH'],
    ['unix://docker.sock', 'unix:///PATH'],
    ['unix://', 'unix:///PATH'],
    ['tcp://', 'names no host'],
    ['tcp://host:99999', 'names no host'],
    ['tcp://host:2375/prefix', 'only a host and a port'],
    ['tcp://me:secret@host:2375', 'only a host and a port'],
  ])('refuses %s and says what to use', (endpoint, advice) => {
    const error = failure({ endpoint });
    expect(error.kind).toBe('usage');
    expect(error.message).toContain(`'${endpoint}' (--endpoint)`);
    expect(error.message).toContain(advice);
  });

  it('names DOCKER_HOST where that is at fault', () => {
    expect(failure({ env: { DOCKER_HOST: 'ssh://host' } }).message).toContain('(DOCKER_HOST)');
  });

  describe('TLS', () => {
    const endpoint = 'tcp://engine';
    const all = ['ca.pem', 'cert.pem', 'key.pem'].map((name) => `/certs/${name}`);
    const certs = { DOCKER_CERT_PATH: '/certs' };

    it('is used when a file is there, verified with the CA', () => {
      expect(parse({ endpoint, env: certs, files: all })).toMatchObject({
        port: 2376,
        tls: { ca: '/certs/ca.pem', cert: '/certs/cert.pem', key: '/certs/key.pem', verify: true },
      });
      expect(parse({ endpoint, env: certs, files: ['/certs/ca.pem'] })).toMatchObject({
        tls: { ca: '/certs/ca.pem', verify: true },
      });
    });

    it('is not verified without a CA, as in docker-gen', () => {
      expect(parse({ endpoint, env: certs, files: all.slice(1) })).toMatchObject({
        tls: { cert: '/certs/cert.pem', key: '/certs/key.pem', verify: false },
      });
    });

    it('is not used without files, nor on a unix socket', () => {
      expect(parse({ endpoint, env: certs })).not.toHaveProperty('tls');
      const unix = parse({ endpoint: 'unix:///s', env: { DOCKER_TLS_VERIFY: '1', ...certs } });
      expect(unix).not.toHaveProperty('tls');
    });

    it('looks in ~/.docker by default', () => {
      const files = ['/home/me/.docker/ca.pem'];
      expect(parse({ endpoint, env: { HOME: '/home/me' }, files })).toMatchObject({
        tls: { ca: '/home/me/.docker/ca.pem' },
      });
    });

    it('takes files that are named one by one first', () => {
      const tls = { ca: '/my/ca.pem', verify: true };
      expect(parse({ endpoint, env: certs, files: [...all, '/my/ca.pem'], tls })).toMatchObject({
        tls: { ca: '/my/ca.pem', cert: '/certs/cert.pem' },
      });
    });

    it('needs the CA when verification is asked for', () => {
      const error = failure({ endpoint, env: { ...certs, DOCKER_TLS_VERIFY: 'yes' } });
      expect(error.kind).toBe('config');
      expect(error.message).toContain('there is no /certs/ca.pem');
    });

    it('needs both parts of a client certificate', () => {
      const error = failure({ endpoint, env: certs, files: ['/certs/ca.pem', '/certs/key.pem'] });
      expect(error.message).toContain('there is /certs/key.pem but no /certs/cert.pem');
    });

    it('relies on the known authorities for https:// without files', () => {
      expect(parse({ endpoint: 'https://engine' })).toMatchObject({ tls: { verify: true } });
    });
  });
});

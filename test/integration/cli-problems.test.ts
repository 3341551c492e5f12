import { describe, expect, it } from 'vitest';
import { aCliScene } from '../support/cli-scene.ts';

describe('problems', () => {
  it('of one container fill neither the log nor the generated file', async () => {
    const { engine, cli, text } = await aCliScene();
    const hosts = Array.from({ length: 300 }, (_, index) => `h${index}.test`).join(',');
    engine.addContainer({ name: 'noisy', env: { VIRTUAL_HOST: hosts, CERT_NAME: 'none' } });
    engine.addContainer({ name: 'quiet', env: { VIRTUAL_HOST: 'q.test', VIRTUAL_PORT: 'x' } });
    const args = ['--check', '', '--notify', '', 'nginx.conf.hbs', 'out'];
    const { stderr, exitCode } = await cli.run(...args);
    expect(exitCode, stderr).toBe(0);
    const logged = stderr.split('\n').filter((line) => line.includes('Container noisy: '));
    expect(logged).toHaveLength(21);
    expect(logged.at(-1)).toContain('and 280 more problems of this container');
    expect(stderr).toContain('Container quiet: VIRTUAL_PORT');
    const listed = (await text('out')).split('\n').filter((line) => line.startsWith('#   noisy:'));
    expect(listed).toHaveLength(21);
  });
});

describe('a rejection for a variable that the proxy does not know', () => {
  it('names the setting that holds it', async () => {
    const { cli } = await aCliScene({ LOG_FORMAT: '$host $reqest' });
    const check = `echo 'nginx: [emerg] unknown "reqest" variable' {file}; exit 1`;
    const args = ['--check', check, '--notify', '', 'nginx.conf.hbs', 'out'];
    const { stderr, exitCode } = await cli.run(...args);
    expect(exitCode).toBe(6);
    expect(stderr).toContain(
      '$reqest stands in LOG_FORMAT, and the proxy knows no such variable: change or unset it.',
    );
  });
});

import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DockerError, Stack } from './stack.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tsgen-demo-'));
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** A docker command that notes its arguments, then does what the shell code says. */
function putDocker(code: string): void {
  const file = join(folder, 'docker');
  writeFileSync(file, `#!/bin/sh\nprintf '%s\\n' "PORT=$PORT $*" >>'${folder}/calls'\n${code}\n`);
  chmodSync(file, 0o755);
}

function calls(): string[] {
  return readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n');
}

function setUp(signal = new AbortController().signal): Stack {
  return new Stack({ settings: { port: 8080, project: 'demo' }, root: folder, signal });
}

const compose = 'PORT=8080 compose -p demo -f compose/nginx.yml --ansi never --progress plain';

describe('Stack', () => {
  it('builds, and tells each line as it comes', async () => {
    putDocker('echo one; echo two >&2');
    const lines: string[] = [];
    await setUp().build((line) => lines.push(line));
    expect(lines.sort((a, b) => (a < b ? -1 : 1))).toEqual(['one', 'two']);
    expect(calls()).toEqual([`${compose} build`]);
  });

  it('starts and scales', async () => {
    putDocker('');
    await setUp().up(3, { keep: false }, () => {});
    await setUp().up(6, { keep: true }, () => {});
    expect(calls()).toEqual([
      `${compose} up --detach --wait --scale web=3`,
      `${compose} up --detach --wait --no-recreate --scale web=6`,
    ]);
  });

  it('fails with the command and all that it wrote', async () => {
    putDocker('echo out; echo err >&2; exit 17');
    const error = await setUp()
      .up(3, { keep: false }, () => {})
      .catch((fault: unknown) => fault);
    expect(error).toBeInstanceOf(DockerError);
    expect(String(error)).toContain('--scale web=3 failed: exit code 17');
    expect((error as DockerError).output.split('\n').sort((a, b) => (a < b ? -1 : 1))).toEqual([
      'err',
      'out',
    ]);
  });

  it('fails where there is no docker command', async () => {
    vi.stubEnv('PATH', folder);
    const error = await setUp()
      .replicas()
      .catch((fault: unknown) => fault);
    expect(error).toBeInstanceOf(DockerError);
    expect(String(error)).toContain('ENOENT');
    expect((error as DockerError).output).toBe('');
  });

  it('ends what runs when told to', async () => {
    putDocker('exec sleep 60');
    const stop = new AbortController();
    const building = setUp(stop.signal).build(() => {});
    await expect.poll(() => calls()).toHaveLength(1);
    stop.abort(new Error('interrupted'));
    await expect(building).rejects.toThrow('interrupted');
  });

  it('lists the replicas by their labels', async () => {
    putDocker(`
      case "$1" in
        ps) echo aaa; echo bbb ;;
        inspect) echo '[{"Id":"aaa","Config":{"Hostname":"host"},"State":{"Status":"running"}}]' ;;
      esac`);
    expect(await setUp().replicas()).toMatchObject([{ id: 'aaa', hostname: 'host' }]);
    const [list, inspect] = calls();
    expect(list).toContain('label=com.docker.compose.project=demo');
    expect(list).toContain('label=com.docker.compose.service=web');
    expect(inspect).toBe('PORT=8080 inspect --type container aaa bbb');
  });

  it('has no replicas where there is no container', async () => {
    putDocker('');
    expect(await setUp().replicas()).toEqual([]);
    expect(calls()).toHaveLength(1);
  });

  it('looks again when a container went away between listing and looking', async () => {
    putDocker(`
      case "$1" in
        ps) [ -e '${folder}/gone' ] || echo aaa; touch '${folder}/gone' ;;
        inspect) echo '[]'; echo 'Error: No such container: aaa' >&2; exit 1 ;;
      esac`);
    expect(await setUp().replicas()).toEqual([]);
    expect(calls().map((call) => call.split(' ')[1])).toEqual(['ps', 'inspect', 'ps']);
  });

  it.each([
    [true, '8080', true],
    [true, '80', false],
    [false, '8080', false],
  ])(
    'given a proxy that runs (%s) on port %s: holds the port 8080: %s',
    async (Running, HostPort, held) => {
      const inspected = [
        {
          State: { Running },
          HostConfig: { PortBindings: { '80/tcp': [{ HostPort }], '443/tcp': null } },
        },
      ];
      putDocker(`[ "$1" = ps ] && echo aaa || echo '${JSON.stringify(inspected)}'`);
      expect(await setUp().holdsPort()).toBe(held);
    },
  );

  it('tells what happens until told to stop', async () => {
    putDocker(`
      echo '{"Action":"start","Actor":{"ID":"aaa"}}'
      echo '{"Action":"kill","Actor":{"ID":"bbb"}}'
      exec sleep 60`);
    const stop = new AbortController();
    const seen: string[] = [];
    for await (const { action, id } of setUp().events(stop.signal)) {
      seen.push(`${action} ${id}`);
      if (seen.length === 2) stop.abort();
    }
    expect(seen).toEqual(['start aaa', 'kill bbb']);
  });

  it('takes the last lines of a log', async () => {
    putDocker('printf "\\033[2Ktsgen-1 | one\\n\\n\\033[2Ktsgen-1 | two\\n"');
    expect(await setUp().log(['tsgen', 'proxy'], 5)).toEqual(['tsgen-1 | one', 'tsgen-1 | two']);
    expect(calls()).toEqual([`${compose} logs --no-color --tail 5 tsgen proxy`]);
  });
});

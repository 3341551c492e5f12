import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { aFolder } from '../test/support/temporary-folder.ts';

const TOKEN = 'npm-or-registry-token';

/** Each writes down how it was called; docker, what it was told besides. */
const PROGRAMS = {
  docker: `case $* in
  login*) echo "stdin: $(cat)" >>"$CALLS" ;;
  'buildx inspect tsgen-ci') exit 1 ;;
  'buildx inspect') printf 'Driver: docker-container\\nPlatforms: linux/amd64*, linux/amd64/v2, linux/arm64\\n' ;;
  'buildx build'*tsgen-service*) exit "\${BUILD:-0}" ;;
esac`,
  sudo: 'case $1 in -n) ;; *) env "$@" ;; esac',
  'apt-get': '',
  id: 'echo 1001',
  npm: `case $1 in
  config) echo https://npm.example/ ;;
  publish) sed 's/^/settings: /' "$NPM_CONFIG_USERCONFIG" >>"$CALLS" ;;
esac`,
};

/** Runs a step as on a hosted runner, with programs that do nothing. */
async function step(name: string, env: Readonly<Record<string, string>>) {
  const folder = await aFolder();
  const calls = join(folder, 'calls');
  const bin = join(folder, 'bin');
  await mkdir(bin);
  await writeFile(calls, '');
  for (const [program, lines] of Object.entries(PROGRAMS)) {
    const script = `#!/bin/bash\necho "${program} $*" >>"$CALLS"\n${lines}\n`;
    await writeFile(join(bin, program), script, { mode: 0o755 });
  }
  const { exitCode, all } = await execa('scripts/ci.sh', [name], {
    env: { PATH: `${bin}${delimiter}${process.env.PATH}`, CALLS: calls, CI: 'true', ...env },
    reject: false,
    all: true,
  });
  const lines = (await readFile(calls, 'utf8')).trimEnd().split('\n');
  return { exitCode, output: all, calls: lines.filter((line) => !/^(id|sudo) /.test(line)) };
}

const image = (file: string, name: string) =>
  [
    `docker buildx build --file ${file} --platform linux/amd64,linux/arm64`,
    '--build-arg VERSION=c0ffee --label org.opencontainers.image.revision=c0ffee',
    `--tag ${name}:c0ffee --tag ${name}:latest`,
  ].join(' ');

const PUSH = {
  IMAGE_PREFIX: 'team',
  REVISION: 'c0ffee',
  REGISTRY_USER: 'ann',
  REGISTRY_TOKEN: TOKEN,
};

it('pushes both images for both platforms, with SBOM and provenance, and logs out', async () => {
  const { exitCode, calls, output } = await step('push', PUSH);
  expect([exitCode, output]).toEqual([0, expect.not.stringContaining(TOKEN)]);
  expect(calls.filter((call) => !/^docker buildx inspect/.test(call))).toEqual([
    'apt-get update -qq',
    'apt-get install -y -qq --no-install-recommends qemu-user-static',
    'docker buildx create --name tsgen-ci --driver docker-container --bootstrap',
    'docker buildx use tsgen-ci',
    'docker login --username ann --password-stdin',
    `stdin: ${TOKEN}`,
    `${image('Dockerfile.gen', 'team/tsgen')} --push --sbom=true --provenance=mode=max .`,
    `${image('Dockerfile.service', 'team/tsgen-service')} --push --sbom=true --provenance=mode=max .`,
    'docker logout',
  ]);
});

it('logs in at the registry that the prefix names, and out when a build fails', async () => {
  const env = { ...PUSH, IMAGE_PREFIX: 'registry.example:5000/team', BUILD: '7' };
  const { exitCode, calls } = await step('push', env);
  expect(exitCode).toBe(7);
  expect(calls).toContain('docker login --username ann --password-stdin registry.example:5000');
  expect(calls.at(-1)).toBe('docker logout registry.example:5000');
});

it("pushes nothing that has no name, or by a token that is nobody's", async () => {
  for (const [missing, advice] of [
    ['IMAGE_PREFIX', 'Set IMAGE_PREFIX.'],
    ['REGISTRY_USER', 'Set REGISTRY_USER.'],
  ] as const) {
    const { exitCode, calls, output } = await step('push', { ...PUSH, [missing]: '' });
    expect([exitCode, output]).toEqual([1, expect.stringContaining(advice)]);
    expect(calls.filter((call) => call.startsWith('docker buildx build'))).toEqual([]);
  }
});

it('builds both images and keeps nothing', async () => {
  const { exitCode, calls } = await step('images', { REVISION: 'c0ffee' });
  expect(exitCode).toBe(0);
  expect(calls.filter((call) => call.startsWith('docker buildx build'))).toEqual([
    `${image('Dockerfile.gen', 'tsgen')} --output type=cacheonly .`,
    `${image('Dockerfile.service', 'tsgen-service')} --output type=cacheonly .`,
  ]);
  expect(calls.filter((call) => call.startsWith('docker log'))).toEqual([]);
});

it('publishes the tag of its version alone, and hands npm the token by name', async () => {
  const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
  const wrong = await step('package', { TAG: 'v0.0.0-other', NODE_AUTH_TOKEN: TOKEN });
  expect([wrong.exitCode, wrong.calls]).toEqual([1, ['']]);
  expect(wrong.output).toContain(`Tag the commit v${version}.`);
  const env = { TAG: `v${version}`, NODE_AUTH_TOKEN: TOKEN, GITHUB_ACTIONS: 'true' };
  const { exitCode, calls } = await step('package', env);
  expect([exitCode, calls]).toEqual([
    0,
    [
      'npm config get registry',
      'npm publish --access public --provenance',
      `settings: //npm.example/:_authToken=${'$'}{NODE_AUTH_TOKEN}`,
    ],
  ]);
});

import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);

/** The rules that the project's linter breaks for a file with this text in this folder of `src/`. */
async function rulesBrokenBy(folder: string, text: string): Promise<readonly string[]> {
  const scratch = await mkdtemp(join(tmpdir(), 'tsgen-lint-'));
  try {
    await copyFile('biome.json', join(scratch, 'biome.json'));
    await mkdir(join(scratch, 'src', folder, 'deep'), { recursive: true });
    await writeFile(join(scratch, 'src', folder, 'deep', 'probe.ts'), text);
    const { stdout } = await run(
      resolve('node_modules/.bin/biome'),
      ['lint', '--vcs-enabled=false', '--reporter=json', 'src'],
      { cwd: scratch },
    ).catch((failed: { stdout: string }) => failed);
    const report = JSON.parse(stdout) as { diagnostics: { category: string; severity: string }[] };
    return report.diagnostics
      .filter(({ severity }) => severity === 'error')
      .map(({ category }) => category.split('/').at(-1) ?? category);
  } finally {
    await rm(scratch, { recursive: true });
  }
}

describe('the linter', () => {
  it.each([
    ['inventory', '../../routing/build.ts'],
    ['routing', '../../templates/engine.ts'],
    ['output', '../../pipeline/job.ts'],
    ['status', '../../cli/io.ts'],
    ['pipeline', '../../deploy/deployer.ts'],
    ['deploy', '../../cli/io.ts'],
    ['service', '../../base/log.ts'],
    ['cli', '../../service/app.ts'],
  ])('refuses an import against the direction: %s from %s', async (folder, target) => {
    expect(await rulesBrokenBy(folder, `export * from '${target}';\n`)).toContain(
      'noRestrictedImports',
    );
  });

  it.each([
    ['routing', '../../inventory/runtime-container.ts'],
    ['pipeline', '../../output/rendering.ts'],
  ])('lets an import with the direction pass: %s from %s', async (folder, target) => {
    const broken = await rulesBrokenBy(folder, `export type * from '${target}';\n`);
    expect(broken).not.toContain('noRestrictedImports');
  });

  it('refuses a promise that nobody waits for', async () => {
    const text = `async function work(): Promise<void> {}\nexport function f(): void {\n  work();\n}\n`;
    expect(await rulesBrokenBy('base', text)).toContain('noFloatingPromises');
  });

  it('refuses a switch that forgets a case', async () => {
    const text = `export function f(kind: 'a' | 'b'): number {\n  switch (kind) {\n    case 'a':\n      return 1;\n  }\n  return 2;\n}\n`;
    expect(await rulesBrokenBy('base', text)).toContain('useExhaustiveSwitchCases');
  });
});

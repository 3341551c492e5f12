import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { Pki } from './pki.ts';

const SOURCES = 'test/backends';

/** Makes the folder that the echo image is built from: its program in one file, and a certificate. */
export async function echoContext(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await build({
    entryPoints: [join(SOURCES, 'main.ts')],
    outfile: join(folder, 'backend.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    logLevel: 'warning',
    banner: {
      js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
    },
  });
  const pki = await Pki.create(`${folder}-pki`);
  const { cert, key } = await pki.leaf({ names: ['backend.test'] });
  await writeFile(join(folder, 'tls.crt'), cert);
  await writeFile(join(folder, 'tls.key'), key);
  await copyFile(join(SOURCES, 'Dockerfile'), join(folder, 'Dockerfile'));
  return folder;
}

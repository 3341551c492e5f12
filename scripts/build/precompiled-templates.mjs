import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, transform } from 'esbuild';

/** Where the program has none, until this is put in its place. */
const REGISTRY = /[\\/]src[\\/]templates[\\/]precompiled-templates\.ts$/;

/**
 * Puts the bundled templates into the program as code, each in a chunk of its own: to read, check and
 * compile one takes longer than to render a small file with it. As a part of the program it is also
 * code that V8 compiles when it is called, and may keep.
 *
 * @param options esbuild's, for the compiler, which is run here and now.
 */
export async function precompiledTemplates(root, options) {
  const templates = join(root, 'templates');
  const names = (await readdir(templates)).filter((name) => name.endsWith('.hbs'));
  const { precompile, loadTemplate } = await compiler(root, options);
  const codes = new Map();
  for (const name of names.sort()) {
    const partialDirs = [join(templates, 'partials')];
    const code = precompile(await loadTemplate(join(templates, name), { partialDirs }));
    // Names and all: nobody wrote them, and no trace of a stack is understood by them.
    codes.set(name, (await transform(`export default ${code};`, { minify: true })).code);
  }
  return {
    name: 'precompiled-templates',
    setup(context) {
      context.onLoad({ filter: REGISTRY }, () => ({
        contents: `export const PRECOMPILED_TEMPLATES = {${names
          .map((name) => `[${JSON.stringify(name)}]: () => import('precompiled:${name}')`)
          .join()}};`,
        loader: 'js',
      }));
      context.onResolve({ filter: /^precompiled:/ }, ({ path }) => ({
        path: path.slice('precompiled:'.length),
        namespace: 'precompiled',
      }));
      context.onLoad({ filter: /.*/, namespace: 'precompiled' }, ({ path }) => ({
        contents: codes.get(path),
        loader: 'js',
      }));
    },
  };
}

async function compiler(root, options) {
  const outfile = join(root, 'dist/precompile.mjs');
  const from = (name) => `from ${JSON.stringify(`./src/templates/${name}.ts`)};`;
  await build({
    ...options,
    stdin: {
      contents: `export{precompile}${from('precompile')}export{loadTemplate}${from('load')}`,
      resolveDir: root,
    },
    packages: 'external',
    outfile,
  });
  try {
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(outfile);
  }
}

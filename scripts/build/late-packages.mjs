import { basename } from 'node:path';
import { build } from 'esbuild';

/**
 * Packages that few runs need, with what is used of them: each lies in a file of its own, which is read
 * when the first of these is. `default` is what an import without braces gives.
 */
const LATE = {
  chokidar: { named: ['watch'] },
  handlebars: { default: ['Parser', 'create', 'parse', 'precompile'] },
  semver: { named: ['parse', 'satisfies', 'validRange'] },
  yaml: { named: ['parse', 'stringify'] },
};

/**
 * @param options esbuild's, for these packages, with the folder of the program's chunks as `outdir`.
 * @param onBuilt gets esbuild's account of each.
 */
export function latePackages(options, onBuilt) {
  return {
    name: 'late-packages',
    setup(context) {
      const filter = new RegExp(`^(?:${Object.keys(LATE).join('|')})$`);
      context.onResolve({ filter }, ({ path, kind }) =>
        kind === 'import-statement' ? { path, namespace: 'late' } : undefined,
      );
      context.onLoad({ filter: /.*/, namespace: 'late' }, async ({ path }) => {
        const file = await buildPackage(path, options, onBuilt);
        const use = (name) => `require('./${file}').${name}`;
        const { named = [], default: fields } = LATE[path];
        const lines = named.map(
          (name) => `export const ${name} = (...given) => ${use(name)}(...given);`,
        );
        const getters = fields?.map((name) => `get ${name}() { return ${use(name)}; }`);
        return {
          contents: [
            ...lines,
            ...(getters ? [`export default { ${getters.join(', ')} };`] : []),
          ].join('\n'),
          loader: 'js',
        };
      });
      // Beside the chunk that asks for it.
      context.onResolve({ filter: /\.cjs$/, namespace: 'late' }, ({ path }) => ({
        path,
        external: true,
      }));
    },
  };
}

/** @returns the name of the file. */
async function buildPackage(name, options, onBuilt) {
  const { metafile } = await build({
    ...options,
    entryPoints: [{ in: name, out: name }],
    format: 'cjs',
    entryNames: '[name]-[hash]',
    outExtension: { '.js': '.cjs' },
  });
  onBuilt(metafile);
  return basename(Object.keys(metafile.outputs)[0]);
}

// Builds dist/: the CLI, with chunks that are loaded when a command needs them, the service as one file
// and its worker, and the licences of all that went in. Run by `npm run build`; needs nothing but the dev
// dependencies.
import { chmod, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { latePackages } from './build/late-packages.mjs';
import { readUsed } from './build/node-modules.mjs';
import { precompiledTemplates } from './build/precompiled-templates.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));

/**
 * Parts of dockerode that tsgen never uses: image builds (tar, gRPC sessions, BuildKit's
 * protocol) and ssh endpoints. They are two thirds of its weight at start-up.
 */
const LEFT_OUT = [
  /dockerode[\\/]lib[\\/]session\.js$/,
  /dockerode[\\/]lib[\\/]buildkit\.js$/,
  /docker-modem[\\/]lib[\\/]ssh\.js$/,
  /node_modules[\\/](?:tar-fs|@balena[\\/]dockerignore)[\\/]/,
];

/** Handlebars asks for it and does without: nobody looks at maps of compiled templates. */
const ABSENT = /node_modules[\\/]source-map[\\/]/;

const leaveOut = {
  name: 'leave-out',
  setup(context) {
    context.onLoad({ filter: /\.js$/ }, ({ path }) => {
      const name = path.split(`node_modules${sep}`).at(-1);
      const refusal = `throw new Error('${name} is not part of this build');`;
      if (ABSENT.test(path)) return { contents: refusal, loader: 'js' };
      if (!LEFT_OUT.some((pattern) => pattern.test(path))) return undefined;
      return { contents: `module.exports = () => { ${refusal} };`, loader: 'js' };
    });
  },
};

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  define: { __TSGEN_VERSION__: JSON.stringify(version) },
};

// CommonJS packages in an ESM bundle still ask for Node's own modules with require().
const REQUIRE =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

/** The licence texts of the packages that were bundled, by name. */
async function licences(metafiles) {
  const folders = new Set();
  for (const { inputs } of metafiles) {
    for (const path of Object.keys(inputs)) {
      const found = path.match(/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//);
      if (found) folders.add(found[1]);
    }
  }
  const texts = [];
  for (const folder of [...folders].sort()) {
    const manifest = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'));
    const files = (await readdir(join(root, folder))).filter((f) =>
      /^(licen[cs]e|notice)/i.test(f),
    );
    const bodies = await Promise.all(files.map((f) => readFile(join(root, folder, f), 'utf8')));
    const body = bodies.join('\n').trim() || `Licence: ${manifest.license}`;
    texts.push(`${manifest.name} ${manifest.version}\n\n${body}\n`);
  }
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}

await rm(join(root, 'dist'), { recursive: true, force: true });
const late = [];
const cli = {
  ...common,
  entryPoints: { tsgen: 'src/cli/bin.ts' },
  outdir: 'dist',
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  // For a name with .js Node looks what the next package.json says of it.
  outExtension: { '.js': '.mjs' },
  plugins: [leaveOut, await precompiledTemplates(root, common)],
  banner: { js: `#!/usr/bin/env node\n${REQUIRE}` },
};
const packages = latePackages({ ...common, outdir: 'dist/chunks', plugins: [leaveOut] }, (one) =>
  late.push(one),
);
const results = await Promise.all([
  build({ ...cli, plugins: [...cli.plugins, packages, await readUsed(cli)] }),
  build({
    ...common,
    entryPoints: { main: 'src/service/main.ts', worker: 'src/service/worker.ts' },
    outdir: 'dist/service',
    banner: { js: REQUIRE },
  }),
]);
await writeFile(
  join(root, 'dist/THIRD-PARTY-LICENSES.txt'),
  await licences([...results.map((result) => result.metafile), ...late]),
);
await rename(join(root, 'dist/tsgen.mjs'), join(root, 'dist/tsgen.js'));
await chmod(join(root, 'dist/tsgen.js'), 0o755);

// One such character makes V8 hold a chunk in two bytes for each of its characters. Texts and comments
// have been seen to by esbuild, regular expressions can be escaped by hand.
for (const name of await readdir(join(root, 'dist/chunks'))) {
  const text = await readFile(join(root, 'dist/chunks', name), 'utf8');
  const found = /.{0,40}[^\0-\xff].{0,40}/.exec(text);
  if (found) throw new Error(`dist/chunks/${name} has a character beyond Latin-1: ${found[0]}`);
}

// Builds dist/: the CLI, with chunks that are loaded when a command needs them, the service as one file
// and its worker, and the licences of all that went in. Run by `npm run build`; needs nothing but the dev
// dependencies.
import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

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

/**
 * An `import` of `node:http` reads all that it exports, and some of that, such as WebSocket, loads
 * Node's whole HTTP client for `fetch` when it is read: 40 ms and 4 MB at start-up. A `require` does
 * not.
 */
const quietHttp = {
  name: 'quiet-http',
  setup(context) {
    context.onResolve({ filter: /^node:http$/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'required' } : undefined,
    );
    context.onLoad({ filter: /.*/, namespace: 'required' }, ({ path }) => ({
      contents: `module.exports = require('${path}');`,
      loader: 'js',
    }));
  },
};

/** Packages that few need, by the functions that are used of them: each is run when one is called. */
const LATE = {
  semver: ['parse', 'satisfies', 'validRange'],
  yaml: ['parse', 'stringify'],
};

const loadLate = {
  name: 'load-late',
  setup(context) {
    const filter = new RegExp(`^(?:${Object.keys(LATE).join('|')})$`);
    context.onResolve({ filter }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'late' } : undefined,
    );
    context.onLoad({ filter: /.*/, namespace: 'late' }, ({ path }) => ({
      contents: LATE[path]
        .map((name) => `export const ${name} = (...given) => require('${path}').${name}(...given);`)
        .join('\n'),
      resolveDir: root,
      loader: 'js',
    }));
  },
};

/**
 * Makes the program a command. V8 gives what is young ever more room, of which a watch, which is idle most
 * of the time, makes nothing. The flag has to be there when Node.js starts, and not every system's `env`
 * hands on flags (-S); so a shell reads the first two lines, of which the second is a comment's to Node.js.
 */
const START = `#!/bin/sh
':' //; exec node --max-semi-space-size=4 "$0" "$@"
`;

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
  // CommonJS packages in an ESM bundle still ask for Node's own modules with require().
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
  define: { __TSGEN_VERSION__: JSON.stringify(version) },
};

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
const results = await Promise.all([
  build({
    ...common,
    entryPoints: { tsgen: 'src/cli/bin.ts' },
    outdir: 'dist',
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    plugins: [leaveOut, loadLate, quietHttp],
  }),
  build({
    ...common,
    entryPoints: { main: 'src/service/main.ts', worker: 'src/service/worker.ts' },
    outdir: 'dist/service',
  }),
]);
await writeFile(
  join(root, 'dist/THIRD-PARTY-LICENSES.txt'),
  await licences(results.map((r) => r.metafile)),
);
const program = join(root, 'dist/tsgen.js');
await writeFile(program, `${START}${await readFile(program, 'utf8')}`);
await chmod(program, 0o755);

// One such character makes V8 hold a chunk in two bytes for each of its characters. Texts and comments
// have been seen to by esbuild, regular expressions can be escaped by hand.
for (const name of await readdir(join(root, 'dist/chunks'))) {
  const text = await readFile(join(root, 'dist/chunks', name), 'utf8');
  const found = /.{0,40}[^\0-\xff].{0,40}/.exec(text);
  if (found) throw new Error(`dist/chunks/${name} has a character beyond Latin-1: ${found[0]}`);
}

import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { build } from 'esbuild';

/**
 * Functions of modules that few runs need: each module is loaded when one of them is called.
 */
const CALLED = {
  child_process: ['execFile', 'spawn'],
  http: ['createServer', 'request'],
  https: ['request'],
  readline: ['createInterface'],
  'stream/consumers': ['json'],
  tls: ['connect', 'createSecureContext'],
};

/** An import by names, of the module itself, or of both. */
const IMPORT = /^import (?:(\w+),? ?)?(?:\{([^}]*)\} )?from ['"]node:([\w/]+)['"];?$/gm;
const LOADERS = { '.ts': 'ts', '.js': 'js', '.mjs': 'js' };

/**
 * An `import` of one of Node's modules reads all that it exports, and some of that loads more when it is
 * read: `WebSocket` of `node:http` the whole HTTP client for `fetch`, which takes 40 ms and 14 MB, others
 * streams, standard input or Web Crypto. So only the names that are used are read.
 *
 * @param options esbuild's, for a first run in which the names are found.
 */
export async function readUsed(options) {
  const names = { own: new Map(), others: new Map() };
  const collect = {
    name: 'collect',
    setup(context) {
      context.onLoad({ filter: /\.(?:ts|m?js)$/ }, async ({ path }) => {
        const contents = await readFile(path, 'utf8');
        for (const [, itself, list = '', module] of contents.matchAll(IMPORT)) {
          if (itself === 'type') continue;
          const found = names[whose(path)];
          const of = found.get(module) ?? found.set(module, new Set()).get(module);
          for (const one of list.split(',').map((name) => name.trim())) {
            if (one !== '' && !one.startsWith('type ')) of.add(one.split(' as ')[0]);
          }
        }
        return { contents, loader: LOADERS[extname(path)] };
      });
    },
  };
  await build({ ...options, write: false, plugins: [...options.plugins, collect] });
  return plugin(names);
}

/** What packages import they may call whenever they like, and ask for more than to be called. */
function whose(path) {
  return path.includes('node_modules') ? 'others' : 'own';
}

function plugin(names) {
  return {
    name: 'read-used',
    setup(context) {
      context.onResolve({ filter: /^node:/ }, ({ path, kind, importer }) => {
        const module = path.slice('node:'.length);
        const namespace = whose(importer);
        const isKnown = kind === 'import-statement' && names[namespace].has(module);
        return isKnown ? { path: module, namespace } : undefined;
      });
      context.onLoad({ filter: /.*/, namespace: 'own' }, ({ path }) => {
        const used = [...names.own.get(path)];
        return { contents: path in CALLED ? called(path, used) : read(path, used), loader: 'js' };
      });
      context.onLoad({ filter: /.*/, namespace: 'others' }, ({ path }) => {
        return { contents: read(path, [...names.others.get(path)]), loader: 'js' };
      });
    },
  };
}

function read(module, used) {
  return `const all = require('node:${module}'); export default all;
    export const { ${used.join(', ')} } = all;`;
}

function called(module, used) {
  const others = used.filter((name) => !CALLED[module].includes(name));
  if (others.length > 0) {
    throw new Error(`Is node:${module} to be loaded at the start, for ${others.join(', ')}?`);
  }
  return used
    .map(
      (name) => `export const ${name} = (...given) => require('node:${module}').${name}(...given);`,
    )
    .join('\n');
}

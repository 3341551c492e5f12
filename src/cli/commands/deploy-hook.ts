import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { systemClock } from '../../base/clock.ts';
import { messageOf, TsgenError } from '../../base/errors.ts';
import { createLogger, type LogLevel } from '../../base/log.ts';
import { hookApp } from '../../deploy/app.ts';
import { Deployer } from '../../deploy/deployer.ts';
import { HookServer } from '../../deploy/hook-server.ts';
import { Journal } from '../../deploy/journal.ts';
import { proxyWatch } from '../../deploy/proxy-watch.ts';
import { connectForDeploys } from '../../docker/client.ts';
import type { DeployFlags } from '../deploy-command.ts';
import { deploySettings, usableSecret } from '../deploy-settings.ts';
import { engineEndpoint } from '../engine-endpoint.ts';
import { findWatch } from '../find-watch.ts';
import type { Io } from '../io.ts';
import { stateOptions, watchRegistry } from '../runtime-dir.ts';
import { processSettings } from '../settings.ts';

/**
 * Takes web hooks and rolls out what was pushed, until it is told to stop. What goes on then stops
 * where it is; the next start takes it up.
 *
 * @throws TsgenError `usage` or `config` when it cannot begin.
 */
export async function deployHook(flags: DeployFlags, io: Io): Promise<number> {
  const settings = deploySettings(flags);
  const secret = usableSecret(await secretOf(flags, io));
  const log = createLogger({
    format: flags.logFormat === 'json' ? 'json' : 'text',
    level: (flags.logLevel ?? 'info') as LogLevel,
    write: (line) => io.err.write(`${line}\n`),
    now: () => new Date(),
    color: io.err.color,
  });
  const engine = processSettings(
    {
      endpoint: flags.endpoint,
      tlscert: flags.tlscert,
      tlskey: flags.tlskey,
      tlscacert: flags.tlscacert,
      tlsverify: flags.tlsverify,
    },
    io.cwd,
  );
  const { files, uid } = stateOptions();
  const journal = await Journal.open({ files, folder: resolve(io.cwd, flags.state), uid });
  await using deployer = new Deployer(settings, {
    api: await connectForDeploys(engineEndpoint(engine, io.env)),
    proxy: proxyWatch(() => findWatch(flags.dest, { cwd: io.cwd, registry: watchRegistry() })),
    clock: systemClock,
    log,
    limits: settings.limits,
    parallel: settings.parallel,
    pullMs: settings.pullMs,
    journal,
  });
  await using server = new HookServer(hookApp({ secret, deployer, log }));
  const { address, port } = await server.listen(settings.listen);
  log.info('Taking web hooks at POST /hooks/<secret>', {
    address,
    port,
    repositories: [...settings.repositories].sort().join(', '),
  });
  deployer.start();
  if (!io.stop.aborted) await once(io.stop, 'abort');
  return 0;
}

async function secretOf({ secretFile }: DeployFlags, io: Io): Promise<string> {
  if (secretFile === undefined) return io.env.TSGEN_DEPLOY_SECRET ?? '';
  const path = resolve(io.cwd, secretFile);
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new TsgenError('config', `Cannot read the secret in ${path}: ${messageOf(cause)}.`, {
      cause,
    });
  }
}

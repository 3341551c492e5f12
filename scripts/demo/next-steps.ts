import type { Settings } from './settings.ts';
import { type Line, span, widthOf } from './text.ts';

/** The words of a `docker compose` command on the demo's stack, as a person types them. */
export function composeWords({ project }: Settings): readonly string[] {
  return ['docker', 'compose', '-p', project, '-f', 'compose/nginx.yml'];
}

/** Where the proxy answers: `localhost`, or `localhost:8080`. */
export function addressOf({ port }: Settings): string {
  return port === 80 ? 'localhost' : `localhost:${port}`;
}

/** What the stack's Compose file has to be told beyond its defaults. */
export function composeEnv({ port, socket }: Settings): Readonly<Record<string, string>> {
  return { PORT: String(port), ...(socket === undefined ? {} : { DOCKER_SOCKET: socket }) };
}

/** What to type next. Commands are never cut, so that they can be copied. */
export function nextStepsLines(settings: Settings, columns: number): Line[] {
  const compose = composeWords(settings).join(' ');
  const variables = Object.entries(composeEnv(settings))
    .filter(([name, value]) => name !== 'PORT' || value !== '80')
    .map(([name, value]) => `${name}=${value} `)
    .join('');
  const project = settings.project === 'tsgen-demo' ? '' : ` PROJECT=${settings.project}`;
  const steps = [
    ['ask it yourself', `curl -i ${addressOf(settings)}/is_prime/1234`],
    ['see what tsgen did', `${compose} logs tsgen`],
    ['scale as you like', `${variables}${compose} up -d --no-recreate --scale web=4`],
    ['stop and remove it', `make down${project}`],
  ] as const;
  const lines = steps.map(
    ([what, command]): Line => [span(`  ${what.padEnd(20)}`, 'faint'), span(command, 'accent')],
  );
  if (lines.every((line) => widthOf(line) <= columns)) return lines;
  return steps.flatMap(([what, command]): Line[] => [
    [span(`${what}:`, 'faint')],
    [span(`  ${command}`, 'accent')],
  ]);
}

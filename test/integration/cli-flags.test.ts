import { describe, expect, it } from 'vitest';
import { aCliScene } from '../support/cli-scene.ts';

// What each flag does is shown row by row in docker-gen/.
describe("docker-gen's flags, in its spelling", () => {
  it.each([
    ['-wait', '2s:1s', 'longest wait below the shortest'],
    ['-wait', '5', 'durations such as'],
    ['-interval', '1.5', 'whole seconds'],
    ['-notify-signal', 'HUP', '-1 for a restart'],
    ['-container-filter', 'running', 'KEY=VALUE'],
    ['-container-filter', 'lable=x', 'Did you mean label?'],
    ['-container-filter', 'status=up', 'running'],
    ['-container-filter', 'expose=http', 'PORT or FIRST-LAST'],
    ['-event-filter', 'start', 'KEY=VALUE'],
    ['-endpoint', 'fd://', 'unix:///var/run/docker.sock'],
    ['-only-exposd', 'x', 'Did you mean --only-exposed?'],
    ['-only-exposed=perhaps', 'x', '=true or =false'],
  ])('refuses what cannot be meant: %s %s', async (flag, value, message) => {
    const { cli } = await aCliScene();
    const { exitCode, stderr } = await cli.run(flag, value, 'names.hbs');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: expect.stringContaining(message),
    });
  });
});

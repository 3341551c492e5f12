import type { DockerApi } from '../../src/docker/api.ts';

/** An engine in memory: it answers what the test gives, and refuses all else by name. */
export function aDockerApi(answers: Partial<DockerApi> = {}): DockerApi {
  const refuse = (name: string) => async (): Promise<never> => {
    throw new Error(`the test's engine does not answer ${name}`);
  };
  return {
    endpoint: 'memory://',
    ping: refuse('ping'),
    info: refuse('info'),
    listContainers: refuse('listContainers'),
    inspectContainer: refuse('inspectContainer'),
    listNetworks: refuse('listNetworks'),
    events: refuse('events'),
    exec: refuse('exec'),
    containerLogs: refuse('containerLogs'),
    signalContainer: refuse('signalContainer'),
    restartContainer: refuse('restartContainer'),
    stopContainer: refuse('stopContainer'),
    ...answers,
  };
}

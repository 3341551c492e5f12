import Dockerode from 'dockerode';

/**
 * dockerode reads `DOCKER_HOST`, `DOCKER_CERT_PATH` and others by itself, even when it is told
 * everything, and fails on files that it need not read. So they are out of its sight for the
 * moment in which it is made.
 */
export function createDockerode(options: Dockerode.DockerOptions): Dockerode {
  const hidden = Object.keys(process.env).filter((name) => name.startsWith('DOCKER_'));
  const kept = hidden.map((name) => [name, process.env[name]] as const);
  for (const name of hidden) delete process.env[name];
  try {
    return new Dockerode(options);
  } finally {
    for (const [name, value] of kept) process.env[name] = value;
  }
}

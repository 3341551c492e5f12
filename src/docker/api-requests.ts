/** A request that tsgen may make to the engine, and what for. */
export interface ApiRequest {
  readonly method: 'DELETE' | 'GET' | 'POST';
  /** With `{id}` for a container or an exec; without the version that stands before it. */
  readonly path: string;
  /** For people; in Markdown. */
  readonly purpose: string;
  /** Without it nothing works; the others are asked only by who uses what they are for. */
  readonly always?: true;
}

/** All requests that `client.ts` can make: the one table for `docs/security.md` and for its test. */
export const API_REQUESTS: readonly ApiRequest[] = [
  { method: 'GET', path: '/version', always: true, purpose: 'which API version to speak' },
  { method: 'GET', path: '/info', always: true, purpose: "the engine's name and clock" },
  {
    method: 'GET',
    path: '/_ping',
    always: true,
    purpose: 'whether a silent engine is still there',
  },
  {
    method: 'GET',
    path: '/events',
    always: true,
    purpose: 'what happens to containers and networks',
  },
  {
    method: 'GET',
    path: '/containers/json',
    always: true,
    purpose: 'which containers there are; also for `--container-filter` and `--notify-filter`',
  },
  {
    method: 'GET',
    path: '/containers/{id}/json',
    always: true,
    purpose: 'their environment, labels, networks, health',
  },
  { method: 'GET', path: '/networks', always: true, purpose: 'which networks are internal' },
  {
    method: 'POST',
    path: '/containers/{id}/exec',
    purpose:
      '`--proxy`: to have the proxy check, reload, say which of its processes run and end old ones',
  },
  { method: 'POST', path: '/exec/{id}/start', purpose: 'the same' },
  { method: 'GET', path: '/exec/{id}/json', purpose: 'the same' },
  {
    method: 'POST',
    path: '/containers/{id}/kill',
    purpose: '`--notify-sighup`, `--notify-container`, `--notify-filter`',
  },
  {
    method: 'POST',
    path: '/containers/{id}/restart',
    purpose: 'these, with `--notify-signal -1`',
  },
  { method: 'POST', path: '/containers/{id}/stop', purpose: '`tsgen drain --stop`' },
];

/** What `tsgen deploy-hook` asks besides: the table for its deployer, which is a process of its own. */
export const DEPLOY_REQUESTS: readonly ApiRequest[] = [
  { method: 'GET', path: '/version', purpose: 'which API version to speak' },
  {
    method: 'GET',
    path: '/containers/json',
    purpose: 'which containers have the label `tsgen.deploy`, and which take the place of others',
  },
  {
    method: 'GET',
    path: '/containers/{id}/json',
    purpose: 'how they were made, and how they do',
  },
  {
    method: 'GET',
    path: '/images/{name}/json',
    purpose: 'what an image gives its containers, and which one a name means',
  },
  { method: 'POST', path: '/images/create', purpose: 'to pull what was pushed' },
  {
    method: 'POST',
    path: '/images/{name}/tag',
    purpose: 'to have a name mean the old image again after a roll-out that failed',
  },
  { method: 'POST', path: '/containers/create', purpose: 'to make the new replicas' },
  {
    method: 'POST',
    path: '/networks/{id}/connect',
    purpose: 'to connect them where there is more than one network',
  },
  { method: 'POST', path: '/containers/{id}/start', purpose: 'to start them' },
  { method: 'POST', path: '/containers/{id}/rename', purpose: 'to give them their names' },
  { method: 'POST', path: '/containers/{id}/stop', purpose: 'to stop the old ones' },
  { method: 'DELETE', path: '/containers/{id}', purpose: 'to remove them' },
];

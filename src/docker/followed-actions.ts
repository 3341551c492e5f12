/** What happens to containers and networks that can change what is known of them; sorted. */
export const FOLLOWED_ACTIONS: readonly string[] = [
  'connect',
  'create',
  'destroy',
  'die',
  // Podman's word for `die`.
  'died',
  'disconnect',
  'health_status',
  'kill',
  'pause',
  // Podman's word for `destroy`.
  'remove',
  'rename',
  'start',
  'stop',
  'unpause',
  'update',
];

/** What keeps a container from its traffic. */
export interface Obstacle {
  /** A phrase that follows the container's name, such as `unhealthy` or `shares no network (…)`. */
  readonly why: string;
  /** What to do about it, often a command; '' when tsgen does not know. */
  readonly remedy: string;
}

/** Both on one line. */
export function reasonOf({ why, remedy }: Obstacle): string {
  return remedy === '' ? why : `${why}: ${remedy}`;
}

/** On containers of users: which repository's pushes replace them. */
export const SERVICE_LABEL = 'tsgen.deploy';

/** On containers that a roll-out made; a roll-out that was cut off is taken up again by them. */
export const ROLL_OUT_LABELS = {
  /** The number of the deployment. */
  deployment: 'tsgen.deploy.deployment',
  /** The ID of the container whose place this one takes. */
  replaces: 'tsgen.deploy.replaces',
  /** The ID of the image that that one ran. */
  previous: 'tsgen.deploy.previous',
  /** The image's name, also where the container was made from its ID. */
  image: 'tsgen.deploy.image',
} as const;

/** Compose's own. */
export const COMPOSE_LABELS = {
  /** The ID of the image: `docker compose up` makes a container anew that has another. */
  image: 'com.docker.compose.image',
  /** `True` on what `docker compose run` started. */
  oneOff: 'com.docker.compose.oneoff',
} as const;

import type { CallbackOutcome } from './callback.ts';

/** What became of a push: one record of `GET /deployments`, and of the journal. */
export interface Deployment {
  /** Counts up, for all repositories together. */
  readonly id: number;
  readonly repository: string;
  readonly tag: string;
  readonly digest?: string;
  /** RFC 3339, as all times here. */
  readonly receivedAt: string;
  readonly endedAt?: string;
  readonly state: DeploymentState;
  /** Why it is in this state; absent where there is nothing to say. */
  readonly reason?: string;
  /** The images by the names that containers use. */
  readonly images: readonly MovedImage[];
  /** Containers whose place was taken, or was to be. */
  readonly replicas: readonly ReplicaRecord[];
  readonly callback?: CallbackOutcome;
}

export type DeploymentState =
  | 'queued'
  | 'pulling'
  | 'rolling-out'
  | 'rolling-back'
  /** All replicas run the new image. */
  | 'succeeded'
  /** They ran it already. */
  | 'unchanged'
  /** No container is started from this repository and tag. */
  | 'ignored'
  /** The image could not be pulled: nothing was changed. */
  | 'pull-failed'
  /** The new version did not get healthy, or no requests: all replicas run what they ran before. */
  | 'rolled-back'
  /** And not all could be brought back. */
  | 'failed'
  /** A later push of the same tag came before it had begun. */
  | 'superseded';

export interface MovedImage {
  readonly reference: string;
  /** What most of its replicas ran before. */
  readonly previous: string;
  /** Absent until it was pulled. */
  readonly image?: string;
}

export interface ReplicaRecord {
  readonly name: string;
  readonly outcome: 'replaced' | 'kept' | 'restored';
  readonly reason?: string;
}

const UNFINISHED: readonly DeploymentState[] = ['queued', 'pulling', 'rolling-out', 'rolling-back'];

export function isFinished({ state }: Pick<Deployment, 'state'>): boolean {
  return !UNFINISHED.includes(state);
}

/** In few words, for the log and for whom the callback reaches. */
export function describeDeployment(deployment: Deployment): string {
  const { repository, tag, state, reason, replicas } = deployment;
  const count = replicas.filter(({ outcome }) => outcome === 'replaced').length;
  const what = `${repository}:${tag}`;
  const because = reason === undefined ? '' : `: ${reason}`;
  switch (state) {
    case 'succeeded':
      return `${what}: ${count} ${count === 1 ? 'replica runs' : 'replicas run'} the new image`;
    case 'unchanged':
      return `${what}: all replicas run this image already`;
    case 'ignored':
      return `${what}: nothing to do${because}`;
    case 'pull-failed':
      return `${what}: the image could not be pulled${because}`;
    case 'rolled-back':
      return `${what}: rolled back${because}`;
    case 'failed':
      return `${what}: failed${because}`;
    case 'superseded':
      return `${what}: a later push took its place`;
    default:
      return `${what}: ${state}`;
  }
}

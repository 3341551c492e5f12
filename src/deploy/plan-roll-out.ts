import type { MovedImage } from './deployment.ts';
import { ROLL_OUT_LABELS } from './labels.ts';
import type { Replacement } from './replace-replica.ts';
import type { ServiceReplica } from './service-replicas.ts';

/** What is to be done so that all replicas run the images that their names mean now. */
export interface RollOutPlan {
  readonly replacements: readonly Replacement[];
  /** What stands beside old containers and is not to take their places. */
  readonly leftovers: readonly Leftover[];
}

export interface Leftover {
  readonly id: string;
  /** The ID of the container that stays. */
  readonly old: string;
}

export interface PlanInput {
  readonly deployment: number;
  readonly images: readonly MovedImage[];
  readonly replicas: readonly ServiceReplica[];
}

/**
 * Plans a roll-out from what is there: also one that was begun before and cut off. A new container
 * that already stands beside its old one is gone on with; one from another image makes way. What
 * does not run is left alone.
 */
export function planRollOut({ deployment, images, replicas }: PlanInput): RollOutPlan {
  const ids = new Set(replicas.map(({ wire }) => wire.Id));
  const replacements: Replacement[] = [];
  const leftovers: Leftover[] = [];
  const taken = new Set<string>();
  for (const { wire, reference, name, replaces } of replicas) {
    const image = imageOf(images, reference.name);
    const isUnfinished = replaces !== undefined && (ids.has(replaces) || wire.Name !== `/${name}`);
    if (image === undefined || !isUnfinished) continue;
    if (wire.Image === image) {
      taken.add(wire.Id).add(replaces);
      const target = { deployment, image, from: reference.name, reference: reference.name };
      replacements.push({ old: replaces, name, repository: reference.repository, target });
    } else if (ids.has(replaces)) {
      leftovers.push({ id: wire.Id, old: replaces });
      taken.add(wire.Id);
    }
  }
  for (const { wire, reference, name } of replicas) {
    const image = imageOf(images, reference.name);
    if (image === undefined || wire.Image === image || taken.has(wire.Id)) continue;
    if (!(wire.State.Running || wire.State.Restarting) || wire.State.Paused) continue;
    const target = { deployment, image, from: reference.name, reference: reference.name };
    replacements.push({ old: wire.Id, name, repository: reference.repository, target });
  }
  return { replacements, leftovers };
}

/**
 * Plans the way back: each replica that this deployment brought to the new image gets the one that it
 * ran before; what still stands beside an old one goes.
 *
 * @param images what the names mean by now.
 */
export function planRollBack({ deployment, images, replicas }: PlanInput): RollOutPlan {
  const ids = new Set(replicas.map(({ wire }) => wire.Id));
  const replacements: Replacement[] = [];
  const leftovers: Leftover[] = [];
  for (const replica of replicas) {
    const { wire, reference, name, replaces } = replica;
    if (replica.deployment !== deployment) continue;
    const moved = images.find(({ reference: one }) => one === reference.name);
    const previous = wire.Config.Labels?.[ROLL_OUT_LABELS.previous];
    if (!moved || previous === undefined || replaces === undefined) continue;
    if (wire.Image !== moved.image) {
      // Made on the way back before that was cut off.
      if (ids.has(replaces) || wire.Name !== `/${name}`) {
        const back = targetOf(deployment, moved, wire.Image);
        replacements.push({ old: replaces, name, repository: reference.repository, target: back });
      }
      continue;
    }
    if (ids.has(replaces)) {
      leftovers.push({ id: wire.Id, old: replaces });
      continue;
    }
    if (replicas.some((other) => other.replaces === wire.Id)) continue;
    const back = targetOf(deployment, moved, previous);
    replacements.push({ old: wire.Id, name, repository: reference.repository, target: back });
  }
  return { replacements, leftovers };
}

/** By its name where that means this image again, for then Compose sees what it expects. */
function targetOf(deployment: number, moved: MovedImage, image: string): Replacement['target'] {
  const { reference, previous } = moved;
  return { deployment, image, from: image === previous ? reference : image, reference };
}

function imageOf(images: readonly MovedImage[], reference: string): string | undefined {
  return images.find((moved) => moved.reference === reference)?.image;
}

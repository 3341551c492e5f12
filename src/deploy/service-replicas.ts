import { byText } from '../base/by-text.ts';
import type { DeployApi, WireReplica } from '../docker/deploy-api.ts';
import { type ImageReference, parseImageReference } from './image-reference.ts';
import { COMPOSE_LABELS, ROLL_OUT_LABELS, SERVICE_LABEL } from './labels.ts';
import { shortId } from './replica-config.ts';

/** A container that the pushes of a repository and tag replace. */
export interface ServiceReplica {
  readonly wire: WireReplica;
  readonly reference: ImageReference;
  /** The name that it has, or gets when the one whose place it takes is gone. */
  readonly name: string;
  /** The ID of the container whose place it took or is to take. */
  readonly replaces?: string;
  /** The number of the deployment that made it. */
  readonly deployment?: number;
}

/**
 * The containers with the label `tsgen.deploy=REPOSITORY` that were started from this tag, by name.
 * What `docker compose run` started is none of the service's replicas.
 */
export async function serviceReplicas(
  api: Pick<DeployApi, 'listContainers' | 'inspectReplica'>,
  { repository, tag }: { readonly repository: string; readonly tag: string },
  { signal }: { readonly signal: AbortSignal },
): Promise<readonly ServiceReplica[]> {
  const filters = { label: [`${SERVICE_LABEL}=${repository}`] };
  const replicas: ServiceReplica[] = [];
  for (const { id, labels } of await api.listContainers({ filters, signal })) {
    // An engine, or what stands before it, may take the filter lightly.
    if (labels[SERVICE_LABEL] !== repository) continue;
    const wire = await api.inspectReplica(id, { signal });
    const replica = wire && replicaOf(wire);
    if (!replica) continue;
    if (replica.reference.repository !== repository || replica.reference.tag !== tag) continue;
    replicas.push(replica);
  }
  return replicas.sort((a, b) => byText(a.name, b.name) || byText(a.wire.Id, b.wire.Id));
}

function replicaOf(wire: WireReplica): ServiceReplica | undefined {
  const labels: Readonly<Record<string, string | undefined>> = wire.Config.Labels ?? {};
  if (labels[COMPOSE_LABELS.oneOff] === 'True') return undefined;
  const reference = parseImageReference(labels[ROLL_OUT_LABELS.image] ?? wire.Config.Image ?? '');
  if (!reference) return undefined;
  const replaces = labels[ROLL_OUT_LABELS.replaces];
  const number = Number(labels[ROLL_OUT_LABELS.deployment]);
  const name = wire.Name.replace(/^\//, '');
  const prefix = replaces === undefined ? undefined : `${shortId(replaces)}_`;
  return {
    wire,
    reference,
    name: prefix !== undefined && name.startsWith(prefix) ? name.slice(prefix.length) : name,
    ...(replaces === undefined ? {} : { replaces }),
    ...(Number.isSafeInteger(number) ? { deployment: number } : {}),
  };
}

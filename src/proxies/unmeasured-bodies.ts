import type { Site } from '../routing/model.ts';
import { pathText } from '../routing/paths.ts';
import { isGrpc } from '../routing/protocols.ts';

/**
 * Which body limits a proxy cannot keep that does not count what it passes on: those of gRPC, whose
 * calls never tell their length.
 *
 * @param proxy its name
 */
export function unmeasuredBodies({ routes }: Site, proxy: string): readonly string[] {
  return routes
    .filter(({ bodyLimit = 0, upstream: { protocol } }) => bodyLimit > 0 && isGrpc(protocol))
    .map(
      (route) =>
        `${proxy} cannot limit bodies of gRPC, whose length is not told: ${pathText(route)} takes any`,
    );
}

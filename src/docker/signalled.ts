import type { IncomingMessage } from 'node:http';
import type Dockerode from 'dockerode';

interface Signal {
  readonly abortSignal: AbortSignal;
}

/** These take a signal like all others, and every field may be missing; the types deny both. */
interface Signalled {
  ping(options: Signal): Promise<unknown>;
  info(options: Signal): Promise<{
    readonly Name?: string;
    readonly Containers?: number;
    readonly Images?: number;
    readonly SystemTime?: string;
  }>;
  version(options: Signal): Promise<Partial<Dockerode.DockerVersion>>;
  getEvents(
    options: Signal & { readonly filters: string; readonly since?: number },
  ): Promise<IncomingMessage>;
}

export const signalled = (docker: Dockerode) => docker as unknown as Signalled;

import type { HookFile, ProxyFiles, UsableCertificate } from './proxy-files.ts';

/** Diffie-Hellman parameters that go with a certificate: its own, or else those for all sites. */
export function dhparamFor(
  { dhparam: own, digest }: UsableCertificate,
  { dhparam: common }: ProxyFiles,
): HookFile | undefined {
  if (own !== undefined) return { path: own, digest };
  return common?.kind === 'usable' ? { path: common.path, digest: common.digest } : undefined;
}

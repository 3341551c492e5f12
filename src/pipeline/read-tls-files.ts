import { createHash } from 'node:crypto';
import type { AuthorityGroup, CertificateGroup } from '../routing/certificate-groups.ts';
import {
  certificatesFault,
  inspectCertificate,
  isServerCertificate,
  type Material,
} from '../routing/inspect-certificate.ts';
import { dhparamFault } from '../routing/inspect-dhparam.ts';
import { inspectRevocations } from '../routing/inspect-revocations.ts';
import type {
  Certificate,
  ClientAuthority,
  DhParameters,
  Unusable,
} from '../routing/proxy-files.ts';
import type { KeptFiles } from './kept-files.ts';

/** More is in no file of certificates or keys that a server could use. */
const MAX_BYTES = 1024 * 1024;

type Read =
  | ({ readonly kind: 'read' } & Material)
  | { readonly kind: 'denied'; readonly looks: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unfit'; readonly reason: string };

/** A certificate with its key; `undefined` when both vanished meanwhile. */
export async function readCertificate(
  group: CertificateGroup,
  files: KeptFiles,
): Promise<Certificate | undefined> {
  const { name } = group;
  const unusable = (reason: string): Unusable => ({ kind: 'unusable', name, reason });
  const certificate = await read(group.certificate, files);
  const key = await read(group.key, files);
  if (certificate.kind === 'absent' && key.kind === 'absent') return undefined;
  if (certificate.kind === 'unfit') return unusable(certificate.reason);
  if (key.kind === 'unfit') return unusable(key.reason);
  if (certificate.kind === 'absent') {
    return { ...unusable(lonely(group.key, `${name}.crt`)), isIncomplete: true };
  }
  if (key.kind === 'absent') {
    return { ...unusable(lonely(group.certificate, `${name}.key`)), isIncomplete: true };
  }
  if (certificate.kind === 'denied') return unusable(denied(group.certificate ?? ''));

  const inspected = inspectCertificate(certificate, key.kind === 'read' ? key : undefined);
  if (inspected.kind === 'unusable') return unusable(inspected.reason);
  const dhparam = await readExtra(group.dhparam, dhparamFault, files);
  const chain = await readExtra(group.chain, certificatesFault, files);
  return {
    name,
    certificate: certificate.path,
    key: group.key ?? '',
    digest: digestOf([certificate, key, ...dhparam.usable, ...chain.usable]),
    verified: key.kind === 'read',
    ...(dhparam.path === undefined ? {} : { dhparam: dhparam.path }),
    ...(chain.path === undefined ? {} : { chain: chain.path }),
    notes: [...chain.notes, ...dhparam.notes],
    ...inspected,
  };
}

/** An authority for clients; `undefined` when it is a server's certificate, or vanished. */
export async function readAuthority(
  group: AuthorityGroup,
  files: KeptFiles,
): Promise<ClientAuthority | undefined> {
  const { name } = group;
  const unusable = (reason: string): ClientAuthority => ({ kind: 'unusable', name, reason });
  const certificate = await read(group.certificate, files);
  if (certificate.kind === 'absent') return undefined;
  if (certificate.kind !== 'read') {
    return unusable(faultOfUnread(group.certificate, certificate));
  }
  const fault = certificatesFault(certificate);
  if (fault !== undefined) return unusable(fault);
  // A host such as example.com.ca is called like the authority of example.com.
  const host = name === '' ? 'ca' : `${name}.ca`;
  if (group.hasKey && isServerCertificate(certificate, host)) return undefined;

  const crl = await read(group.crl, files);
  const usable = { kind: 'usable', name, certificate: certificate.path } as const;
  if (crl.kind === 'absent') return { ...usable, digest: digestOf([certificate]) };
  if (crl.kind !== 'read') return unusable(faultOfUnread(group.crl ?? '', crl));
  const revocations = inspectRevocations(crl);
  if (revocations.kind === 'unusable') return unusable(revocations.reason);
  const { nextUpdate } = revocations;
  return {
    ...usable,
    crl: crl.path,
    ...(nextUpdate === undefined ? {} : { crlNextUpdate: nextUpdate }),
    digest: digestOf([certificate, crl]),
  };
}

/** Diffie-Hellman parameters; `undefined` when there are none. */
export async function readDhparam(
  path: string,
  files: KeptFiles,
): Promise<DhParameters | undefined> {
  const content = await read(path, files);
  if (content.kind === 'absent') return undefined;
  const reason = content.kind === 'read' ? dhparamFault(content) : faultOfUnread(path, content);
  return reason === undefined
    ? { kind: 'usable', path, digest: digestOf([content]) }
    : { kind: 'unusable', path, reason };
}

interface Extra {
  /** Of what can be used. */
  readonly path?: string;
  readonly usable: readonly Read[];
  readonly notes: readonly string[];
}

/** A file that a certificate can do without. */
async function readExtra(
  path: string | undefined,
  faultOf: (file: Material) => string | undefined,
  files: KeptFiles,
): Promise<Extra> {
  const content = await read(path, files);
  if (path === undefined || content.kind === 'absent') return { usable: [], notes: [] };
  const fault = content.kind === 'read' ? faultOf(content) : faultOfUnread(path, content);
  return fault === undefined
    ? { path, usable: [content], notes: [] }
    : { usable: [], notes: [`${fault}; it is left out until then`] };
}

async function read(path: string | undefined, files: KeptFiles): Promise<Read> {
  if (path === undefined) return { kind: 'absent' };
  const look = await files.look(path);
  if (look.kind === 'absent') return look;
  if (look.kind === 'folder') {
    return { kind: 'unfit', reason: `${path} is a folder: replace it by the file` };
  }
  if (look.kind === 'unfit') return { kind: 'unfit', reason: `${path} ${look.reason}` };
  const content = await files.content(path, MAX_BYTES);
  switch (content.kind) {
    case 'read':
      return { ...content, path };
    case 'denied':
      return { kind: 'denied', looks: look.looks };
    case 'absent':
      return content;
    case 'unfit':
      return { kind: 'unfit', reason: `${path} ${content.reason}` };
  }
}

function lonely(path: string | undefined, missing: string): string {
  return `${path} has no ${missing} beside it: put it there`;
}

function faultOfUnread(path: string, content: Exclude<Read, { kind: 'read' | 'absent' }>): string {
  return content.kind === 'denied' ? denied(path) : content.reason;
}

function denied(path: string): string {
  return `${path} may not be read by tsgen, which cannot tell whether the proxy would load it: let tsgen read it`;
}

function digestOf(contents: readonly Read[]): string {
  const hash = createHash('sha256');
  for (const content of contents) {
    // Each with its length, so that bytes that wander from one file to the next count.
    if (content.kind === 'read') hash.update(`${content.bytes.length} `).update(content.bytes);
    if (content.kind === 'denied') hash.update(content.looks);
  }
  return hash.digest('hex').slice(0, 16);
}

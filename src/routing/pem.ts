export interface PemBlock {
  /** `CERTIFICATE`, `PRIVATE KEY` … */
  readonly label: string;
  /** With its first and last line. */
  readonly text: string;
  readonly der: Buffer;
}

export interface Pem {
  readonly blocks: readonly PemBlock[];
  /** Every block that begins also ends. */
  readonly isComplete: boolean;
}

/** The blocks of a file in PEM's format (RFC 7468); what stands around them does not count. */
export function readPem(bytes: Buffer): Pem {
  const blocks: PemBlock[] = [];
  let isComplete = true;
  let open: { readonly label: string; readonly lines: string[] } | undefined;
  // A byte order mark in UTF-8 may stand before the first line: OpenSSL passes over it.
  const text = bytes.toString('latin1').replace(/^\xEF\xBB\xBF/, '');
  for (const line of text.split('\n').map((one) => one.trimEnd())) {
    const label = /^-----BEGIN (.+)-----$/.exec(line)?.[1];
    if (label !== undefined) {
      if (open) isComplete = false;
      open = { label, lines: [line] };
    } else if (open) {
      open.lines.push(line);
      if (line !== `-----END ${open.label}-----`) continue;
      blocks.push(blockOf(open.label, open.lines));
      open = undefined;
    }
  }
  return { blocks, isComplete: isComplete && open === undefined };
}

function blockOf(label: string, lines: readonly string[]): PemBlock {
  // A header such as `DEK-Info: AES-256-CBC,…` is no part of the encoded bytes.
  const body = lines.slice(1, -1).filter((line) => !line.includes(':'));
  return { label, text: `${lines.join('\n')}\n`, der: Buffer.from(body.join(''), 'base64') };
}

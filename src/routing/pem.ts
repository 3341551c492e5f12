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

const BLOCK = /^-----BEGIN ([A-Z0-9 .]+)-----[ \t\r]*\n([^-]*)^-----END \1-----[ \t\r]*$/gm;

/** The blocks of a file in PEM's format (RFC 7468); what stands around them does not count. */
export function readPem(bytes: Buffer): Pem {
  // A byte order mark in UTF-8 may stand before the first line: OpenSSL passes over it.
  const text = bytes.toString('latin1').replace(/^\xEF\xBB\xBF/, '');
  const blocks = [...text.matchAll(BLOCK)].map(([block, label = '', body = '']) => ({
    label,
    text: block,
    der: Buffer.from(body, 'base64'),
  }));
  const begun = text.match(/^-----BEGIN /gm)?.length ?? 0;
  return { blocks, isComplete: begun === blocks.length };
}

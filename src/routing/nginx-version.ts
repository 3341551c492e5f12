import { invalid, type Validated, valid } from './validated.ts';

/** Reads `NGINX_VERSION`. */
export function parseNginxVersion(text: string): Validated<string> {
  return /^(?:0|[1-9]\d{0,5})(?:\.(?:0|[1-9]\d{0,5})){1,2}$/.test(text)
    ? valid(text)
    : invalid('a version is numbers with dots, such as 1.30.2');
}

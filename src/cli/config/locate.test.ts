import { describe, expect, it } from 'vitest';
import { lineOf } from './locate.ts';

const TOML = `endpoint = "x"

[[config]]
template = """
watch = true
"""
watch = true # 7

[[config]]
"Watch" = false
 [config.NotifyContainers]
 nginx = 1
 [config.ContainerFilter]
 nginx = "a"
`;

describe('lineOf', () => {
  it.each([
    [{ key: 'endpoint' }, 1],
    [{ key: 'watch', block: 0 }, 7],
    [{ key: 'watch', block: 1 }, 10],
    [{ key: 'NotifyContainers', block: 1 }, 11],
    [{ key: 'nginx', block: 1, subtable: 'notifycontainers' }, 12],
    [{ key: 'nginx', block: 1, subtable: 'ContainerFilter' }, 14],
    [{ key: 'nowhere' }, 1],
  ])('%j is in line %i', (where, line) => {
    expect(lineOf(TOML, where)).toBe(line);
  });
});

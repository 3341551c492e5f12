import { describe, expect, it } from 'vitest';
import { hostFiles } from './host-files.ts';

describe('hostFiles', () => {
  it('sees what is there', () => {
    expect(hostFiles.exists('package.json')).toBe(true);
    expect(hostFiles.read('package.json')).toContain('"name": "tsgen"');
    expect(hostFiles.list('src/templates')).toContain('host-files.ts');
  });

  it('takes what cannot be read for nothing', () => {
    expect(hostFiles.exists('nowhere')).toBe(false);
    expect(hostFiles.read('nowhere')).toBeUndefined();
    expect(hostFiles.read('src')).toBeUndefined();
    expect(hostFiles.list('nowhere')).toBeUndefined();
    expect(hostFiles.list('package.json')).toBeUndefined();
  });
});

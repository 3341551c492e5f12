import { describe, expect, it } from 'vitest';
import { progressOf } from './progress.ts';

describe('progressOf', () => {
  it.each([
    ['#12 [tsgen build 4/6] RUN npm ci', '[tsgen build 4/6] RUN npm ci'],
    ['#5 [web internal] load   build context', '[web internal] load build context'],
    [' Container demo-web-1  Started', 'Container demo-web-1 started'],
    [' Network demo_default  Creating', 'Network demo_default creating'],
    ['#3 [x] \u001b[2J', '[x] ?[2J'],
  ])('says of %j: %j', (line, text) => {
    expect(progressOf(line)).toBe(text);
  });

  it.each(['#12 2.313 added 196 packages', '#12 DONE 3.1s', '', 'web Pulling'])(
    'has no news in %j',
    (line) => {
      expect(progressOf(line)).toBeUndefined();
    },
  );
});

import { describe, expect, it } from 'vitest';
import { callHelper as call } from '../testing/call-helper.ts';
import { all, db, idle, web } from '../testing/containers.ts';
import { bare } from '../testing/render.ts';

describe('grouping', () => {
  it('keeps the order of the items and leaves out those without the field', () => {
    expect(call('groupBy', all, 'Env.HOST')).toEqual(
      bare({ 'b.test,a.test': [web], 'a.test': [db] }),
    );
    expect(call('groupByMulti', all, 'Env.HOST', ',')).toEqual(
      bare({ 'b.test': [web], 'a.test': [web, db] }),
    );
    expect(call('groupBy', all, 'Env.EMPTY')).toEqual(bare({ '': [web] }));
    expect(call('groupBy', all, 'State.Running')).toEqual(bare({ true: [web, idle], false: [db] }));
    expect(call('groupByKeys', all, 'Labels.env')).toEqual(['', 'prod']);
    expect(call('groupByWithDefault', all, 'Labels.env', 'none')).toEqual(
      bare({ prod: [web], '': [db], none: [idle] }),
    );
  });

  it('groups by labels with dots', () => {
    expect(call('groupByLabel', all, 'com.test.role')).toEqual(bare({ Web: [web], db: [db] }));
    expect(call('groupByLabelWithDefault', all, 'com.test.role', 'x')).toEqual(
      bare({ Web: [web], db: [db], x: [idle] }),
    );
    expect(call('groupBy', all, 'Labels.com.test.role')).toEqual(bare({ Web: [web], db: [db] }));
  });

  it('gives maps without prototype', () => {
    expect(Object.getPrototypeOf(call('groupBy', all, 'Name'))).toBeNull();
  });

  it('says what cannot be a key', () => {
    expect(() => call('groupBy', all, 'Env')).toThrow('cannot group by Env: it is a map');
  });
});

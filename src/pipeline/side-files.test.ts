import { describe, expect, it } from 'vitest';
import { aLog } from '../../test/support/memory-log.ts';
import { SideFiles } from './side-files.ts';

const file = (path: string, isLiteral = false) => ({ path, isLiteral, chunks: [path] });

describe('SideFiles', () => {
  it('gives the files of one rendering, in the order of their paths', () => {
    const sides = new SideFiles('/etc/main.conf', aLog());
    for (const name of ['b', 'a']) sides.add(file(name, true));
    sides.add(file('c'));
    expect(sides.end()).toEqual([
      { path: '/etc/a', chunks: ['a'], confined: true },
      { path: '/etc/b', chunks: ['b'], confined: true },
      { path: '/etc/c', chunks: ['c'], confined: true, optional: true },
    ]);
    sides.begin();
    sides.add(file('/srv/x', true));
    expect(sides.end()).toEqual([{ path: '/srv/x', chunks: ['/srv/x'] }]);
  });

  it('fails for what the author got wrong', () => {
    const sides = new SideFiles('/etc/main.conf', aLog());
    expect(() => sides.add(file('../x', true))).toThrow(
      'cannot write to "../x": it leaves the folder of the destination',
    );
    sides.add(file('a', true));
    expect(() => sides.add(file('./a', true))).toThrow('it is written already, further up');
  });

  it('leaves out what was worked out wrong, and warns while it lasts', () => {
    const log = aLog();
    const sides = new SideFiles('/srv/conf/main.conf', log);
    const render = (...paths: string[]) => {
      sides.begin();
      for (const path of paths) sides.add(file(path));
      return sides.end().map(({ path }) => path);
    };
    expect(render('a', '../../etc/passwd', 'a')).toEqual(['/srv/conf/a']);
    render('a', '../../etc/passwd', 'a');
    const warnings = [
      'warn The file "../../etc/passwd" is left out: it leaves the folder of the destination',
      'warn The file "a" is left out: it is written already, further up',
    ];
    expect(log.lines).toEqual(warnings);
    render('a');
    render('../../etc/passwd');
    expect(log.lines).toEqual([...warnings, warnings[0]]);
  });

  it('lets no container take a name that the template gives', () => {
    const log = aLog();
    const sides = new SideFiles('/etc/main.conf', log);
    sides.add({ ...file('a'), chunks: ['a container’s'] });
    sides.add({ ...file('a', true), chunks: ['the author’s'] });
    expect(sides.end()).toEqual([{ path: '/etc/a', chunks: ['the author’s'], confined: true }]);
    expect(log.lines).toEqual([
      'warn The file "a" is left out: the template writes it, further down',
    ]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportContaining, exportKey } from '../../../core/decision/exports.ts';

const table = new Map([
  ['/projects', 0],
  ['/projects/web', 1],
  ['/home', 2],
]);

describe('exportKey', () => {
  it.each([
    ['/home', '/home'],
    ['home', '/home'],
    ['/home/', '/home'],
    ['//home///ann//', '/home/ann'],
    ['/./home/./ann/.', '/home/ann'],
    ['/home/../etc', '/home/../etc'],
    ['/home/...', '/home/...'],
    ['', '/'],
    ['/', '/'],
    ['./.', '/'],
  ])('A15: spells %j as %j', (path, key) => {
    expect(exportKey(path)).toBe(key);
    expect(exportKey(key)).toBe(key);
  });
});

describe('exportContaining', () => {
  it.each([
    ['/projects', '/projects', 0],
    ['/projects/', '/projects', 0],
    ['projects', '/projects', 0],
    ['/projects/src/main', '/projects', 0],
    ['/projects/web', '/projects/web', 1],
    ['/projects/web/a/b', '/projects/web', 1],
    ['/projects/website', '/projects', 0],
    ['//home/./ann', '/home', 2],
  ])('A15: %j falls under %j', (path, entry, node) => {
    expect(exportContaining(table, path)).toEqual({ path: entry, node });
  });

  it.each([['/projects2'], ['/project'], ['/'], [''], ['/etc'], ['/home2/home'], ['/Home']])(
    'A15: nothing contains %j',
    (path) => {
      expect(exportContaining(table, path)).toBeNull();
    },
  );

  it('A15: an entry of the root contains every path, and gives way to longer ones', () => {
    const rooted = new Map([...table, ['/', 3]]);
    expect(exportContaining(rooted, '/etc/x')).toEqual({ path: '/', node: 3 });
    expect(exportContaining(rooted, '')).toEqual({ path: '/', node: 3 });
    expect(exportContaining(rooted, '/home/ann')).toEqual({ path: '/home', node: 2 });
  });

  it('A15: a path longer than any that may be asked for falls under nothing', () => {
    const longest = `/home/${'a'.repeat(1018)}`;
    expect(exportContaining(table, longest)).toEqual({ path: '/home', node: 2 });
    expect(exportContaining(table, `${longest}a`)).toBeNull();
  });

  it('A15: is the longest of the entries whose parts begin the path', () => {
    const part = fc.constantFrom('a', 'b', 'aa', '..');
    const parts = fc.array(part, { maxLength: 4 });
    fc.assert(
      fc.property(fc.uniqueArray(parts, { selector: (of) => of.join('/') }), parts, (all, path) => {
        const entries = new Map(all.map((of, node) => [`/${of.join('/')}`, node]));
        const containing = all
          .map((of, node) => ({ of, node }))
          .filter(({ of }) => of.every((one, at) => path[at] === one))
          .sort((a, b) => b.of.length - a.of.length)[0];
        const found = exportContaining(entries, path.join('/'));
        expect(found?.node).toBe(containing?.node);
      }),
    );
  });

  it('A15: looks up no more often than entries can end', () => {
    let looks = 0;
    const counting = Object.assign(new Map(table), {
      get: (key: string) => {
        looks++;
        return table.get(key);
      },
    });
    expect(exportContaining(counting, '/a'.repeat(512))).toBeNull();
    expect(looks).toBeLessThan(5);
  });
});

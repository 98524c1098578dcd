import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { addresseeOf } from '../../../adapters/member/addressee.ts';
import type { Shown } from '../../../adapters/member/views.ts';
import { memberViews } from '../../../adapters/member/views.ts';
import { outcomeSentence } from '../../../adapters/member/outcome.ts';
import { reportSentence } from '../../../adapters/member/report.ts';
import type { Adapter } from '../../../core/cluster/adapter.ts';
import type { NodeId } from '../../../core/cluster/identity.ts';
import { ipv4 } from '../../../core/wire/address.ts';

const ALPHA = 'a'.repeat(32) as NodeId;
const BETA = 'b'.repeat(32) as NodeId;
const adapter = (last: number): Adapter => ({
  ...{ address: ipv4(0x0a010000 + last), port: 7400, prefixLength: 24, type: 'ethernet' },
  ...{ mtu: 9000, serviceClass: 'control', routers: [] },
});
const network = { address: ipv4(0x0a010000), prefixLength: 24 };
const untested = { reachable: null, answeredAt: null, roundTripMs: null, pathMtu: null };

const shown: Shown = {
  now: 10_000,
  unsent: { full: 3, noSocket: 0 },
  view: {
    id: ALPHA,
    digest: 'd'.repeat(64),
    nodes: [
      {
        ...{ id: ALPHA, name: 'alpha', standing: 'self', version: 4, gateway: true, queued: 0 },
        adapters: [{ adapter: adapter(11), ...untested }],
      },
      {
        ...{ id: BETA, name: 'beta', standing: 'up', version: 2, gateway: false, queued: 0 },
        adapters: [
          {
            ...{ adapter: adapter(12), reachable: true, answeredAt: 9740 },
            ...{ roundTripMs: 0.4567, pathMtu: 1500 },
          },
          { adapter: adapter(13), ...untested, reachable: false },
          { adapter: adapter(14), ...untested },
        ],
      },
    ],
    responsibilities: [{ network, gateway: ALPHA, next: null }],
    directions: [{ destination: network, router: ipv4(0x0a020001), adapter: ipv4(0x0a02000b) }],
    counters: { replayed: 2, 'seal-broken': 1 },
  },
};

describe('what a member shows', () => {
  it('B2, B3, B4: the table, a row for each adapter in order of preference, and who answers', () => {
    expect(
      memberViews['cdat']?.(shown).map((row) =>
        ['name', 'preference', 'address', 'status', 'answered', 'roundTrip', 'pathMtu'].map(
          (column) => row[column],
        ),
      ),
    ).toEqual([
      ['alpha', 1, '10.1.0.11', 'self', null, null, null],
      ['beta', 1, '10.1.0.12', 'reachable', 0.3, 0.46, 1500],
      ['beta', 2, '10.1.0.13', 'unreachable', null, null, null],
      ['beta', 3, '10.1.0.14', 'untested', null, null, null],
    ]);
  });

  it('a computer that has no adapter in the table has a row with the same columns', () => {
    const [alpha, beta] = shown.view.nodes;
    if (alpha === undefined || beta === undefined) throw new Error('two computers');
    const gone = { ...beta, standing: 'left', adapters: [] } as const;
    const rows = memberViews['cdat']?.({ ...shown, view: { ...shown.view, nodes: [alpha, gone] } });
    expect(rows?.map((row) => Object.keys(row))[1]).toEqual(Object.keys(rows?.[0] ?? {}));
    expect(rows?.[1]).toMatchObject({ name: 'beta', state: 'left', address: null });
  });

  it('B9, B10: responsibilities by name, and directions', () => {
    expect(memberViews['responsibilities']?.(shown)).toEqual([
      { network: '10.1.0.0/24', gateway: 'alpha', next: null },
    ]);
    expect(memberViews['directions']?.(shown)).toEqual([
      { destination: '10.1.0.0/24', router: '10.2.0.1', adapter: '10.2.0.11' },
    ]);
  });

  it('what was not taken and what did not leave, by name', () => {
    expect(memberViews['traffic']?.(shown)).toEqual([
      { name: 'table-digest', value: 'd'.repeat(64) },
      { name: 'replayed', value: 2 },
      { name: 'seal-broken', value: 1 },
      { name: 'unsent-buffer-full', value: 3 },
      { name: 'unsent-no-adapter', value: 0 },
    ]);
  });
});

describe('what a member says', () => {
  const nameOf = (id: NodeId): string => (id === ALPHA ? 'alpha' : id);

  it('of responsibilities, of names that two have, of adapters', () => {
    const responsibilities = [
      { network, gateway: ALPHA, next: BETA },
      { network: { ...network, prefixLength: 25 }, gateway: BETA, next: null },
    ];
    expect(reportSentence({ kind: 'responsibilities', responsibilities }, nameOf)).toBe(
      `responsibilities: 10.1.0.0/24 alpha, next ${BETA}; 10.1.0.0/25 ${BETA}`,
    );
    expect(reportSentence({ kind: 'responsibilities', responsibilities: [] }, nameOf)).toBe(
      'responsibilities: none',
    );
    const conflict = { kind: 'name-conflict', name: 'alpha', holder: ALPHA, other: BETA } as const;
    expect(reportSentence(conflict, nameOf)).toBe(
      `the name alpha is that of ${ALPHA}; ${BETA} has it too, and is not meant by it`,
    );
    const address = ipv4(0x0a01000b);
    expect(reportSentence({ kind: 'unreachable', node: ALPHA, adapter: address }, nameOf)).toBe(
      '10.1.0.11 of alpha is unreachable',
    );
  });

  it('of messages that did not arrive', () => {
    expect(outcomeSentence({ kind: 'acknowledged' }, 'beta')).toBeNull();
    expect(outcomeSentence({ kind: 'gone', why: 'restarted' }, 'beta')).toBe(
      'beta has started anew',
    );
    expect(outcomeSentence({ kind: 'refused', why: 'queue-full' }, 'beta')).toBe(
      'beta has too many messages before this one',
    );
  });
});

describe('whom a message is for', () => {
  const called = (name: string, id: NodeId, standing: 'up' | 'left' = 'up') => ({
    ...{ id, name, standing, version: 1, gateway: false, queued: 0, adapters: [] },
  });
  const GAMMA = 'c'.repeat(32) as NodeId;
  const named = (...nodes: readonly ReturnType<typeof called>[]) => ({ ...shown.view, nodes });

  it('B7: a name that two computers have is nobody’s: their fingerprints are told', () => {
    const view = named(called('db', ALPHA), called('db', BETA), called('web', GAMMA));
    expect(addresseeOf(view, 'db')).toEqual(
      E.left(`2 computers are called "db": ${ALPHA}, ${BETA}; send to a fingerprint`),
    );
    expect(addresseeOf(view, BETA)).toEqual(E.right(BETA));
    expect(addresseeOf(view, 'web')).toEqual(E.right(GAMMA));
    expect(addresseeOf(named(called('db', ALPHA, 'left'), called('db', BETA)), 'db')).toEqual(
      E.right(BETA),
    );
  });

  it('B7: a fingerprint is nobody’s name', () => {
    expect(addresseeOf(named(called('db', ALPHA), called(ALPHA, BETA)), ALPHA)).toEqual(
      E.right(ALPHA),
    );
    expect(addresseeOf(named(called('db', ALPHA)), 'web')).toEqual(
      E.left('no computer "web"; the table has db'),
    );
  });
});

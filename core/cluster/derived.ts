// What follows from the table and from who answers: directions and responsibilities, told when they change (B9, B10).

import type { Adapter, Subnet } from './adapter.ts';
import { directionsFor } from './directions.ts';
import { contains } from './subnet.ts';
import { responsibilitiesOf } from './responsibilities.ts';
import { living } from './table/table.ts';
import type { Turn } from './turn.ts';
import { alter, peerOf, peersOf, report } from './turn.ts';

/** Whether anybody in `subnet` answers by the own adapter. */
const answersBy =
  (turn: Turn) =>
  (adapter: Adapter, subnet: Subnet): boolean => {
    for (const { paths } of peersOf(turn).values())
      for (const { adapter: own, state, to } of paths)
        if (state === 'reachable' && own === adapter.address && contains(subnet, to.address))
          return true;
    return false;
  };

const same = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/** Works out anew what follows, when something has changed that it follows from. */
export const derive = (turn: Turn): void => {
  if (!turn.member.stale) return;
  const { self, table, adapters, directions, responsibilities } = turn.member;
  alter(turn, { stale: false });
  const entries = living(table);
  const others = entries.filter(({ id }) => id !== self.id);
  const routes = directionsFor(adapters, others, answersBy(turn));
  if (!same(routes, directions)) {
    alter(turn, { directions: routes });
    turn.effects.push({ kind: 'routes', directions: routes });
  }
  const isUp = (id: (typeof self)['id']): boolean =>
    id === self.id || peerOf(turn, id)?.standing === 'up';
  const duties = responsibilitiesOf(self.primitives, entries, isUp);
  if (!same(duties, responsibilities)) {
    alter(turn, { responsibilities: duties });
    report(turn, { kind: 'responsibilities', responsibilities: duties });
  }
};

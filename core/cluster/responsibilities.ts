// Responsibilities, assigned from adapter information (B9; claim 18): the gateway of each network, and the next.

import type { Adapter, Subnet } from './adapter.ts';
import type { Responsibility } from './effect.ts';
import type { NodeId } from './identity.ts';
import type { Primitives } from './primitives.ts';
import { urgency } from './service-class.ts';
import { formatSubnet, subnetOf } from './subnet.ts';
import type { Entry } from './table/entry.ts';
import { hexOf } from './identity.ts';
import { Writer } from './wire/writer.ts';

interface Candidate {
  readonly id: NodeId;
  readonly adapter: Adapter;
  /** The adapter's place in its computer's order of preference. */
  readonly place: number;
  /** Rendezvous hash (Thaler and Ravishankar, 1998): spreads what is otherwise equal. */
  readonly weight: string;
}

const better = (one: Candidate, other: Candidate): number =>
  urgency(other.adapter.serviceClass) - urgency(one.adapter.serviceClass) ||
  one.place - other.place ||
  other.adapter.mtu - one.adapter.mtu ||
  (one.weight > other.weight ? -1 : 1);

/**
 * Who is responsible for what: it follows from the entries and from who is up, so that all that agree in
 * these agree in it. Candidates are the computers that can be gateways; of their adapters on a network the
 * class of service decides, then how much they prefer it, then its MTU.
 */
export const responsibilitiesOf = (
  primitives: Primitives,
  entries: readonly Entry[],
  isUp: (id: NodeId) => boolean,
): readonly Responsibility[] => {
  const networks = new Map<string, { readonly network: Subnet; readonly all: Candidate[] }>();
  for (const { id, gateway, adapters } of entries) {
    if (!gateway || !isUp(id)) continue;
    for (const [place, adapter] of adapters.entries()) {
      const network = subnetOf(adapter);
      const text = formatSubnet(network);
      const all = networks.get(text)?.all ?? [];
      const weight = hexOf(primitives.hash(new Writer().hex(id).ascii(text).done()));
      if (!all.some((one) => one.id === id)) all.push({ id, adapter, place, weight });
      networks.set(text, { network, all });
    }
  }
  return [...networks]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, { network, all }]) => {
      const [first, second] = [...all].sort(better);
      return first === undefined ? [] : [{ network, gateway: first.id, next: second?.id ?? null }];
    });
};

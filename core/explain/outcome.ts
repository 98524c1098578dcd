// What became of a frame, in a few words: `forward by interconnect to node n2`, `drop internal`.

import type { ReadonlyBytes } from '../wire/bytes.ts';
import { linkName } from '../decision/names.ts';
import type { Link, NodeIndex, Topology } from '../decision/topology.ts';
import type { Decision } from '../decision/verdict.ts';
import { reasonOf } from './account.ts';
import { leavingFrame, nodeOf, nodeText } from './leaving.ts';

/** The verdict on `frame`, which came by `ingress`: where it goes, or why not; `hop` as {@link nodeOf} wants it. */
export const outcomeOf = (
  topology: Topology,
  ingress: Link,
  frame: ReadonlyBytes,
  decision: Decision,
  hop?: NodeIndex,
): string => {
  const leaving = leavingFrame(frame, decision);
  const reason = reasonOf(decision.verdict);
  const node = nodeOf(topology, ingress, frame, leaving, hop);
  const to =
    leaving === null
      ? ''
      : ` by ${linkName(topology, leaving.egress)}${nodeText(node, leaving.egress)}`;
  return `${decision.verdict.kind}${to}${reason === null ? '' : ` ${reason}`}`;
};

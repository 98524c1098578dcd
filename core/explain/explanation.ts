// Why a frame goes where it goes: what `decide` read, said and changed, told as one value.

import type { ReadonlyBytes } from '../wire/bytes.ts';
import { decide } from '../switch/decide.ts';
import { linkName } from '../decision/names.ts';
import type { Reason } from '../decision/reason.ts';
import { meaning } from '../decision/reason.ts';
import { outputOf } from '../simulate/simulate.ts';
import type { Output } from '../simulate/simulate.ts';
import type { Tables } from '../decision/tables.ts';
import type { Link, NodeIndex, Topology } from '../decision/topology.ts';
import { linkSettings } from '../decision/topology.ts';
import type { Path } from '../decision/path.ts';
import type { Decision, Verdict } from '../decision/verdict.ts';
import type { Account, Step } from './account.ts';
import { connectionOf, reasonOf } from './account.ts';
import type { ChecksumState } from './checksum-state.ts';
import { checksumsOf } from './checksum-state.ts';
import type { FieldChange } from './difference.ts';
import { differences } from './difference.ts';
import { changeText } from './change-text.ts';
import { hexText } from './field-layout.ts';
import { fieldsByName } from './fields.ts';
import { hopOf, leavingFrame, nodeOf, sentBesides } from './leaving.ts';
import { outcomeOf } from './outcome.ts';
import type { ReadText } from './read-text.ts';
import { readTexts } from './read-text.ts';
import { recording } from './recording.ts';
import { stepsOf } from './steps.ts';
import { contentOf, summaryOf } from './summary.ts';

/** A frame that leaves besides: an answer, an ARP request, one that was held until now. */
export interface Sent {
  readonly link: string;
  readonly what: string;
  readonly hex: string;
}

export interface Explanation {
  /** The link the frame came by, what it is, and its bytes in hexadecimal. */
  readonly link: string;
  readonly what: string;
  readonly frame: string;
  readonly steps: readonly Step[];
  readonly reads: readonly ReadText[];
  readonly verdict: Verdict['kind'];
  readonly reason: Reason | null;
  /** What the reason means. */
  readonly meaning: string | null;
  readonly path: Path;
  /** The link it goes on by; null when it does not. */
  readonly egress: string | null;
  /** The node at the cluster's end, `gateway` for the gateway itself; null for none. */
  readonly node: string | null;
  /** Verdict, egress, node and reason in one line. */
  readonly outcome: string;
  /** The frame that goes on, in hexadecimal; null when none does. */
  readonly leaving: string | null;
  readonly tableChanges: readonly string[];
  /** What differs between the frame that came and the one that goes on; nothing when none goes on. */
  readonly fields: readonly FieldChange[];
  readonly checksums: {
    readonly before: readonly ChecksumState[];
    readonly after: readonly ChecksumState[];
  };
  readonly sent: readonly Sent[];
}

const sentOf = (topology: Topology, { egress, frame }: Output): Sent => ({
  link: linkName(topology, egress),
  what: summaryOf(frame, linkSettings(topology, egress).framing),
  hex: hexText(frame),
});

/** The node at the cluster's end of the frame's connection. */
const connectedNode = (account: Account): NodeIndex | undefined => {
  const content = contentOf(account.frame, account.ingress.framing);
  return content.kind === 'ipv4'
    ? connectionOf({ ...account, packet: content.packet })?.node
    : undefined;
};

/** Explains what becomes of `frame`, coming by the link `ingress`, which must be there, at `now`. */
export const explain = (
  tables: Tables,
  frame: ReadonlyBytes,
  ingress: Link,
  now: number,
): { readonly explanation: Explanation; readonly decision: Decision } => {
  const { topology } = tables;
  const recorded = recording(tables);
  const decision = decide(recorded.tables, frame, ingress, now);
  const { reads } = recorded;
  const leaving = leavingFrame(frame, decision);
  const link = linkSettings(topology, ingress);
  const egress = leaving === null ? null : linkSettings(topology, leaving.egress);
  const told: Account = {
    tables,
    topology,
    frame,
    ingress: link,
    now,
    decision,
    reads,
    hop: hopOf(tables, ingress, frame, decision),
    leaving,
    before: fieldsByName(frame, link.framing),
    after:
      leaving === null || egress === null ? new Map() : fieldsByName(leaving.frame, egress.framing),
  };
  const hop = told.hop ?? connectedNode(told);
  const account: Account = { ...told, hop };
  const reason = reasonOf(decision.verdict);
  const isLeaving = leaving !== null && egress !== null;
  const explanation: Explanation = {
    link: link.name,
    what: summaryOf(frame, link.framing),
    frame: hexText(frame),
    steps: stepsOf(account),
    reads: readTexts(topology, reads),
    verdict: decision.verdict.kind,
    reason,
    meaning: reason === null ? null : meaning(reason),
    path: decision.path,
    egress: egress?.name ?? null,
    node: nodeOf(topology, ingress, frame, leaving, hop),
    outcome: outcomeOf(topology, ingress, frame, decision, hop),
    leaving: leaving === null ? null : hexText(leaving.frame),
    tableChanges: decision.changes.map((change) => changeText(topology, change)),
    fields: isLeaving ? differences(frame, link.framing, leaving.frame, egress.framing) : [],
    checksums: {
      before: checksumsOf(frame, link.framing),
      after: isLeaving ? checksumsOf(leaving.frame, egress.framing) : [],
    },
    sent: sentBesides(decision).map((send) => sentOf(topology, outputOf(send))),
  };
  return { explanation, decision };
};

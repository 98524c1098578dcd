// What became of a fragment (D3): held, put together, the first that chooses, or one that follows it.

import { moreFragments, packetAt } from '../wire/packet.ts';
import type { Datagram } from '../decision/datagram.ts';
import { datagramKeyOf } from '../decision/datagram.ts';
import { linkName } from '../decision/names.ts';
import { meaning } from '../decision/reason.ts';
import { isComplete, reassembled } from '../host/reassembly.ts';
import { isOverdue } from '../host/reassembly.ts';
import { needsWhole } from '../switch/gathered.ts';
import type { PacketAccount, Step } from './account.ts';
import { arrivalOf, located, reasonOf, step } from './account.ts';
import { counted } from './counted.ts';
import { fieldsByName } from './fields.ts';

/** The steps that tell of the fragment, and the packet that the rest is about; null: it goes no further. */
export interface FragmentTold {
  readonly steps: readonly Step[];
  readonly rest: PacketAccount | null;
}

/** `data 1472 to 2943 of datagram 7 (bytes 18 to 19), more follow`. */
const whichData = (account: PacketAccount): string => {
  const { frame, packet } = account;
  const from = packet.fragmentOffset;
  const to = from + packet.at + packet.length - packet.transportAt;
  const more = moreFragments(frame, packet) ? 'more follow' : 'the last';
  return `bytes ${from} to ${to - 1} of datagram ${located(account, 'ipv4.identification')}, ${more}`;
};

/** The datagram that this fragment completed before it was decided; undefined when it did not. */
const completed = ({ decision }: PacketAccount, key: string): Datagram | undefined => {
  for (const change of decision.changes) {
    if (change.kind !== 'datagram-gone' || datagramKeyOf(change.datagram) !== key) continue;
    const { datagram } = change;
    if (datagram.fate.kind === 'held' && isComplete(datagram)) return datagram;
  }
  return undefined;
};

/** Whether `decide` saw the whole: of a first fragment that came last only what has to be read whole. */
const isReadWhole = (account: PacketAccount): boolean =>
  account.packet.fragmentOffset > 0 || needsWhole(arrivalOf(account));

/** The account of the whole datagram, as `decide` put it together; null when it cannot be one packet. */
const wholeOf = (account: PacketAccount, datagram: Datagram): PacketAccount | null => {
  const { frame: own, ingress, packet } = account;
  const { at, length, fragmentOffset: from } = packet;
  const frame = reassembled([...datagram.held, { frame: own, at, length, from }]);
  const whole = frame === null ? null : packetAt(frame, at);
  return frame === null || whole === null || typeof whole === 'number'
    ? null
    : { ...account, frame, packet: whole, before: fieldsByName(frame, ingress.framing) };
};

const held = (account: PacketAccount): string => {
  const { decision, packet } = account;
  const waits = decision.changes.some(
    (change) => change.kind === 'datagram' && change.datagram.held.some(({ from }) => from === 0),
  );
  if (packet.fragmentOffset === 0) return 'the gateway reads it whole: held until the rest is here';
  return waits
    ? 'the gateway reads it whole: held with the others until all are here'
    : 'held until the first is here, which has the ports';
};

/** How the fragments that came before the first fare. */
const followers = ({ decision }: PacketAccount, known: Datagram | undefined): string => {
  const { kind } = decision.verdict;
  const waited = known?.held.length ?? 0;
  const others = waited === 0 ? '' : `; ${counted(waited, 'other')} that waited`;
  if (kind === 'forward' || kind === 'deliver' || kind === 'split' || kind === 'hold')
    return waited === 0 ? '' : `${others} ${waited === 1 ? 'goes' : 'go'} with it`;
  return '; the others are dropped with it';
};

/** Tells of a fragment; of one that does not concern the gateway nothing. */
export const fragmentTold = (account: PacketAccount): FragmentTold => {
  const { topology, packet, decision, reads, now } = account;
  const read = reads.find((one) => one.table === 'datagrams');
  if (!packet.fragment || read?.table !== 'datagrams') return { steps: [], rest: account };
  const known = read.found !== undefined && !isOverdue(read.found, now) ? read.found : undefined;
  const which = whichData(account);
  const told = (text: string): readonly Step[] => [step(null, 'fragment', `${which}; ${text}`)];
  const reason = reasonOf(decision.verdict);

  if (known?.fate.kind === 'followed') {
    const { exit } = known.fate;
    const egress = linkName(topology, exit.egress);
    if (decision.path !== 'fragment')
      return { steps: told(`it follows the first, which went by ${egress}`), rest: account };
  }
  const whole = completed(account, read.key);
  if (whole !== undefined && isReadWhole(account)) {
    const rest = wholeOf(account, whole);
    const together = `all ${whole.pieces.length} are here and put together`;
    if (rest === null || decision.path === 'fragment')
      return {
        steps: told(`${together}: ${reason === null ? 'no packet' : meaning(reason)}`),
        rest: null,
      };
    const size = counted(rest.packet.length, 'byte');
    return { steps: told(`${together}, a packet of ${size}, of which the rest tells`), rest };
  }
  if (reason === 'fragment-held') return { steps: told(held(account)), rest: null };
  if (decision.path === 'fragment') {
    const before = known?.fate.kind === 'dropped' ? 'all of it is dropped: ' : '';
    return {
      steps: told(`${before}${reason === null ? 'dropped' : meaning(reason)}`),
      rest: null,
    };
  }
  return {
    steps: told(`the first: its ports choose for all${followers(account, known)}`),
    rest: account,
  };
};

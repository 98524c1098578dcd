import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explain } from '../../../core/explain/explanation.ts';
import { decide } from '../../../core/switch/decide.ts';
import { step } from '../../../core/simulate/simulate.ts';
import type { Tables } from '../../../core/decision/tables.ts';
import { INTERCONNECT, LOCAL } from '../../../core/decision/topology.ts';
import { formatAddress } from '../../../core/wire/address.ts';
import type { Arriving } from '../../arbitraries/cluster.ts';
import { arriving } from '../../arbitraries/cluster.ts';
import { garbageFrame, nearlyValidFrame, validFrame } from '../../arbitraries/frames.ts';
import { CAMPUS, tablesOf, topology } from '../switch/laboratory.ts';
import { concerning } from './arriving.ts';
import { boxes, directTopology, rpcTopology, textOf } from './messages.ts';

const withLocal = topology({ local: { tun: 'oh-local' } });

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

/** The tables after frames that arrived before. */
const after = (tables: Tables, frames: readonly Arriving[]): Tables =>
  frames.reduce((now, { link, frame }) => step(now, frame, link, 0).tables, tables);

describe('explain, for any frame', () => {
  const rpc = rpcTopology({ local: { tun: 'oh-local' } });
  const clusters = [withLocal, rpc, directTopology()].map((cluster) => {
    const sent = fc.oneof(arriving(cluster), ...concerning(cluster));
    const any = fc.record({
      link: fc.constantFrom(
        ...(cluster.links[LOCAL] === null ? [] : [LOCAL]),
        CAMPUS,
        INTERCONNECT,
      ),
      frame: fc.oneof(validFrame(), nearlyValidFrame(), garbageFrame()),
    });
    const asked = fc.oneof({ weight: 4, arbitrary: sent }, { weight: 1, arbitrary: any });
    return fc.record({ before: fc.array(sent, { maxLength: 12 }), asked }).map((frames) => ({
      ...frames,
      tables: after(tablesOf(cluster), frames.before),
    }));
  });
  const story = fc.oneof(...clusters);

  it('does not throw, and says what decide says', () => {
    fc.assert(
      fc.property(story, ({ tables, asked: { link, frame } }) => {
        const { decision, explanation } = explain(tables, frame, link, 1);
        const plain = decide(tables, frame, link, 1);
        expect(decision).toEqual(plain);
        expect(explanation.verdict).toBe(plain.verdict.kind);
        expect(explanation.path).toBe(plain.path);
        expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation);
      }),
      { numRuns: 600 },
    );
  });

  it('takes the boxes in their order, each once', () => {
    fc.assert(
      fc.property(story, ({ tables, asked: { link, frame } }) => {
        const { explanation } = explain(tables, frame, link, 1);
        const taken = boxes(explanation);
        expect(taken).toEqual([...new Set(taken)].sort((a, b) => a - b));
        expect(taken.every((box) => box < 600 === (taken[0] ?? 0) < 600)).toBe(true);
        expect(taken[0]).toBeOneOf([505, 605]);
      }),
      { numRuns: 400 },
    );
  });

  it('names every byte that changed: put into the frame that came, they give the frame that leaves', () => {
    fc.assert(
      fc.property(story, ({ tables, asked: { link, frame } }) => {
        const { explanation } = explain(tables, frame, link, 1);
        const output = step(tables, frame, link, 1).outputs[0];
        if (explanation.verdict !== 'forward' || link === LOCAL || output?.egress === LOCAL) return;
        const patched = Uint8Array.from(frame);
        for (const { field, offset, after: value } of explanation.fields)
          if (field === 'padding') expect(value).toBe(null);
          else patched.set(bytesOf(value?.hex ?? ''), offset);
        expect(patched.slice(0, output?.frame.length)).toEqual(output?.frame);
        expect(explanation.leaving).toBe(Buffer.from(output?.frame ?? []).toString('hex'));
      }),
      { numRuns: 600 },
    );
  });

  it('goes on to the node that the text names', () => {
    fc.assert(
      fc.property(story, ({ tables, asked: { link, frame } }) => {
        const { explanation } = explain(tables, frame, link, 1);
        const set =
          textOf(explanation, 565) || textOf(explanation, 560) || textOf(explanation, 550);
        const [, named] = /NODE_ADDR is ([0-9.]+)/.exec(set) ?? [];
        const { nodes } = tables.topology;
        const node = nodes.find(({ address: of }) => formatAddress(of) === named);
        if (
          explanation.node !== null &&
          explanation.path.startsWith('inbound') &&
          node !== undefined
        )
          expect(explanation.node).toBe(node.name);
      }),
      { numRuns: 400 },
    );
  });
});

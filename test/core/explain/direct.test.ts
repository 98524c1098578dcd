import { describe, expect, it } from 'vitest';
import { step } from '../../../core/simulate/simulate.ts';
import { apply, neighbourKey } from '../../../core/decision/tables.ts';
import { INTERCONNECT } from '../../../core/decision/topology.ts';
import { setNode } from '../../../core/switch/administration.ts';
import type { Message } from '../switch/laboratory.ts';
import {
  CAMPUS,
  CLUSTER,
  HOST,
  NODES,
  UDP,
  address,
  frameOf,
  tablesOf,
  topology,
} from '../switch/laboratory.ts';
import { boxes, directTopology, explained, textNamed, textOf } from './messages.ts';

const SYN = 0x02;
const of = directTopology();
const toCluster = { source: HOST, destination: CLUSTER, flags: SYN };

/** A frame of a node that wrote the cluster address into its message. */
const asCluster = (node: number, message: Partial<Message>): Uint8Array => {
  const own = { source: CLUSTER, destination: HOST, ...message };
  const frame = frameOf(of, INTERCONNECT, own);
  const sender = frameOf(of, INTERCONNECT, { ...own, source: NODES[node] ?? HOST });
  frame.set(sender.subarray(6, 12), 6);
  return frame;
};

describe('A14: the alternate embodiment', () => {
  it('box 575 deleted: the address is left alone, only the frame is readdressed', () => {
    const explanation = explained(tablesOf(of), frameOf(of, CAMPUS, toCluster));
    expect(boxes(explanation)).toEqual([
      505, 510, 515, 520, 525, 530, 535, 540, 555, 565, 570, 580,
    ]);
    expect(textOf(explanation, 540)).toBe(
      'yes: 80/tcp: function connection over alpha, beta, gamma, direct',
    );
    expect(textOf(explanation, 565)).toBe(
      'no entry for tcp 198.51.100.9:40000 - 198.51.100.1:80: the message opens a connection, ' +
        "and it is node alpha's turn: NODE_ADDR is 10.77.0.11, NODE_PORT is 80",
    );
    expect(textOf(explanation, 570)).toBe('destination port 80 stays (NODE_PORT)');
    expect(textNamed(explanation, 'direct')).toBe(
      'destination address 198.51.100.1 stays, box 575 deleted: only the frame is addressed to the node',
    );
    expect(textOf(explanation, 580)).toBe(
      'by interconnect to node alpha, in a frame to 02:00:0a:4d:00:0b',
    );
    expect(explanation.outcome).toBe('forward by interconnect to node alpha');
    expect(explanation.fields.map(({ field }) => field)).toEqual([
      'ethernet.destination',
      'ethernet.source',
    ]);
  });

  it('names the node where only the MAC address, or the next hop, tells', () => {
    const dns = { ...toCluster, protocol: UDP, destinationPort: 53 };
    const frame = frameOf(of, CAMPUS, dns);
    expect(explained(tablesOf(of), frame).outcome).toBe('forward by interconnect to node beta');
    const { neighbours } = tablesOf(of);
    const unresolved = {
      ...tablesOf(of),
      neighbours: neighbours.delete(neighbourKey(INTERCONNECT, NODES[1] ?? CLUSTER)),
    };
    const held = explained(unresolved, frame);
    expect(held.outcome).toBe('hold by interconnect to node beta neighbour-unresolved');
  });

  it('what a node sends as the cluster goes out as it is', () => {
    const { tables } = step(tablesOf(of), frameOf(of, CAMPUS, toCluster), CAMPUS, 0);
    const answer = asCluster(0, { sourcePort: 80, destinationPort: 40000, flags: 0x12 });
    const explanation = explained(tables, answer, INTERCONNECT);
    expect(boxes(explanation)).toEqual([605, 610, 615, 620, 625, 630, 640]);
    expect(textOf(explanation, 625)).toBe(
      'yes: from node alpha, as 198.51.100.1, which it wrote itself (direct), to a host outside',
    );
    expect(textOf(explanation, 630)).toBe('SADDR 198.51.100.1 stays, source port 80 stays');
    expect(explanation.outcome).toBe('forward by campus from node alpha');

    const stranger = frameOf(of, INTERCONNECT, {
      source: CLUSTER,
      sourcePort: 1023,
      destination: HOST,
      flags: SYN,
    });
    expect(textOf(explained(tablesOf(of), stranger, INTERCONNECT), 625)).toBe(
      "no: SADDR is the cluster's, but the frame is from no known node's MAC",
    );
  });
});

describe('nodes in the place of others', () => {
  const nodes = {
    alpha: { number: 1, address: '10.77.0.11', backup: 'gamma' },
    beta: { number: 2, address: '10.77.0.12', backup: 'gamma' },
    gamma: { number: 3, address: '10.77.0.13' },
  };
  const services = [
    { port: 80, protocol: 'tcp', route: 'connection', nodes: ['alpha', 'beta'] },
    { port: 53, protocol: 'udp', route: 'node', node: 'beta' },
  ];

  it('A21: the backup of a node that is down', () => {
    const before = tablesOf(topology({ nodes, services }));
    const tables = [0, 1].reduce((now, node) => apply(now, setNode(now, node, 'down')), before);
    const dns = { ...toCluster, protocol: UDP, destinationPort: 53 };
    expect(textOf(explained(tables, frameOf(tables.topology, CAMPUS, dns)), 560)).toBe(
      'NODE_ADDR is 10.77.0.13, NODE_PORT is 53: gamma, the backup of beta, which is down',
    );
    const web = explained(tables, frameOf(tables.topology, CAMPUS, toCluster));
    expect(textOf(web, 565)).toContain(
      "and no node of the service takes connections, and it is backup gamma's turn: NODE_ADDR is 10.77.0.13",
    );
    const none = apply(tables, setNode(tables, 2, 'down'));
    expect(textOf(explained(none, frameOf(none.topology, CAMPUS, dns)), 560)).toBe(
      'beta is down, and there is no backup in its place',
    );
    const refused = explained(none, frameOf(none.topology, CAMPUS, toCluster));
    expect(textOf(refused, 565)).toBe(
      'no entry for tcp 198.51.100.9:40000 - 198.51.100.1:80; every node of the service is down or draining',
    );
  });
});

describe('several networks', () => {
  it('A13: an answer shows the cluster address that was asked', () => {
    const far = address('203.0.113.9');
    const two = topology({
      networks: {
        campus: {
          device: { tap: 'oh-campus' },
          address: '198.51.100.1/24',
          router: '198.51.100.254',
        },
        second: { device: { tap: 'oh-second' }, address: '192.0.2.1/24', router: '192.0.2.254' },
      },
    });
    const SECOND = CAMPUS + 1;
    const asked = {
      source: far,
      destination: address('192.0.2.1'),
      protocol: UDP,
      sourcePort: 900,
      destinationPort: 53,
    };
    const question = step(tablesOf(two), frameOf(two, SECOND, asked), SECOND, 0);
    const beta = NODES[1] ?? HOST;
    const answer = {
      source: beta,
      destination: far,
      protocol: UDP,
      sourcePort: 53,
      destinationPort: 900,
    };
    const explanation = explained(
      question.tables,
      frameOf(two, INTERCONNECT, answer),
      INTERCONNECT,
    );
    expect(textNamed(explanation, 'address asked')).toBe(
      'the host asked cluster address 192.0.2.1: it is answered from there',
    );
    expect(textOf(explanation, 630)).toBe(
      'SADDR 10.77.0.12 becomes 192.0.2.1, source port 53 stays',
    );
    expect(explanation.reads).toContainEqual({
      table: 'cluster addresses that hosts asked',
      key: 'udp 203.0.113.9:900 to port 53',
      entry: 'asked cluster 192.0.2.1:53',
    });
  });
});

// The core in another program: no device, no clock, no state but the tables it is given.
import { FIRST_NETWORK, INTERCONNECT, decodeConfig, emptyTables, step, topologyOf } from 'onehost';

const config = decodeConfig({
  cluster: 'embedded',
  networks: {
    campus: { device: { tap: 'none' }, address: '198.51.100.1/24', mac: '02:00:5e:00:01:01' },
  },
  interconnect: { device: { tap: 'nil' }, address: '10.77.0.1/24', mac: '02:00:5e:00:01:02' },
  nodes: { alpha: { number: 1, address: '10.77.0.11' } },
  services: [{ port: 80, protocol: 'tcp', route: 'connection', nodes: ['alpha'] }],
});
// An Either of fp-ts: every problem, with the path of the key it is about.
if (config._tag === 'Left') throw new Error(config.left.map(({ message }) => message).join('\n'));

// A host's SYN to port 80 of the cluster; the node's answer to who has its address.
const frames = [
  [
    FIRST_NETWORK,
    '02005e000101' +
      '0200c6336409' +
      '0800' + // to the gateway, from 198.51.100.9
      '45000028000140004006e65dc6336409c6336401' + // IPv4
      '9c40005000000001000000005002ffffbedf0000', // TCP
  ],
  [
    INTERCONNECT,
    '02005e000102' +
      '02000a4d000b' +
      '0806' +
      '0001080006040002' +
      '02000a4d000b' +
      '0a4d000b' +
      '02005e000102' +
      '0a4d0001',
  ],
];

let tables = emptyTables(topologyOf(config.right));
for (const [link, hex] of frames) {
  const { tables: next, decision, outputs } = step(tables, Buffer.from(hex, 'hex'), link, 0);
  tables = next;
  console.log(decision.verdict.kind, decision.verdict.reason ?? '');
  for (const { egress, frame } of outputs)
    console.log(` sent on link ${egress}:`, Buffer.from(frame).toString('hex'));
}

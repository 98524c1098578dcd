// The core in another program: no device, no clock, no state but the tables it is given.
import { FIRST_NETWORK, announcements, decodeConfig, emptyTables, step, topologyOf } from 'onehost';

const config = decodeConfig({
  cluster: 'embedded',
  networks: { campus: { device: { tap: 'none' }, address: '198.51.100.1/24' } },
  interconnect: { device: { tap: 'nil' }, address: '10.77.0.1/24' },
  nodes: { alpha: { number: 1, address: '10.77.0.11' } },
  services: [{ port: 80, protocol: 'tcp', route: 'connection', nodes: ['alpha'] }],
});
if (config._tag === 'Left') throw new Error(config.left.map(({ message }) => message).join('\n'));
const topology = topologyOf(config.right);

// What a gateway says when it starts: a gratuitous ARP on each link.
console.log(announcements(topology).length, 'announcements');

// A host asks by ARP who has the cluster address; the answer is a frame.
const request = Buffer.from(
  'ffffffffffff0200c633640908060001080006040001' + '0200c6336409c6336409' + '000000000000c6336401',
  'hex',
);
const { decision, outputs } = step(emptyTables(topology), request, FIRST_NETWORK, 0);
console.log(decision.verdict);
console.log(Buffer.from(outputs[0].frame.subarray(28, 32)).join('.'), 'answers');

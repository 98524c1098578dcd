// The far member of the measurements over loopback, in a process of its own: it takes what comes, and sends back
// what asks for it.

import { startLoopback } from '../../adapters/member/loopback.ts';
import { ECHO } from './message.ts';

const [key = '', port = '', mtu = ''] = process.argv.slice(2);
const member = startLoopback({
  ...{ name: 'far', port: Number(port), seeds: [], mtu: Number(mtu) },
  keys: [new Uint8Array(Buffer.from(key, 'hex'))],
  keeps: false,
});
member.hear = ({ from, message, serviceClass }) => {
  if (message[0] === ECHO) void member.running.send(from, message, serviceClass);
};
process.on('disconnect', () => process.exit());
process.send?.(member.id);

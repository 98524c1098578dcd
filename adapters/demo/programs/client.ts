// The client's program: asks what each line of its standard input says (`Question`, JSON), of the address
// it was given, and writes a line for each answer (`Reply`, JSON). `client.js ADDRESS`

import { createSocket } from 'node:dgram';
import { Agent, get } from 'node:http';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Question, Reply } from '../cluster.ts';

const [address = ''] = process.argv.slice(2);

/** One for each kept connection; it opens another when its own is lost. */
const agents = new Map<number, Agent>();
/** The socket of each kept connection. */
const sockets = new Map<number, Socket>();

/** Whether a kept connection ended while nothing was asked; told once. */
const wasReset = ({ kind, connection }: Question): boolean => {
  if (kind !== 'kept' || sockets.get(connection)?.destroyed !== true) return false;
  return sockets.delete(connection);
};

const agentOf = ({ kind, connection }: Question): Agent | false => {
  if (kind !== 'kept') return false;
  const agent = agents.get(connection) ?? new Agent({ keepAlive: true, maxSockets: 1 });
  agents.set(connection, agent);
  return agent;
};

const late = ({ patience }: Question): Error => new Error(`no answer in ${patience} ms`);
const failed = ({ message }: Error): Reply => ({ kind: 'failed', why: message });

const askHttp = (question: Question): Promise<Reply> =>
  new Promise((resolve) => {
    if (wasReset(question)) {
      resolve({ kind: 'failed', why: 'the connection was reset' });
      return;
    }
    const asked = performance.now();
    const options = { host: address, port: question.port, agent: agentOf(question) };
    const request = get(options, (response) => {
      const { socket } = request;
      const sourcePort = socket?.localPort ?? 0;
      if (socket !== null && question.kind === 'kept') sockets.set(question.connection, socket);
      let node = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => (node += text));
      response.on('end', () => {
        clearTimeout(timer);
        const milliseconds = performance.now() - asked;
        resolve({ kind: 'answered', node: node.trim(), sourcePort, milliseconds });
      });
    });
    const timer = setTimeout(() => request.destroy(late(question)), question.patience);
    request.on('error', (error) => {
      clearTimeout(timer);
      sockets.delete(question.connection);
      resolve(failed(error));
    });
  });

/**
 * The last source port that was asked from by UDP. Ports are taken in turn: one that the kernel happens to
 * give twice would still be known to the gateway, which then keeps to the node it had.
 */
let lastPort = 20_000;

const askUdp = (question: Question): Promise<Reply> =>
  new Promise((resolve) => {
    const asked = performance.now();
    const socket = createSocket('udp4');
    const finish = (reply: Reply): void => {
      clearTimeout(timer);
      socket.close();
      resolve(reply);
    };
    const timer = setTimeout(() => finish(failed(late(question))), question.patience);
    socket.on('error', (error) => finish(failed(error)));
    socket.on('message', (message) => {
      const milliseconds = performance.now() - asked;
      const sourcePort = socket.address().port;
      finish({ kind: 'answered', node: message.toString(), sourcePort, milliseconds });
    });
    // Connected, it takes datagrams from the address that it asked only.
    socket.bind(++lastPort, () => {
      socket.connect(question.port, address, () => socket.send('which node?'));
    });
  });

// Whoever starts this reads the questions' end as its own end: see `makeWorld`.
process.stdin.ref();
createInterface({ input: process.stdin }).on('line', (line) => {
  const question = JSON.parse(line) as Question;
  const asking = question.kind === 'udp' ? askUdp(question) : askHttp(question);
  void asking.then((reply) => process.stdout.write(`${JSON.stringify(reply)}\n`));
});
process.stdout.write('ready\n');

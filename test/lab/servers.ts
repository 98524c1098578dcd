// Servers for the laboratory's hosts that say which host they are, and clients that hold on to them.
import type { ChildProcess } from 'node:child_process';
import type { Host } from './host.ts';
import type { Network } from './network.ts';
import { NODE_NAMES } from './network.ts';
import { until } from './until.ts';

/**
 * Says the host's name and whom it sees: HTTP on port 80 (`/` who, `/bytes/N` that many, `/slow` who in
 * ten parts; what is posted is counted), lines of TCP on port 7, datagrams of UDP on ports 7 and 53.
 */
const SERVER = `
const http = require('node:http'), net = require('node:net'), dgram = require('node:dgram');
const [name, httpPort] = process.argv.slice(1);
const who = (address, port) => name + ' ' + address.replace('::ffff:', '') + ':' + port + '\\n';
const started = [];
const start = (server, port) => started.push(new Promise((done) => server.listen(port, '0.0.0.0', done)));
start(http.createServer(async (request, response) => {
  const { remoteAddress, remotePort } = request.socket;
  const [, what, number] = request.url.split('/');
  let got = 0;
  for await (const chunk of request) got += chunk.length;
  if (request.method === 'POST') return response.end(name + ' got ' + got + '\\n');
  if (what === 'bytes') return response.end(Buffer.alloc(Number(number), name));
  if (what !== 'slow') return response.end(who(remoteAddress, remotePort));
  for (let part = 0; part < 10; part++) {
    response.write(name + '\\n');
    await new Promise((done) => setTimeout(done, 40));
  }
  response.end();
}), Number(httpPort));
start(net.createServer((socket) => {
  const { remoteAddress, remotePort } = socket;
  socket.setEncoding('utf8').on('error', () => socket.destroy());
  socket.on('data', (text) => socket.write(text.trim() + ' ' + who(remoteAddress, remotePort)));
}), 7);
for (const port of [7, 53]) {
  const socket = dgram.createSocket('udp4');
  socket.on('message', (text, from) =>
    socket.send(text + ' ' + who(from.address, from.port), from.port, from.address));
  started.push(new Promise((done) => socket.bind(port, '0.0.0.0', done)));
}
Promise.all(started).then(() => console.log('up'));
`;

/**
 * Sends each line of its standard input to ADDRESS PORT, over tcp or udp, and prints what comes back;
 * prints \`closed\` when a connection has ended. \`FROM\` is its own port, 0 for any;
 * \`OWN\` its own address, where that matters.
 */
const TALKER = `
const net = require('node:net'), dgram = require('node:dgram');
const [protocol, address, port, from, own] = process.argv.slice(1);
const hear = (bytes) => process.stdout.write(bytes);
process.stdin.on('end', () => process.exit());
if (protocol === 'tcp') {
  const socket = net.connect({ host: address, port: Number(port), localPort: Number(from), localAddress: own });
  socket.on('connect', () => console.log('connected ' + socket.localPort)).on('data', hear);
  socket.on('error', (error) => console.log(error.code)).on('close', () => console.log('closed'));
  process.stdin.on('data', (text) => socket.write(text));
} else {
  const socket = dgram.createSocket('udp4');
  socket.on('message', hear);
  socket.on('error', (error) => console.log(error.code));
  socket.bind(Number(from), own, () => socket.connect(Number(port), address, () => {
    console.log('connected ' + socket.address().port);
    process.stdin.on('data', (text) => socket.send(String(text).trim(), (error) => {
      if (error) console.log(error.code);
    }));
  }));
}
`;

const linesOf = (child: ChildProcess): { readonly lines: readonly string[] } => {
  const heard = { lines: [] as readonly string[] };
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    heard.lines = text.split('\n').slice(0, -1);
  });
  return heard;
};

/** Starts the servers on a host; ready when they listen. */
export const serve = async (host: Host, httpPort = 80): Promise<void> => {
  const child = host.start(process.execPath, '-e', SERVER, host.name, String(httpPort));
  const heard = linesOf(child);
  await until(`the servers of ${host.name}`, () => heard.lines.includes('up'));
};

/** The same servers on every node. */
export const serveNodes = async ({ nodes }: Network): Promise<void> => {
  await Promise.all(NODE_NAMES.map((name) => serve(nodes[name])));
};

export interface Conversation {
  /** The port that the talker has. */
  readonly port: number;
  /** What it has heard until now: answers, and error codes. */
  heard(): readonly string[];
  /** Sends a line without waiting. */
  send(text: string): void;
  /** Sends a line and gives the answer: the line, then who answered and whom that one sees. */
  say(text: string): Promise<string>;
  /** Ends the connection as a program that has nothing more to say. */
  close(): void;
}

/** Opens a conversation by `tcp` or `udp`; ready when it is connected. */
export const converse = async (
  host: Host,
  protocol: 'tcp' | 'udp',
  address: string,
  port: number,
  from = 0,
  ...ownAddress: readonly string[]
): Promise<Conversation> => {
  const argv = [protocol, address, String(port), String(from), ...ownAddress];
  const child = host.start(process.execPath, '-e', TALKER, ...argv);
  const heard = linesOf(child);
  const first = await until(`${host.name} talks to ${address}:${port}`, () => heard.lines[0]);
  const [word, own] = first.split(' ');
  if (word !== 'connected') throw new Error(`${host.name} to ${address}:${port}: ${first}`);
  const send = (text: string): void => void child.stdin?.write(`${text}\n`);
  return {
    port: Number(own),
    heard: () => heard.lines.slice(1),
    send,
    say: async (text) => {
      const before = heard.lines.length;
      send(text);
      const answer = await until(`an answer to "${text}"`, () => heard.lines[before]);
      if (!answer.startsWith(`${text} `)) throw new Error(`"${text}" was answered: ${answer}`);
      return answer.slice(text.length + 1);
    },
    close: () => child.stdin?.end(),
  };
};

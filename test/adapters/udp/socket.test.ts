import * as E from 'fp-ts/lib/Either.js';
import { afterEach, describe, expect, it } from 'vitest';
import type { AdapterSocket } from '../../../adapters/udp/socket.ts';
import { openSocket } from '../../../adapters/udp/socket.ts';
import type { PathError } from '../../../adapters/udp/error-queue.ts';
import { makeReadiness } from '../../../adapters/tap/readiness.ts';
import { ipv4 } from '../../../core/wire/address.ts';

const linux = process.platform === 'linux';
if (!linux) console.info('sockets of adapters: not run, this is not Linux');

const HERE = ipv4(0x7f000001);
const THERE = ipv4(0x7f000002);

const opened: AdapterSocket[] = [];
afterEach(() => opened.splice(0).forEach((socket) => socket.close()));

const socket = (address = HERE, port = 0): AdapterSocket => {
  const made = openSocket({ address, port, link: 0 });
  if (E.isLeft(made)) throw new Error(made.left);
  opened.push(made.right);
  return made.right;
};

interface Heard {
  readonly from: string;
  readonly bytes: Uint8Array;
}

/** All that has come, once something has. */
const heard = async (one: AdapterSocket): Promise<readonly Heard[]> => {
  const readiness = makeReadiness([one.descriptor], 'passing');
  expect(await readiness.wait(10_000)).toEqual([0]);
  readiness.close();
  const all: Heard[] = [];
  const hear = (from: { address: number; port: number }, bytes: Uint8Array): void =>
    void all.push({ from: `${from.address}:${from.port}`, bytes });
  while (one.receive(hear));
  return all;
};

const errors = (one: AdapterSocket): readonly PathError[] => {
  const all: PathError[] = [];
  one.errors((error) => all.push(error));
  return all;
};

describe.runIf(linux)('the socket of an adapter', () => {
  it('B5: carries datagrams from its own address to another', async () => {
    const [a, b] = [socket(HERE), socket(THERE)];
    expect(a.send(b.endpoint, 46, Uint8Array.of(1, 2, 3))).toBe('sent');
    expect(a.send(b.endpoint, 0, new Uint8Array(0))).toBe('sent');
    const from = `${HERE}:${a.endpoint.port}`;
    expect(await heard(b)).toEqual([
      { from, bytes: Uint8Array.of(1, 2, 3) },
      { from, bytes: new Uint8Array(0) },
    ]);
  });

  it('gives each datagram as bytes of its own, more than one call takes', async () => {
    const [a, b] = [socket(), socket()];
    for (let number = 0; number < 100; number++)
      a.send(b.endpoint, 0, new Uint8Array(1400).fill(number));
    const all = await heard(b);
    expect(all.map(({ bytes }) => bytes[1399])).toEqual(Array.from({ length: 100 }, (_, n) => n));
    expect(new Set(all.map(({ bytes }) => bytes.buffer)).size).toBe(100);
  });

  it('has nothing to read when nothing came', () => {
    const one = socket();
    expect(one.receive(() => expect.unreachable())).toBe(false);
    expect(errors(one)).toEqual([]);
  });

  it('B8: does not send what is longer than the interface carries', () => {
    const [a, b] = [socket(), socket()];
    expect(a.send(b.endpoint, 0, new Uint8Array(65508))).toBe('too-long');
    expect(a.send(b.endpoint, 0, new Uint8Array(1000))).toBe('sent');
  });

  it('tells where nobody listens, and that wakes who waits; then it goes on', async () => {
    const a = socket();
    const closed = socket();
    const to = closed.endpoint;
    closed.close();
    expect(a.send(to, 0, Uint8Array.of(1))).toBe('sent');
    const readiness = makeReadiness([a.descriptor], 'passing');
    expect(await readiness.wait(10_000)).toEqual([0]);
    expect(errors(a)).toEqual([{ kind: 'refused', to }]);
    // Taken, it is told no more; the next one is.
    expect(await readiness.wait(1)).toEqual([]);
    a.send(to, 0, Uint8Array.of(1));
    expect(await readiness.wait(10_000)).toEqual([0]);
    readiness.close();
    // An error that is under way does not keep the next datagram.
    const b = socket();
    expect(a.send(b.endpoint, 0, Uint8Array.of(7))).toBe('sent');
    expect((await heard(b)).map(({ bytes }) => bytes)).toEqual([Uint8Array.of(7)]);
    expect(errors(a)).toEqual([{ kind: 'refused', to }]);
  });

  it('says why it cannot be opened', () => {
    const { endpoint } = socket();
    expect(openSocket({ ...endpoint, link: 0 })).toEqual(
      E.left(
        `UDP port ${endpoint.port} of 127.0.0.1 is in use: another member runs, or choose another port`,
      ),
    );
    expect(openSocket({ address: ipv4(0xc0000263), port: 7800, link: 0 })).toEqual(
      E.left('UDP port 7800 of 192.0.2.99: no interface of this machine has this address'),
    );
  });
});

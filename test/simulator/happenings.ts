// What can befall a world: each kind draws its particulars from the seed, says what it does, and does it.

import type { Adapter } from '../../core/cluster/adapter.ts';
import { preferred } from '../../core/cluster/adapter.ts';
import { pathKey } from '../../core/cluster/reach/path.ts';
import type { Computer } from './computer.ts';
import type { World } from './world.ts';

/** A time in a run, ms, what happens then in words, and its doing. */
export interface Happening {
  readonly at: number;
  readonly what: string;
  readonly run: (world: World) => void;
}

/** Makes the happenings of one kind that begin at a time. All that they break is whole again by `end`. */
type Kind = (world: World, at: number, end: number) => readonly Happening[];

const later = (world: World, at: number, end: number, longest: number): number =>
  Math.min(end, at + world.chance.within(100, longest));

const lossy: Kind = (world, at, end) => {
  const loss = world.chance.one([0.05, 0.1, 0.3]);
  const over = later(world, at, end, 2000);
  return [
    { at, what: `of all datagrams ${loss} are lost`, run: ({ fabric }) => (fabric.loss = loss) },
    { at: over, what: 'no more losses', run: ({ fabric }) => (fabric.loss = 0) },
  ];
};

const copies: Kind = (world, at, end) => [
  { at, what: 'datagrams come twice', run: ({ fabric }) => (fabric.duplication = 0.3) },
  {
    at: later(world, at, end, 3000),
    what: 'datagrams come once',
    run: ({ fabric }) => (fabric.duplication = 0),
  },
];

const overtaking: Kind = (world, at, end) => [
  { at, what: 'datagrams overtake each other', run: ({ fabric }) => (fabric.reordering = 0.2) },
  {
    at: later(world, at, end, 3000),
    what: 'datagrams come in order',
    run: ({ fabric }) => (fabric.reordering = 0),
  },
];

const pairOf = ({ chance, computers }: World): readonly [Computer, Computer] => {
  const one = chance.one(computers);
  return [one, chance.one(computers.filter((computer) => computer !== one))];
};

const oneWayLink: Kind = (world, at, end) => {
  const [one, other] = pairOf(world);
  const [from, to] = [world.chance.one(one.adapters), world.chance.one(other.adapters)];
  const key = `${from.address}>${to.address}`;
  return [
    {
      at,
      what: `nothing goes from n${one.number} to n${other.number} by one pair of adapters`,
      run: ({ fabric }) => fabric.oneWay.add(key),
    },
    {
      at: later(world, at, end, 3000),
      what: `n${one.number} to n${other.number} is open again`,
      run: ({ fabric }) => fabric.oneWay.delete(key),
    },
  ];
};

const partition: Kind = (world, at, end) => {
  const apart = world.computers.filter(() => world.chance.happens(0.4));
  return [
    {
      at,
      what: `${apart.map(({ number }) => `n${number}`).join(', ')} are cut off from the rest`,
      run: ({ fabric }) => apart.forEach(({ number }) => fabric.part.set(number, 1)),
    },
    {
      at: later(world, at, end, 4000),
      what: 'the parts are one again',
      run: ({ fabric }) => fabric.part.clear(),
    },
  ];
};

const networkDown: Kind = (world, at, end) => {
  const network = world.chance.whole(0, world.fabric.mtu.length - 1);
  return [
    {
      at,
      what: `network ${network} is down`,
      run: ({ fabric }) => fabric.downNetworks.add(network),
    },
    {
      at: world.chance.happens(0.5) ? end : later(world, at, end, 3000),
      what: `network ${network} is up`,
      run: ({ fabric }) => fabric.downNetworks.delete(network),
    },
  ];
};

const flapping: Kind = (world, at, end) => {
  const computer = world.chance.one(world.computers);
  const { address } = world.chance.one(computer.adapters);
  const happenings: Happening[] = [];
  const period = world.chance.within(100, 900);
  for (let time = at; time + period < end && happenings.length < 8; time += 2 * period)
    happenings.push(
      {
        at: time,
        what: `an adapter of n${computer.number} goes`,
        run: ({ fabric }) => fabric.downAdapters.add(address),
      },
      {
        at: time + period,
        what: `an adapter of n${computer.number} comes`,
        run: ({ fabric }) => fabric.downAdapters.delete(address),
      },
    );
  return happenings;
};

const blackHole: Kind = (world, at) => {
  const mtu = world.chance.one([1200, 1280, 1400]);
  const icmp = world.chance.happens(0.3);
  return [
    {
      at,
      what: `paths carry ${mtu} bytes only, ${icmp ? 'and routers say so' : 'silently'}`,
      run: ({ fabric }) => {
        fabric.icmp = icmp;
        fabric.routedMtu = mtu;
        for (let network = 0; network < fabric.mtu.length; network += 1)
          fabric.mtu[network] = Math.min(mtu, fabric.mtu[network] ?? mtu);
      },
    },
  ];
};

const crash: Kind = (world, at, end) => {
  const computer = world.chance.one(world.computers);
  const back = later(world, at, end, 3500);
  return [
    { at, what: `n${computer.number} loses power`, run: (one) => one.kill(computer) },
    {
      at: back,
      what: `n${computer.number} is switched on`,
      run: (one) => {
        if (computer.member === null && !computer.hasLeft)
          one.start(computer, one.seedsFor(computer));
      },
    },
  ];
};

const death: Kind = (world, at) => {
  const computer = world.chance.one(world.computers.slice(1));
  return [
    { at, what: `n${computer.number} loses power for good`, run: (one) => one.kill(computer) },
  ];
};

const leaving: Kind = (world, at, end) => {
  const computer = world.chance.one(world.computers);
  const away: Happening = {
    at,
    what: `n${computer.number} leaves`,
    run: (one) => one.happen(computer, { kind: 'leave' }),
  };
  if (world.chance.happens(0.5)) return [away];
  const back = Math.min(end, at + world.chance.within(600, 2500));
  const comes: Happening = {
    at: back,
    what: `n${computer.number} joins again`,
    run: (one) => {
      if (computer.member !== null || !computer.hasLeft) return;
      computer.hasLeft = false;
      one.start(computer, one.seedsFor(computer));
    },
  };
  return [away, comes];
};

const freeze: Kind = (world, at, end) => {
  const computer = world.chance.one(world.computers);
  const until = later(world, at, end, 2500);
  return [
    {
      at,
      what: `n${computer.number} stands still until ${until.toFixed(0)}`,
      run: () => {
        computer.freeAt = Math.max(computer.freeAt, until);
        computer.wellSince = until + 500;
      },
    },
  ];
};

const slow: Kind = (world, at, end) => {
  const computer = world.chance.one(world.computers);
  const slowness = world.chance.one([2, 5, 20]);
  return [
    {
      at,
      what: `n${computer.number} needs ${slowness} ms for everything`,
      run: () => {
        computer.slowness = slowness;
        computer.wellSince = Infinity;
        computer.soundSince = Infinity;
      },
    },
    {
      at: later(world, at, end, 4000),
      what: `n${computer.number} is quick again`,
      run: (one) => {
        computer.slowness = 0;
        if (computer.member === null) return;
        computer.wellSince = one.agenda.now + 1000;
        computer.soundSince = computer.wellSince;
      },
    },
  ];
};

const deaf: Kind = (world, at, end) => {
  const computer = world.chance.one(world.computers);
  const deafness = world.chance.one([0.5, 0.8, 1]);
  return [
    {
      at,
      what: `n${computer.number} does not hear ${deafness} of what it is told`,
      run: () => {
        computer.deafness = deafness;
        computer.wellSince = Infinity;
        computer.soundSince = Infinity;
      },
    },
    {
      at: later(world, at, end, 4000),
      what: `n${computer.number} hears again`,
      run: (one) => {
        computer.deafness = 0;
        if (computer.member === null) return;
        computer.wellSince = one.agenda.now;
        computer.soundSince = computer.wellSince;
      },
    },
  ];
};

const adapters: Kind = (world, at) => {
  const computer = world.chance.one(world.computers);
  const [last] = computer.adapters.slice(-1);
  const change = (own: readonly Adapter[]): readonly Adapter[] =>
    last === undefined ? own : preferred(own, last.address, 0);
  return [
    {
      at,
      what: `n${computer.number} prefers its last adapter`,
      run: (one) => {
        computer.adapters = change(computer.adapters);
        one.happen(computer, { kind: 'adapters', adapters: computer.adapters });
      },
    },
  ];
};

const fewerAdapters: Kind = (world, at, end) => {
  const computer = world.chance.one(world.computers.filter(({ adapters: own }) => own.length > 1));
  if ((computer as Computer | undefined) === undefined) return [];
  const whole = computer.adapters;
  const set = (own: readonly Adapter[]) => (one: World) => {
    computer.adapters = own;
    one.happen(computer, { kind: 'adapters', adapters: own });
  };
  return [
    { at, what: `n${computer.number} loses its first adapter`, run: set(whole.slice(1)) },
    {
      at: later(world, at, end, 2500),
      what: `n${computer.number} has its first adapter again`,
      run: set(whole),
    },
  ];
};

const rotation: Kind = (world, at) => {
  const [first] = world.computers;
  const old = first?.keys[0];
  if (old === undefined) return [];
  const key = world.chance.bytes(32);
  const give = (keys: readonly Uint8Array[]) => (one: World) => {
    for (const computer of one.computers) {
      computer.keys = keys;
      one.happen(computer, { kind: 'rotate-keys', keys });
    }
  };
  const before = Uint8Array.from(old as Uint8Array);
  return [
    { at, what: 'a second key is accepted', run: give([before, key]) },
    { at: at + 400, what: 'the second key is used', run: give([key, before]) },
    { at: at + 1500, what: 'the first key is no longer accepted', run: give([key]) },
  ];
};

/** Somebody listens and sends again what he heard, some of it damaged, to whom it was meant for. */
const replay: Kind = (_world, at, end) => [
  {
    at,
    what: 'somebody sends again what he hears',
    run: (one) => {
      const until = later(one, at, end, 3000);
      one.onDatagram = (computer, { adapter, to, bytes }) => {
        const { chance, agenda } = one;
        if (agenda.now > until || !chance.happens(0.3)) return;
        const damaged = Uint8Array.from(bytes);
        if (chance.happens(0.5)) {
          const place = chance.whole(0, damaged.length - 1);
          damaged[place] = (damaged[place] ?? 0) ^ (1 << chance.whole(0, 7));
        }
        const target = one.computers.find(({ adapters: own }) =>
          own.some(({ address }) => address === to.address),
        );
        const port = computer.adapters.find(({ address }) => address === adapter)?.port;
        if (target === undefined || port === undefined) return;
        const from = { address: adapter, port };
        const event = { kind: 'datagram', adapter: to.address, from, bytes: damaged } as const;
        agenda.at(agenda.now + chance.within(1, 4000), () => one.arrive(target, event));
      };
    },
  },
];

/** Hints of ICMP that are lies. */
const lies: Kind = (world, at) => {
  const [one, other] = pairOf(world);
  const { address: adapter } = world.chance.one(one.adapters);
  const { address, port } = world.chance.one(other.adapters);
  const to = { address, port };
  return [
    {
      at,
      what: `n${one.number} is told lies about ${pathKey(adapter, to)}`,
      run: (there) => {
        there.happen(one, { kind: 'path-mtu', adapter, to, mtu: there.chance.whole(0, 1500) });
        there.happen(one, { kind: 'refused', adapter, to });
      },
    },
  ];
};

const notReading: Kind = (world, at, end) => {
  const computer = world.chance.one(world.computers);
  return [
    {
      at,
      what: `n${computer.number} does not keep up with its messages`,
      run: (one) => {
        computer.wellSince = Infinity;
        one.happen(computer, { kind: 'reading', ready: false });
      },
    },
    {
      at: later(world, at, end, 2000),
      what: `n${computer.number} keeps up again`,
      run: (one) => {
        one.happen(computer, { kind: 'reading', ready: true });
        if (computer.member !== null) computer.wellSince = one.agenda.now;
      },
    },
  ];
};

const KINDS: readonly Kind[] = [
  ...[lossy, copies, overtaking, oneWayLink, partition, networkDown, flapping, blackHole, crash],
  ...[crash, death, leaving, freeze, slow, deaf, adapters, fewerAdapters, rotation, replay],
  ...[lies, notReading, crash, replay, networkDown, networkDown],
];

/** So many happenings, each of a kind that chance chooses, from `begin` on and over by `end`. */
export const happeningsOf = (
  world: World,
  count: number,
  begin: number,
  end: number,
): readonly Happening[] =>
  Array.from({ length: count }, () =>
    world.chance.one(KINDS)(world, world.chance.within(begin, end - 200), end),
  )
    .flat()
    .sort((one, other) => one.at - other.at);

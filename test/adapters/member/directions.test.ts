import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { kernelRoutesOf } from '../../../adapters/member/directions.ts';
import type { OwnAdapter } from '../../../adapters/member/discovery.ts';
import type { Direction } from '../../../core/cluster/effect.ts';
import type { Ipv6Address } from '../../../core/wire/address.ts';
import { parseIpv4, parseIpv4Interface } from '../../../core/wire/address.ts';

const right = <A>(either: E.Either<string, A>): A => {
  if (E.isLeft(either)) throw new Error(either.left);
  return either.right;
};
const address = (text: string) => right(parseIpv4(text));
const subnet = (text: string) => right(parseIpv4Interface(text));

const own = (text: string, link: number): OwnAdapter => ({
  ...{ address: address(text), link },
  adapter: {
    ...{ address: address(text), port: 7400, prefixLength: 24, type: 'ethernet', mtu: 1500 },
    ...{ serviceClass: 'control', routers: [] },
  },
});
const direction = (to: string, router: string, adapter: string): Direction => ({
  destination: subnet(to),
  router: address(router),
  adapter: address(adapter),
});

describe('directions in the kernel', () => {
  it('B10: alternates to a subnet have higher metrics, in their order', () => {
    const adapters = [own('10.1.0.11', 2), own('10.2.0.11', 3)];
    const routes = kernelRoutesOf(
      [
        direction('10.3.0.0/24', '10.2.0.1', '10.2.0.11'),
        direction('10.4.0.0/24', '10.1.0.1', '10.1.0.11'),
        direction('10.3.0.0/24', '10.1.0.1', '10.1.0.11'),
      ],
      adapters,
      100,
    );
    expect(routes).toEqual([
      {
        subnet: subnet('10.3.0.0/24'),
        router: address('10.2.0.1'),
        link: 3,
        metric: 100,
        source: null,
      },
      {
        subnet: subnet('10.4.0.0/24'),
        router: address('10.1.0.1'),
        link: 2,
        metric: 100,
        source: null,
      },
      {
        subnet: subnet('10.3.0.0/24'),
        router: address('10.1.0.1'),
        link: 2,
        metric: 101,
        source: null,
      },
    ]);
  });

  it('what has no adapter here, or is of IPv6, gets no route', () => {
    const router = '2001:db8::1' as Ipv6Address;
    const destination = { address: '2001:db8:1::' as Ipv6Address, prefixLength: 48 };
    const adapter = address('10.1.0.11');
    expect(
      kernelRoutesOf(
        [direction('10.3.0.0/24', '10.9.0.1', '10.9.0.11'), { destination, router, adapter }],
        [own('10.1.0.11', 2)],
        100,
      ),
    ).toEqual([]);
  });
});

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeSetup } from '../../../adapters/cli/node-setup.ts';
import {
  asked,
  folder,
  ipThatNotes,
  portsBy,
  program,
  ran,
  runScript,
  setting,
  written,
} from './machine.ts';

describe('onehost node-setup, for routes and cluster addresses', () => {
  it('A13: prints what a person can read, with the ways to all networks', () => {
    const { out } = ran(portsBy('ranges'), '20');
    expect(out.slice(0, 4)).toEqual([
      '#!/bin/sh',
      '# Node beta (number 20) of cluster projects: it',
      '# - chooses ports from 42178 to 51588, but for 0 reserved runs.',
      '# - reaches 198.51.100.0/24, 203.0.113.0/25, all else by 10.77.0.1.',
    ]);
    expect(out).toContain(`echo '42178 51588' > ${folder}/net/ipv4/ip_local_port_range`);
    expect(out.filter((line) => line.startsWith('ip route'))).toEqual([
      'ip route replace 198.51.100.0/24 via 10.77.0.1',
      'ip route replace 203.0.113.0/25 via 10.77.0.1',
      'ip route replace default via 10.77.0.1',
    ]);
  });

  it('A13: gives a node no default route by a gateway without router', () => {
    const file = written('');
    writeFileSync(file, readFileSync(file, 'utf8').replace(', router: 203.0.113.126', ''));
    expect(ran(file, 'alpha', true).out).toContain(
      'node alpha: reaches 198.51.100.0/24, 203.0.113.0/25 by 10.77.0.1',
    );
    expect(asked()).toEqual([
      'ip route replace 198.51.100.0/24 via 10.77.0.1',
      'ip route replace 203.0.113.0/25 via 10.77.0.1',
    ]);
  });

  const direct = [
    'ip link set lo up',
    'ip address replace 198.51.100.1/32 dev lo',
    'ip address replace 203.0.113.1/32 dev lo',
    'ip route replace default via 10.77.0.1 table 172818433',
    'ip rule list',
    'ip rule add pref 1000 from 198.51.100.1 lookup 172818433',
    'ip rule list',
    'ip rule add pref 1000 from 203.0.113.1 lookup 172818433',
  ];

  it('A14: for direct, gives a node the cluster addresses, and as source that of the nearest network', () => {
    const { code, out, err } = ran(written('', 'direct'), 'alpha', true);
    expect([code, err]).toEqual([0, []]);
    expect(out).toContain('node alpha: accepts messages to 198.51.100.1, 203.0.113.1');
    expect(asked()).toEqual([
      ...direct,
      'ip route replace 198.51.100.0/24 via 10.77.0.1 src 198.51.100.1',
      'ip route replace 203.0.113.0/25 via 10.77.0.1 src 203.0.113.1',
      'ip route replace default via 10.77.0.1 src 203.0.113.1',
    ]);
    expect(
      ['arp_ignore', 'arp_announce', 'rp_filter'].map((of) => setting(`conf/all/${of}`)),
    ).toEqual(['1\n', '2\n', '2\n']);
  });

  it('A14: one direct service needs the cluster addresses; connections that nodes open stay their own', () => {
    const service = '  - { port: 7, protocol: udp, route: node, node: beta, forwarding: direct }\n';
    expect(ran(written(service), 'alpha', true).code).toBe(0);
    expect(asked()).toEqual([
      ...direct,
      'ip route replace 198.51.100.0/24 via 10.77.0.1',
      'ip route replace 203.0.113.0/25 via 10.77.0.1',
      'ip route replace default via 10.77.0.1',
    ]);
  });

  it('A14: does by --apply what the script does, to the letter', () => {
    const config = written('', 'direct');
    ran(config, 'beta', true);
    const applied = asked();
    runScript(ran(config, 'beta').out);
    expect(asked()).toEqual(applied);
  });

  it('A14: does not add a rule that is there', () => {
    const rules =
      '1000:\\tfrom 198.51.100.1 lookup 172818433\\n7: from 203.0.113.1 lookup 1728184330';
    program('ip', ipThatNotes(undefined, `case $1 in rule) printf '${rules}\\n' ;; esac`));
    const config = written('', 'direct');
    ran(config, 'beta', true);
    const applied = asked();
    runScript(ran(config, 'beta').out);
    const added = (lines: readonly string[]) =>
      lines.filter((line) => line.startsWith('ip rule add'));
    expect(added(applied)).toEqual(['ip rule add pref 1000 from 203.0.113.1 lookup 172818433']);
    expect(asked()).toEqual(applied);
  });

  it('says which command failed, and stops there', () => {
    const fails = "echo 'Error: Nexthop has invalid gateway.' >&2; exit 2";
    program('ip', ipThatNotes(undefined, fails));
    expect(ran(written(''), 'alpha', true)).toEqual({
      code: 1,
      out: [],
      err: [
        'cannot do `ip route replace 198.51.100.0/24 via 10.77.0.1`: Error: Nexthop has invalid gateway.',
      ],
    });
    expect(asked()).toHaveLength(1);
    rmSync(join(folder, 'bin/ip'));
    const options = { config: written(''), node: 'alpha', apply: true, path: join(folder, 'bin') };
    const err: string[] = [];
    expect(nodeSetup(options, String, (line) => err.push(line))).toBe(1);
    expect(err.join()).toMatch(/there is no program ip; install the package iproute2$/);
  });
});

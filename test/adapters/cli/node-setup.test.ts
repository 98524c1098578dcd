import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeOfPort } from '../../../core/switch/non-specific-ports.ts';
import type { Algorithm } from './machine.ts';
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

/** The ports that the two settings leave to choose from. */
const choosable = () => {
  const [from = 0, to = 0] = setting('ip_local_port_range').split(' ').map(Number);
  const runs = setting('ip_local_reserved_ports').split(/[,\n]/).filter(Boolean);
  const reserved = new Set(
    runs.flatMap((run) => {
      const [first = 0, last = first] = run.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, at) => first + at);
    }),
  );
  return Array.from({ length: to - from + 1 }, (_, at) => from + at).filter(
    (port) => !reserved.has(port),
  );
};

/** The ports of node `index` of three, by the rule; 40000 is the port of a service. */
const expected = (algorithm: Algorithm, index: number) =>
  Array.from({ length: 60999 - 32768 + 1 }, (_, at) => 32768 + at).filter(
    (port) =>
      port !== 40000 && nodeOfPort({ from: 32768, to: 60999, algorithm }, 3, port) === index,
  );

const clusters = (['modulo', 'ranges'] as const).flatMap((algorithm) =>
  ['alpha', 'beta', 'gamma'].map((node, index) => ({ algorithm, node, index })),
);

describe('onehost node-setup', () => {
  it.each(clusters)(
    'A5: applied, leaves $node its own ports by $algorithm',
    ({ algorithm, node, index }) => {
      const { code, err } = ran(portsBy(algorithm), node, true);
      expect([code, err]).toEqual([0, []]);
      expect(choosable()).toEqual(expected(algorithm, index));
    },
  );

  it.each(clusters)(
    'A5: as a script, does the same for $node by $algorithm',
    ({ algorithm, node, index }) => {
      runScript(ran(portsBy(algorithm), node).out);
      expect(choosable()).toEqual(expected(algorithm, index));
    },
  );

  it('A5: writes lines that the kernel takes in one write each', () => {
    const { out } = ran(portsBy('modulo'), 'beta');
    expect(out.length).toBeGreaterThan(1000);
    expect(Math.max(...out.map((line) => line.length))).toBeLessThan(120);
  });

  it('clears what was reserved when nothing is', () => {
    const config = portsBy('ranges');
    expect(ran(config, 'gamma', true).code).toBe(0);
    expect(setting('ip_local_reserved_ports')).toBe('\n');
  });

  it('A5: leaves the ports alone when none is non-specific', () => {
    const config = written('');
    expect(ran(config, 'alpha').out.filter((line) => line.includes('ip_local'))).toEqual([]);
    expect(ran(config, 'alpha', true)).toMatchObject({ code: 0, err: [] });
    expect(existsSync(join(folder, 'net/ipv4/ip_local_port_range'))).toBe(false);
  });

  it.each([true, false])('changes nothing on another machine (applied: %s)', (applied) => {
    program('ip', ipThatNotes(['10.77.0.112/24', '10.77.0.12/24']));
    const config = portsBy('modulo');
    if (applied)
      expect(ran(config, 'alpha', true)).toEqual({
        code: 1,
        out: [],
        err: [
          'this machine does not have 10.77.0.11, the address of node alpha: nothing was changed',
        ],
      });
    else expect(() => runScript(ran(config, 'alpha').out)).toThrow();
    expect(asked()).toEqual([]);
    expect(existsSync(join(folder, 'net/ipv4/ip_local_port_range'))).toBe(false);
  });

  it('says what is wrong', () => {
    const config = portsBy('modulo');
    expect(ran(config, 'gama').err).toEqual([
      `${config}: there is no node "gama" (did you mean "gamma"?); the nodes are alpha, beta, gamma`,
    ]);
    expect(ran(join(folder, 'none'), 'alpha')).toMatchObject({ code: 1, out: [] });
    expect(ran(config, 'alpha', true, '/nowhere')).toMatchObject({
      code: 1,
      err: [
        'cannot set /nowhere/net/ipv4/ip_local_reserved_ports: this kernel has no such setting; node-setup is for Linux',
      ],
    });
  });
});

// Ports that the kernel itself chose: of listening TCP, of bound UDP, and of connecting TCP sockets.
const chooser = `
const net = require('net'), dgram = require('dgram');
const one = (make) => new Promise((done, fail) => make(done, fail));
const listen = () => one((done, fail) => { const s = net.createServer().on('error', fail).listen(0, () => done(s.address().port)); });
const bind = () => one((done, fail) => { const s = dgram.createSocket('udp4').on('error', fail).bind(0, () => done(s.address().port)); });
const connect = (to) => one((done, fail) => { const s = net.connect(to, '127.0.0.1', () => done(s.localPort)).on('error', fail); });
(async () => {
  const to = await one((done) => { const s = net.createServer().listen(7, () => done(7)); });
  const ports = [];
  for (let n = 0; n < 20; n++) ports.push(await listen(), await bind(), await connect(to));
  console.log(JSON.stringify(ports));
  process.exit(0);
})();
`;

const isolated = ['--user', '--map-root-user', '--net'];
const namespaces =
  spawnSync('unshare', [...isolated, 'ip', 'link', 'set', 'lo', 'up']).status === 0;

describe.runIf(namespaces)('a real kernel, in a network namespace', () => {
  it.each(clusters)(
    'A5: chooses only ports of $node by $algorithm',
    ({ algorithm, node, index }) => {
      const { out } = ran(portsBy(algorithm), node, false, '/proc/sys');
      // The kernel's ports are the subject here; there is no interconnect for routes to lead to.
      const script = out.filter((line) => !/^ip (?!-o)/.test(line)).join('\n');
      const own = `10.77.0.1${index + 1}`;
      const input = `ip link set lo up\nip address add ${own}/32 dev lo\n${script}\nexec '${process.execPath}' -e "$CHOOSER"\n`;
      const env = { ...process.env, CHOOSER: chooser };
      const ports = JSON.parse(
        execFileSync('unshare', [...isolated, 'sh'], { input, env, encoding: 'utf8' }),
      ) as number[];
      expect(ports).toHaveLength(60);
      const ours = new Set(expected(algorithm, index));
      expect(ports.filter((port) => !ours.has(port))).toEqual([]);
    },
  );
});

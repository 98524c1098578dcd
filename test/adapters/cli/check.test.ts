import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { check } from '../../../adapters/cli/check.ts';
import { schema } from '../../../adapters/cli/schema.ts';
import { newClusterKey } from '../../../adapters/member/key-file.ts';
import { memberSchemaOf } from '../../../core/config/member.ts';
import { schemaOf } from '../../../core/config/schema.ts';

const example = (name: string) =>
  fileURLToPath(new URL(`../../../examples/${name}`, import.meta.url));

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'onehost-check-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const checked = (config: string, json = false) => {
  const out: string[] = [];
  const err: string[] = [];
  const code = check(
    { config, json },
    (line) => out.push(line),
    (line) => err.push(line),
  );
  return { code, out, err: err.map((line) => line.replaceAll(`${folder}/`, '')) };
};

const written = (content: string | Uint8Array, name = 'c.yaml') => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

const minimal = `cluster: small
networks:
  campus:
    device: { tap: oh-campus }
    address: 198.51.100.1/24
interconnect:
  device: { tap: oh-inter }
  address: 10.77.0.1/24
nodes:
  alpha: { number: 1, address: 10.77.0.11 }
`;

describe('onehost check', () => {
  it('sums up what is sound, and warns of what is doubtful', () => {
    for (const [name, counts] of [
      ['minimal', 'cluster small, 1 network, 1 node, 1 service'],
      ['cluster', 'cluster projects, 1 network, 3 nodes, 6 services'],
    ])
      expect(checked(example(`${name}.yaml`))).toEqual({
        code: 0,
        out: [`${example(`${name}.yaml`)}: ok: ${counts}`],
        err: [],
      });
    const path = written(`${minimal}exports:\n  /home: alpha\n`);
    expect(checked(path)).toEqual({
      code: 0,
      out: [`${path}: ok: cluster small, 1 network, 1 node, 0 services`],
      err: [
        'warning: c.yaml:12:3: exports: there is no service of route mount, which reads exports',
      ],
    });
  });

  it('tells every problem at its line and column, in the order of the file', () => {
    const path = written(`cluster: small
networks:
  campus:
    device: { tap: oh-campus }
    adress: 198.51.100.1/24
interconnect:
  device: { tap: oh-inter, mode: fast }
  address: 10.77.0.1/24
  mtu: 99
nodes:
  alpha: { number: 1, address: 10.77.0.11 }
  beta: { number: 1, address: 10.78.0.12 }
services:
  - { port: 80, protocol: tcp, route: connection, nodes: [alpha, gamma] }
  - port: 53
    protocol: upd
    route: node
mountPorts:
  delta: 20048
`);
    const { code, out, err } = checked(path);
    expect([code, out]).toEqual([1, []]);
    expect(err.map((line) => line.split(': ').slice(0, 3).join(': '))).toEqual([
      'c.yaml:4:5: networks.campus.address: a network needs address (the cluster address on this network, with prefix length), for example address',
      'c.yaml:5:5: networks.campus: unknown key "adress" (did you mean "address"?); the keys here are device, address, router, mac, mtu, management',
      'c.yaml:7:28: interconnect.device: unknown key "mode"; the keys here are tap, netns',
      'c.yaml:9:8: interconnect.mtu: expected an MTU in bytes, a whole number from 576 to 65521 such as 1500, not 99',
      'c.yaml:12:19: nodes.beta.number: 1 is already the number of node alpha; each node needs its own',
      'c.yaml:12:31: nodes.beta.address: 10.78.0.12 lies outside 10.77.0.0/24 of the interconnect; node beta needs an address of its own there',
      'c.yaml:14:66: services[0].nodes[1]: there is no node "gamma"; the nodes are alpha, beta',
      'c.yaml:15:5: services[1].node: a service of route node needs node (the node), for example node',
      'c.yaml:16:15: services[1].protocol: expected one of tcp, udp, not "upd" (did you mean "udp"?)',
      'c.yaml:19:3: mountPorts: there is no node "delta"; the nodes are alpha, beta',
    ]);
  });

  it('takes JSON as the YAML it is', () => {
    const path = written('{\n "cluster": "small",\n "networks": 7\n}', 'c.json');
    expect(checked(path).err[0]).toBe(
      'c.json:1:1: interconnect: a configuration needs interconnect (what joins the gateway and the nodes)',
    );
    expect(checked(path).err.at(-1)).toBe(
      'c.json:3:14: networks: expected networks, a mapping by name, not 7',
    );
  });

  it.each([
    ['cluster: [\nnodes: }', ['c.yaml:2:1: the indentation does not fit']],
    ['cluster: a\ncluster: b\n', ['c.yaml:2:1: cluster stands here a second time']],
    [
      `${minimal}mountPorts: { 1: 20048, "1": 20049 }\n`,
      ['c.yaml:11:25: "1" stands here a second time'],
    ],
    ['cluster projects\nnodes: {}\n', ['c.yaml:1:1: this is not "key: value"']],
    ['a: 1\na: 2\nb: 1\nb: 2\n', ['c.yaml:2:1: a stands', 'c.yaml:4:1: b stands']],
    ['{ "a": { "b": [{ "c": 1, "c": 2 }] } }', ['c.yaml:1:26: "c" stands here a second time']],
    ['a: 1\na: 2\na: [\n', ['c.yaml:2:1: a stands', 'c.yaml:3:1: a stands']],
    ['%YAML 1.1\n---\ncluster: a\n', ['c.yaml:1:1: only YAML 1.2 is read']],
    ['cluster: *nowhere\n', ['c.yaml:1:1: Unresolved alias']],
    ['cluster: !secret a\n', ['c.yaml:1:10: Unresolved tag: !secret']],
    ['cluster: a\n---\ncluster: b\n', ['c.yaml:2:1: Source contains multiple documents']],
    ['', ['c.yaml: is empty']],
    ['# nothing\n', ['c.yaml: is empty']],
  ])('says what is wrong with the YAML of %j', (content, starts) => {
    const { code, err } = checked(written(content));
    expect(code).toBe(1);
    for (const start of starts)
      expect(err.filter((line) => line.startsWith(start))).not.toEqual([]);
  });

  it('takes a time in proportion to the number of keys', () => {
    // As many as a file can hold: comparing all with all would take longer than a test may.
    const names = Array.from({ length: 90_000 }, (_, at) => `k${at.toString(36)}: 1`);
    const { code, err } = checked(written(`${names.join('\n')}\n${names[7]}\n`));
    expect(code).toBe(1);
    expect(err).toEqual(['c.yaml:90001:1: k7 stands here a second time; a key stands once']);
    expect(checked(written(names.join('\n'))).err.at(-1)).toMatch(/^c\.yaml:90000:1: unknown key/);
  });

  it('bounds what aliases unfold to', () => {
    const levels = Array.from(
      { length: 9 },
      (_, n) => `l${n + 1}: &l${n + 1} [${Array(9).fill(`*l${n}`).join(',')}]`,
    );
    const { err } = checked(written(`l0: &l0 [x, x]\n${levels.join('\n')}\n`));
    expect(err).toEqual([expect.stringContaining('Excessive alias count')]);
  });

  it('follows aliases to the place of a problem', () => {
    const { err } = checked(
      written(
        `${minimal}services:\n  - &web { port: 80, protocol: tcp, route: node, node: beta }\n  - *web\n`,
      ),
    );
    expect(err.map((line) => line.split(': ').slice(0, 2).join(' '))).toEqual([
      'c.yaml:12:18 services[1].port',
      'c.yaml:12:56 services[0].node',
      'c.yaml:12:56 services[1].node',
    ]);
  });

  it('says in a sentence why a file cannot be read', () => {
    mkdirSync(join(folder, 'd'));
    expect(checked(join(folder, 'none')).err).toEqual(['none: there is no such file']);
    expect(checked(join(folder, 'd')).err).toEqual([
      'd: is a directory; expected a YAML or JSON file',
    ]);
    expect(checked(written(Uint8Array.of(0x61, 0xff, 0x62))).err).toEqual([
      'c.yaml: is not UTF-8 text',
    ]);
    expect(checked(written(Uint8Array.of(0xff, 0xfe, 0x61, 0))).err).toEqual([
      'c.yaml: is not UTF-8 text',
    ]);
    expect(checked(written('#'.repeat(1024 * 1024 + 1))).err).toEqual([
      'c.yaml: is larger than 1 MiB; that is no configuration',
    ]);
    expect(checked(written(minimal)).code).toBe(0);
  });

  it('says when there is no permission; root may read all', () => {
    const path = written(minimal);
    chmodSync(path, 0);
    const { err, code } = checked(path);
    const root = process.getuid?.() === 0;
    expect([code, err]).toEqual(root ? [0, []] : [1, ['c.yaml: no permission to read it']]);
  });

  it('prints one JSON object with --json', () => {
    const good = checked(written(minimal), true);
    expect(good.err).toEqual([]);
    expect(good.out.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        file: join(folder, 'c.yaml'),
        ok: true,
        errors: [],
        warnings: [],
        cluster: 'small',
        networks: 1,
        nodes: 1,
        services: 0,
      },
    ]);
    const bad = checked(written('cluster: 7'), true);
    expect(bad.code).toBe(1);
    expect(bad.out).toHaveLength(1);
    expect(JSON.parse(bad.out[0] ?? '')).toMatchObject({ ok: false, warnings: [] });
  });
});

describe('onehost schema', () => {
  it('prints the schema', () => {
    const out: string[] = [];
    expect(schema((line) => out.push(line))).toBe(0);
    expect(JSON.parse(out.join('\n'))).toEqual(JSON.parse(JSON.stringify(schemaOf())));
  });

  it('knows member files, and their schema', () => {
    const checkedMember = (config: string, json = false) => {
      const out: string[] = [];
      const err: string[] = [];
      const hear = (lines: string[]) => (line: string) =>
        lines.push(line.replace(`${folder}/`, ''));
      const code = check({ config, json, member: true }, hear(out), hear(err));
      return { code, out, err };
    };
    for (const name of ['alpha', 'beta']) {
      const text = readFileSync(example(`member/${name}.yaml`));
      const { keys } = parse(text.toString()) as { readonly keys: readonly string[] };
      for (const key of keys) writeFileSync(join(folder, key), newClusterKey(), { mode: 0o600 });
      expect(checkedMember(written(text)).out[0]).toMatch(
        new RegExp(`: ok: member ${name} of cluster projects, `),
      );
    }
    const wrong = written('cluster: projects\nname: alpha\nkeys: [a.key]\nseeds: [beta]\n');
    const message = 'c.yaml:4:9: seeds[0]: "beta" is not an IPv4 address such as 198.51.100.1';
    expect(checkedMember(wrong)).toEqual({ code: 1, out: [], err: [message] });
    const json = JSON.parse(checkedMember(wrong, true).out[0] ?? '') as Record<string, unknown>;
    expect([json['ok'], (json['errors'] as unknown[]).length]).toEqual([false, 1]);
    const keys = written(
      'cluster: a\nname: a\nkeys: [none.key, open.key, odd.key]\nidentity: a.pem\n',
    );
    writeFileSync(join(folder, 'open.key'), newClusterKey());
    chmodSync(join(folder, 'open.key'), 0o644);
    for (const name of ['odd.key', 'a.pem'])
      writeFileSync(join(folder, name), 'odd', { mode: 0o600 });
    expect(checkedMember(keys).err.map((line) => line.split(/: |, /).slice(0, 2))).toEqual([
      ['none.key', 'there is no such file; `onehost keygen` makes keys'],
      ['open.key', expect.stringMatching(/^others than its owner may use this key/)],
      ['odd.key', 'expected a key of `onehost keygen`'],
      ['a.pem', 'expected an Ed25519 key of `onehost keygen --member`'],
    ]);
    const lines: string[] = [];
    expect(schema((line) => lines.push(line), { member: true })).toBe(0);
    expect(JSON.parse(lines.join(''))).toEqual(memberSchemaOf());
  });
});

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Running } from './gateway.ts';
import { configuration, startGateway } from './gateway.ts';
import type { Outcome } from './host.ts';
import type { Network } from './network.ts';
import { CLUSTER, laboratory, makeNetwork, NODE_NAMES } from './network.ts';
import type { RemoteServices } from './r-services.ts';
import { GUEST, PASSWORD, PORTS, PROGRAMS, serveRemotely } from './r-services.ts';
import { rexec } from './rexec.ts';
import { setUpNodes, WAYS } from './way.ts';

/** As a person at a terminal of 33 lines: waits for the prompt, asks who it is, and goes. */
const atPrompt = `
expect -re {[#$] $} { send "echo from \\$(hostname), \\$(stty size).\\r" }
expect -re {from (\\w+), ([0-9 ]+)\\.} { send "exit\\r" }
expect eof
`;
const rlogin = `
set timeout 20
spawn sh -c "stty rows 33 columns 99; exec netkit-rlogin -l root ${CLUSTER}"
${atPrompt}`;
const telnet = `
set timeout 20
spawn sh -c "stty rows 33 columns 99; exec telnet ${CLUSTER}"
expect "login: " { send "${GUEST}\\r" }
expect "Password: " { send "${PASSWORD}\\r" }
${atPrompt}`;

const able = laboratory('remote services', ...PROGRAMS);
describe.runIf(able).each(WAYS)('remote services, %s', (_, way) => {
  let network: Network;
  let gateway: Running;
  let services: RemoteServices;
  beforeAll(async () => {
    network = makeNetwork();
    const entry = { protocol: 'tcp', route: 'connection', nodes: NODE_NAMES };
    const config = configuration({
      forwarding: way.forwarding,
      services: PORTS.map((port) => ({ port, ...entry })),
    });
    [gateway, services] = await Promise.all([
      startGateway(network.gateway, config),
      serveRemotely(network),
    ]);
    await setUpNodes(network, gateway, way);
  });
  afterAll(async () => {
    network.dispose();
    services.dispose();
    await gateway.dispose();
  });

  /** Asks six times: the nodes, which `who` finds in what was said, answer in turn. Gives all that was said. */
  const inTurn = async (ask: () => Promise<Outcome>, who: RegExp): Promise<string> => {
    const names: (string | undefined)[] = [];
    let said = '';
    for (let turn = 0; turn < 6; turn++) {
      const { code, stdout, stderr } = await ask();
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(stdout).toMatch(who);
      names.push(who.exec(stdout)?.[1]);
      said += stdout;
    }
    expect(new Set(names.slice(0, 3))).toEqual(new Set(NODE_NAMES));
    expect(names.slice(3)).toEqual(names.slice(0, 3));
    return said;
  };

  // The client of rsh takes the second connection only when it comes from a reserved port.
  it('A19, A20, D4: rsh, and its second connection from a reserved port of the node', async () => {
    const command = 'hostname; echo oops >&2';
    const ask = () => network.client.run('netkit-rsh', '-n', '-l', 'root', CLUSTER, command);
    await inTurn(ask, /^(\w+)\n$/);
    expect((await ask()).stderr).toBe('oops\n');
  });

  it('D4: rsh on three nodes at once, each of which begins with the same reserved port', async () => {
    const command = 'hostname; sleep 0.5; echo oops >&2';
    const all = await Promise.all(
      NODE_NAMES.map(() => network.client.run('netkit-rsh', '-n', '-l', 'root', CLUSTER, command)),
    );
    expect(all.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
      all.map(() => ({ code: 0, stderr: 'oops\n' })),
    );
    expect(new Set(all.map(({ stdout }) => stdout.trim()))).toEqual(new Set(NODE_NAMES));
  });

  it('A19: rsh that has said all still hears the answer', async () => {
    const pipe = `head -c 300000 /dev/zero | netkit-rsh -l root ${CLUSTER} 'wc -c; cat >&2'`;
    expect(await network.client.run('sh', '-c', pipe)).toEqual({
      code: 0,
      stdout: '300000\n',
      stderr: '',
    });
  });

  it('A19, A20, D4: rexec, and its second connection', async () => {
    const login = { user: GUEST, password: PASSWORD };
    const ask = () => rexec(network.client, CLUSTER, login, 'hostname; echo oops >&2');
    await inTurn(ask, /^(\w+)\n$/);
    expect((await ask()).stderr).toBe('oops\n');
    const wrong = await rexec(network.client, CLUSTER, { ...login, password: 'x' }, 'hostname');
    expect(wrong.code).toBe(1);
  });

  it('A19, A20: rlogin, and the urgent pointer that it needs', async () => {
    const ask = (): Promise<Outcome> => network.client.run('expect', '-c', rlogin);
    const said = await inTurn(ask, /from (\w+), \d+ \d+\./);
    // An urgent byte asks the client for its window's size (RFC 1282). One that comes before the client
    // has asked its kernel for SIGURG is lost, without a gateway too: one session in ten or so has 0 0.
    expect(said).toContain(', 33 99.');
  });

  it('A19, A20: telnet', async () => {
    await inTurn(() => network.client.run('expect', '-c', telnet), /from (\w+), 33 99\./);
  });

  it('A19, A20: ssh, to one host by its one key', async () => {
    const argv = [...services.ssh, CLUSTER, 'hostname; echo oops >&2'];
    await inTurn(() => network.client.run('ssh', ...argv), /^(\w+)\n$/);
    expect((await network.client.run('ssh', ...argv)).stderr).toBe('oops\n');
  });

  it('A19, A20: 4 MiB by HTTP arrive as they were sent', async () => {
    const file = join(gateway.folder, 'large');
    const argv = ['-sS', '-D', '-', '-o', file, `http://${CLUSTER}/large`];
    const ask = async (): Promise<Outcome> => {
      const outcome = await network.client.run('curl', ...argv);
      expect(createHash('sha256').update(readFileSync(file)).digest('hex')).toBe(services.sum);
      return outcome;
    };
    await inTurn(ask, /\nNode: (\w+)/);
  });
});

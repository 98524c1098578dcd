// Two members of a cluster in one program, over loopback: one joins the other and sends it a message.
import { startLocal, newClusterKey, decodeMember } from 'onehost/member';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'onehost-two-'));
writeFileSync(join(folder, 'our.key'), newClusterKey(), { mode: 0o600 });

/** Starts a member; `heard` gets its messages, `told` what it reports. */
const member = (name, port, seeds, heard, told) => {
  const file = {
    ...{ cluster: 'two', name, keys: ['our.key'], identity: `${name}.pem`, port, seeds },
    adapters: [{ address: '127.0.0.1' }],
    routes: 'none',
  };
  const decoded = decodeMember(file);
  if (decoded._tag === 'Left') throw new Error(decoded.left[0].message);
  const hearer = { message: heard, report: told };
  const started = startLocal({ config: decoded.right, folder, hearer, warn: console.warn });
  if (started._tag === 'Left') throw new Error(started.left);
  return started.right;
};

const text = new TextDecoder();
const beta = member(
  'beta',
  7401,
  [],
  (from, message) => console.log(`beta got "${text.decode(message)}" from ${beta.nameOf(from)}`),
  () => undefined,
);
const alpha = await new Promise((resolve) => {
  const joining = member('alpha', 7402, ['127.0.0.1:7401'], undefined, (report) => {
    if (report.kind === 'joined') console.log(`alpha knows ${report.name}`);
    if (report.kind === 'joined') setImmediate(() => resolve(joining));
  });
});
const { kind } = await alpha.send(beta.id, new TextEncoder().encode('good morning'), 'standard');
console.log(`the message is ${kind}`);
await alpha.leave();
await beta.leave();
rmSync(folder, { recursive: true });

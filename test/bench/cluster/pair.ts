// A member here, and one in another process, over the sockets of loopback.

import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { NodeId } from '../../../core/cluster/identity.ts';
import type { LoopbackMember } from '../../adapters/member/loopback.ts';
import { startLoopback } from '../../adapters/member/loopback.ts';

export interface Pair {
  readonly near: LoopbackMember;
  readonly far: NodeId;
  close(): void;
}

const FIRST_PORT = 17_900;
let ports = FIRST_PORT;

const until = async (ask: () => boolean): Promise<void> => {
  while (!ask()) await new Promise((resolve) => setTimeout(resolve, 20));
};

/** Starts both, with adapters of this MTU, and waits until they are up. */
export const startPair = async (mtu: number): Promise<Pair> => {
  const key = new Uint8Array(randomBytes(32));
  const [farPort, nearPort] = [(ports += 1), (ports += 1)];
  const child = fork(fileURLToPath(new URL('./far.js', import.meta.url)), [
    ...[Buffer.from(key).toString('hex'), String(farPort), String(mtu)],
  ]);
  const far = await new Promise<NodeId>((resolve) => {
    child.once('message', (id) => {
      resolve(id as NodeId);
    });
  });
  const near = startLoopback({
    ...{ name: 'near', port: nearPort, seeds: [farPort], keys: [key], mtu, keeps: false },
  });
  await until(() =>
    near.running.view().nodes.some(({ id, standing }) => id === far && standing === 'up'),
  );
  return {
    near,
    far,
    close: () => {
      near.close();
      child.disconnect();
    },
  };
};

// Whom a message is for, as people write it: a fingerprint, or a name that one computer has.

import * as E from 'fp-ts/lib/Either.js';
import type { NodeId } from '../../core/cluster/identity.ts';
import { parseNodeId } from '../../core/cluster/identity.ts';
import type { View } from '../../core/cluster/view.ts';

/** The computer that is meant; fails with a sentence. A fingerprint is nobody's name, whatever entries say. */
export const addresseeOf = ({ nodes }: View, written: string): E.Either<string, NodeId> => {
  const id = parseNodeId(written);
  if (id !== null) return E.right(id);
  const called = nodes.filter(({ name, standing }) => name === written && standing !== 'left');
  const [meant, ...others] = called;
  if (meant === undefined) {
    const names = nodes.map(({ name }) => name).join(', ');
    return E.left(`no computer "${written}"; the table has ${names}`);
  }
  if (others.length === 0) return E.right(meant.id);
  const ids = called.map((one) => one.id).join(', ');
  return E.left(
    `${called.length} computers are called "${written}": ${ids}; send to a fingerprint`,
  );
};

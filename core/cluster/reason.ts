// Why something that came was not taken: each is counted under one of these names (D7).

export const REASONS = [
  /** A version of the protocol that this program does not speak. */
  'version-unknown',
  'kind-unknown',
  /** Shorter than its kind is. */
  'truncated',
  /** Under a cluster key that is not, or no longer, one of ours. */
  'key-unknown',
  /** A handshake whose seal does not fit the cluster key. */
  'handshake-forged',
  /** More handshakes, or datagrams of unknown associations, than are answered at a time. */
  'answers-limited',
  /** A challenge that nobody waits for, or a second one. */
  'challenge-unasked',
  /** A cookie that this computer did not make for that address, or made before its last start. */
  'cookie-forged',
  'cookie-stale',
  /** A signature that is not that of the key, or a key that is not that of the id. */
  'signature-forged',
  /** A computer that no pinned key belongs to. */
  'identity-unpinned',
  /** An association with oneself: the own address was among the seeds. */
  'identity-own',
  /** Sealed for an association that is not there. */
  'association-unknown',
  /** The seal does not fit: damaged, or forged. */
  'seal-broken',
  /** Came before, or so long ago that nobody knows any more. */
  'replayed',
  /** An association of an earlier life of its computer. */
  'life-past',
  'frame-unsound',
  'entry-unsound',
  'entry-forged',
  'entry-unpinned',
  'entry-too-long',
  'table-full',
  /** Data for a stream that was given up, or past the window. */
  'epoch-past',
  'window-exceeded',
  /** A piece out of order, while as many wait as may: it has to come again. */
  'parts-exceeded',
  /** A message that does not have the form of one. */
  'message-unsound',
  /** A step that threw: a fault of this program. What happened was passed over. */
  'step-failed',
] as const;

export type Reason = (typeof REASONS)[number];

export type Counters = Readonly<Partial<Record<Reason, number>>>;

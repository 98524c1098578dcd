// What the kernels export of the flow table (assembly/flow/table.ts). Records are numbered from 1; 0 is
// none. Addresses and ports in host order; addresses as signed words, or they would be boxed on the way.

export interface FlowKernels {
  /** How many buckets each direction needs for so many flows; half of their lanes stay empty. */
  flowBuckets(flows: number): number;
  /** How many bytes a table needs. */
  flowBytes(records: number, buckets: number): number;
  /**
   * Makes an empty table at `at`, a multiple of 64, where the memory is all zero. An instance has one
   * table. The hash is keyed by five words of 64 bits.
   */
  flowInit(
    at: number,
    records: number,
    buckets: number,
    ...keys: readonly [bigint, bigint, bigint, bigint, bigint]
  ): void;
  /** The record of a host's packet to the cluster. */
  findOutside(
    protocol: number,
    hostAddress: number,
    hostPort: number,
    clusterAddress: number,
    clusterPort: number,
  ): number;
  /** The record of a node's packet to a host. */
  findInside(
    protocol: number,
    nodeAddress: number,
    nodePort: number,
    hostAddress: number,
    hostPort: number,
  ): number;
  /** A record that is to be written and then linked; 0: all are taken. */
  flowAllocate(): number;
  /** Has a record found, and last in both orders. No other may have one of its pairs of ends. */
  flowLink(record: number): void;
  /** Forgets a record; its number is free for another. */
  flowUnlink(record: number): void;
  /** To be called after the state or the time of the last message was written: the record was heard last. */
  flowRestate(record: number): void;
  /** To be called before the node address or the node port is written, and the next one after it was. */
  flowLeaveInside(record: number): void;
  flowEnterInside(record: number): void;
  /** Of those not established, the one that was heard longest ago. */
  flowOldestFleeting(): number;
  flowSize(): number;
  /** The hops that were learned are void, of all records. */
  flowForgetHops(): void;
  /**
   * Looks at `most` records from `from`, 1 the first time, and writes the numbers of those that were idle
   * too long at `now` to `scratch`, 32 bits each, and 0 behind them. Returns where to go on. Milliseconds.
   */
  flowExpired(
    from: number,
    scratch: number,
    most: number,
    now: number,
    tcpTransitory: number,
    tcpEstablished: number,
    udp: number,
    icmp: number,
  ): number;
}

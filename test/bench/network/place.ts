// Where a contestant stands: networks of its own between the same client and the same node, of the addresses
// that are kept for measurements (RFC 2544, appendix C).

/** What the node serves; each gateway passes all of it on. */
export const PORTS = {
  /** RFC 862: what comes goes back. */
  echo: 7,
  /** RFC 863: what comes is counted. */
  discard: 9,
  http: 80,
  iperf: 5201,
} as const;

export const TCP_PORTS: readonly number[] = [PORTS.echo, PORTS.http, PORTS.iperf];
export const UDP_PORTS: readonly number[] = [PORTS.discard];

export interface Place {
  /** Interface on the client, and on the node: at most 15 bytes (netdevice(7)). */
  readonly device: string;
  readonly client: string;
  /** More addresses of the client's, for connections from more places than one address has ports. */
  readonly more: readonly string[];
  /** The address that the client speaks to. */
  readonly cluster: string;
  /** The gateway's address towards the node. */
  readonly internal: string;
  readonly node: string;
  /** The client's network, which the node reaches by the gateway. */
  readonly outside: string;
}

export const placeOf = (index: number, name: string): Place => ({
  device: name.slice(0, 15),
  client: `198.18.${index}.9`,
  more: [`198.18.${index}.10`],
  cluster: `198.18.${index}.1`,
  internal: `198.19.${index}.1`,
  node: `198.19.${index}.11`,
  outside: `198.18.${index}.0/24`,
});

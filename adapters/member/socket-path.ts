// Where a member's control socket is.

/** Where the member of `cluster` listens unless told otherwise. */
export const memberSocketPath = (cluster: string): string => `/run/onehost/${cluster}.member.sock`;

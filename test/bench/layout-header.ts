// Offsets for C from their one source: the layout modules that tsc and asc compile, printed as a header.

import * as directory from '../../assembly/layout/directory.ts';
import * as flow from '../../assembly/layout/flow.ts';
import * as hop from '../../assembly/layout/hop.ts';
import * as link from '../../assembly/layout/link.ts';
import * as node from '../../assembly/layout/node.ts';
import * as offload from '../../assembly/layout/offload.ts';
import * as settings from '../../assembly/layout/settings.ts';
import * as slot from '../../assembly/layout/slot.ts';
import * as nfs from '../../core/rpc/layout/nfs.ts';
import * as rpc from '../../core/rpc/layout/rpc.ts';
import * as ethernet from '../../core/wire/layout/ethernet.ts';
import * as ipv4 from '../../core/wire/layout/ipv4.ts';
import * as tcp from '../../core/wire/layout/tcp.ts';
import * as udp from '../../core/wire/layout/udp.ts';

const LAYOUTS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  ...{ directory, flow, hop, link, node, offload, settings, slot },
  ...{ nfs, rpc, ethernet, ipv4, tcp, udp },
};

/** A header that defines `FLOW_HOST_ADDRESS` and the like. */
export const layoutHeader = (): string =>
  Object.entries(LAYOUTS)
    .flatMap(([name, layout]) =>
      Object.entries(layout).map(
        ([constant, value]) => `#define ${name.toUpperCase()}_${constant} ${value}\n`,
      ),
    )
    .join('');

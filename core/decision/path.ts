// Which way a frame took through the boxes of figures 5 and 6; `explain` tells it at length.

export type Path =
  | 'unsound'
  | 'not-addressed'
  | 'arp'
  | 'fragment'
  | 'inbound-not-port-type'
  | 'inbound-node'
  | 'inbound-function'
  | 'inbound-translated'
  | 'inbound-non-specific'
  | 'inbound-unknown'
  | 'to-gateway'
  | 'outgoing'
  | 'frame-level';

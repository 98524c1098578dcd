// What the help of `onehost replay` and `onehost explain` says besides their options.

export const REPLAY_HELP = `
Each --in names a network of the configuration (or interconnect, or local) and a capture, pcap or pcapng,
of frames that arrived there. The frames of all captures are taken in the order of their time stamps.

Captures bear the MAC addresses of the gateway that stood there, so frames to any MAC address are taken.
No frame waits for ARP: hosts, nodes and routers have the MAC address that the captures show them with,
and those that never send one made from their address (02:00, then its four octets); none is asked again.
What the other gateway sent is in the captures too; it is dropped, as source-inside or internal, and its
ARP as address-conflict.

The output has one interface for each link, in the order interconnect, local, networks; each frame has
the time of the frame that caused it. Exit code 1 when a capture is cut off, or cannot be used at all.`;

export const EXPLAIN_HELP = `
The frame is given by --hex, with spaces, colons or nothing between its bytes, or as a frame of a capture.
The frames before it in the capture then go through the switch first, as if they all came by the same
network, so that connections are known; what nodes sent by the interconnect is not among them.

A frame to any MAC address is taken, and no frame waits for ARP: hosts, nodes and routers have the MAC
address that the capture shows them with, and the others one made from their address (02:00, then its
four octets).`;

// A node's program: says which node it is, by HTTP and to every UDP datagram. `server.js NAME HTTP-PORT UDP-PORT`

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:http';

const [name = '', httpPort = '', udpPort = ''] = process.argv.slice(2);

const server = createServer((_request, response) => {
  response.end(`${name}\n`);
});
// Connections stay until the client, or the cluster, ends them.
server.keepAliveTimeout = 0;

const socket = createSocket('udp4', (_message, from) => {
  socket.send(name, from.port, from.address);
});

const listening = [once(server, 'listening'), once(socket, 'listening')];
server.listen(Number(httpPort), '0.0.0.0');
socket.bind(Number(udpPort));
await Promise.all(listening);
process.stdout.write('ready\n');

// A client of rexec, rexec(3): Debian has none. As its second argument that function has the client listen,
// and the server connect to it for what the command says on stderr.
import type { Host } from './host.ts';

const REXEC = `
const net = require('node:net');
const [address, port, user, password, command] = process.argv.slice(1);
let [out, err] = ['', ''];
const collect = (socket, take) => new Promise((done, fail) =>
  socket.setEncoding('utf8').on('data', take).on('end', done).on('error', fail));
const second = net.createServer().listen(0, '0.0.0.0', async () => {
  const errors = new Promise((done) => second.once('connection', (socket) => {
    done(collect(socket, (text) => (err += text)));
    second.close();
  }));
  const socket = net.connect(Number(port), address, () =>
    socket.write([second.address().port, user, password, command, ''].join('\\0')));
  await collect(socket, (text) => (out += text));
  // Before all else the server says 0, or 1 and what is wrong; then it opens no second connection.
  if (out[0] === '\\0') await errors;
  process.stdout.write(out.slice(1));
  process.stderr.write(err);
  process.exit(out[0] === '\\0' ? 0 : 1);
});
`;

export interface Login {
  readonly user: string;
  readonly password: string;
}

/** Runs a command by rexec at an address; what it says on its two streams comes by two connections. */
export const rexec = (host: Host, address: string, { user, password }: Login, command: string) =>
  host.run(process.execPath, '-e', REXEC, address, '512', user, password, command);

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCall } from '../../../core/rpc/call.ts';
import * as portmap from '../../../core/rpc/portmap.ts';
import * as arbitrary from '../../arbitraries/rpc.ts';
import { guarded } from './guarded.ts';
import { bytes, listed, word } from './slow-xdr.ts';

const written = ({ program, version, protocol, port }: portmap.Mapping): string =>
  [program, version, protocol, port].map(word).join('');

describe('A16: the port mapper', () => {
  it("GETPORT's argument is read", () => {
    fc.assert(
      fc.property(arbitrary.mapping(), (mapping) => {
        const message = bytes(written(mapping));
        expect(portmap.readMapping(guarded(message).bytes, 0, 16)).toEqual(mapping);
        for (let end = 0; end < 16; end++)
          expect(portmap.readMapping(guarded(message, 0, end).bytes, 0, end)).toBe('truncated');
      }),
    );
  });

  it('a GETPORT call is one that a port mapper reads', () => {
    fc.assert(
      fc.property(arbitrary.u32(), arbitrary.mapping(), (xid, mapping) => {
        const message = portmap.encodeGetport(xid, mapping);
        const call = readCall(message, 0, message.length);
        expect(call).toEqual({
          kind: 'call',
          xid,
          program: 100000,
          version: 2,
          procedure: 3,
          argumentsAt: 40,
        });
        expect(message.slice(40)).toEqual(bytes(written({ ...mapping, port: 0 })));
      }),
    );
  });

  it.each([0, 1, 20048, 65535])('port %i is answered and read', (port) => {
    expect(portmap.encodePort(port)).toEqual(bytes(word(port)));
    expect(portmap.readPort(portmap.encodePort(port), 0, 4)).toBe(port);
  });

  it('what is no port is not taken for one', () => {
    expect(portmap.readPort(bytes(word(65536)), 0, 4)).toBe('not-a-port');
    expect(portmap.readPort(bytes(word(0xffffffff)), 0, 4)).toBe('not-a-port');
    expect(portmap.readPort(new Uint8Array(3), 0, 3)).toBe('truncated');
  });

  it('DUMP lists all mappings', () => {
    fc.assert(
      fc.property(fc.array(arbitrary.mapping(), { maxLength: 12 }), (mappings) => {
        expect(portmap.encodeDump(mappings)).toEqual(bytes(listed(mappings.map(written))));
      }),
    );
  });
});

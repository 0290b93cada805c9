import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** A port that was found is listened on later: until then the system may find it free again. */
const found = new Set<number>();

/** A port of 127.0.0.1 that nothing listens on, none twice in a process. */
export async function freePort(): Promise<number> {
  for (;;) {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    probe.close();
    await once(probe, 'close');
    if (found.has(port)) continue;
    found.add(port);
    return port;
  }
}

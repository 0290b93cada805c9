import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { database, NautilusError } from '@nautilus/config';
import { endProcess, type ProcessIdentity, startPostgres } from '@nautilus/operations/local';
import type { Absent } from '../result';

/** A PostgreSQL of this benchmark's own, the one that local mode runs, as it comes: fsync and synchronous_commit are on. */
export class PostgresPeer {
  private constructor(
    private readonly server: ProcessIdentity,
    /** Host, port, user, database and the file with the password. */
    readonly access: readonly string[],
  ) {}

  static async start(directory: string): Promise<PostgresPeer | Absent> {
    // Under root the server is another user's, who has to get through to its files.
    fs.chmodSync(directory, 0o711);
    const passwordFile = path.join(directory, 'postgres-password');
    fs.writeFileSync(passwordFile, randomBytes(16).toString('hex'), { mode: 0o600 });
    const port = await freePort();
    const access = { host: '127.0.0.1', port, user: database.user, database: database.name, passwordFile };
    const [dataDirectory, log] = [path.join(directory, 'postgres'), path.join(directory, 'postgres.log')];
    try {
      const server = await startPostgres({ ...access, dataDirectory, log });
      return new PostgresPeer(server, [access.host, String(port), access.user, access.database, passwordFile]);
    } catch (error) {
      if (error instanceof NautilusError) return { side: 'PostgreSQL', reason: error.message };
      throw error;
    }
  }

  async stop(): Promise<void> {
    await endProcess(this.server, 'SIGINT', 10_000);
  }
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as net.AddressInfo;
      probe.close(() => resolve(port));
    });
  });

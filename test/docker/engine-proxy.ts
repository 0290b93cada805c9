import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

/** A socket before the real engine's that can be cut in the middle of anything, as when Docker is stopped or a cable is pulled. */
export class EngineProxy {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nautilus-proxy-'));
  readonly host = `unix://${path.join(this.folder, 'docker.sock')}`;
  private readonly open = new Set<net.Socket>();
  private server: net.Server | undefined;

  constructor(private readonly engine: string) {}

  async resume(): Promise<void> {
    this.server = net.createServer((client) => {
      const engine = net.connect(this.engine);
      for (const socket of [client, engine]) {
        this.open.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => {
          this.open.delete(socket);
          client.destroy();
          engine.destroy();
        });
      }
      client.pipe(engine).pipe(client);
    });
    await new Promise<void>((resolve) => this.server?.listen(path.join(this.folder, 'docker.sock'), resolve));
  }

  /** Ends every connection and takes no other. */
  cut(): void {
    this.server?.close();
    for (const socket of this.open) socket.destroy();
  }

  remove(): void {
    this.cut();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

/** A request as it was asked of the engine: `GET /containers/json`. */
const requestLine = /^(GET|HEAD|POST|PUT|DELETE) (\S+) HTTP\/1\.1\r\n/;

/**
 * A socket before the real engine's. It can be cut in the middle of anything, as when Docker is stopped or a cable is pulled;
 * it notes what it is asked, and something can be done before that goes on.
 */
export class EngineProxy {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nautilus-proxy-'));
  readonly host = `unix://${path.join(this.folder, 'docker.sock')}`;
  /** What was asked since the proxy was made, as `GET /containers/json`. */
  readonly requests: string[] = [];
  /** Done before a request is passed on. @default nothing */
  before: (request: string) => Promise<void> | void = () => undefined;
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
      client.on('data', (sent) => {
        client.pause();
        this.note(sent.toString('latin1')).then(
          () => {
            engine.write(sent);
            client.resume();
          },
          () => client.destroy(),
        );
      });
      engine.pipe(client);
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

  private async note(sent: string): Promise<void> {
    const [, method, target] = requestLine.exec(sent) ?? [];
    if (method === undefined) return;
    const request = `${method} ${target}`;
    this.requests.push(request);
    await this.before(request);
  }
}

import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** Terraform's http backend, the other side of it: a state and a lock for each path, in memory. */
export class StateServer {
  readonly states = new Map<string, string>();
  readonly locks = new Map<string, string>();
  private readonly server = http.createServer(async (request, reply) => {
    const path = new URL(request.url ?? '', 'http://state').pathname;
    let body = '';
    for await (const chunk of request) body += chunk;
    const held = this.locks.get(path);
    switch (request.method) {
      case 'LOCK':
        if (held !== undefined) return reply.writeHead(423).end(held);
        this.locks.set(path, body);
        break;
      case 'UNLOCK':
        this.locks.delete(path);
        break;
      case 'POST':
        this.states.set(path, body);
        break;
      case 'GET':
        return reply.writeHead(this.states.has(path) ? 200 : 204).end(this.states.get(path));
    }
    return reply.end();
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

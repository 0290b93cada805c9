import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { type DockerEndpoint, dockerEnvironment } from './endpoint';
import { dial } from './transport';

/** How child processes reach an engine, for as long as it is open. */
export interface Forward {
  /** Variables that they get; undefined ones are taken out. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  close(): void;
}

/** Logins at the same time: sshd turns connections away at ten that are not through with theirs. */
const LOGINS = 6;

/**
 * The engine as a socket of this machine, for terraform: its provider builds images without the certificates that it uses
 * for all else, and opens an ssh login for every request. An engine that a child can reach by itself is left as it is.
 */
export async function forward(endpoint: DockerEndpoint): Promise<Forward> {
  const direct = endpoint.kind === 'unix' || (endpoint.kind === 'tcp' && endpoint.certificates === undefined);
  if (direct) return { environment: dockerEnvironment(endpoint), close: () => undefined };

  const folder = mkdtempSync(path.join(tmpdir(), 'nautilus-docker-'));
  const socketPath = path.join(folder, 'docker.sock');
  const open = new Set<Duplex>();
  const waiting: (() => void)[] = [];
  let logins = 0;

  /** Joins a client with a connection of its own; the next one may log in once this one has heard from the engine. */
  const join = (client: net.Socket) => {
    logins++;
    let loggingIn = true;
    const loggedIn = () => {
      if (!loggingIn) return;
      loggingIn = false;
      logins--;
      waiting.shift()?.();
    };
    const engine = dial(endpoint);
    open.add(engine);
    engine.once('data', loggedIn);
    engine.on('close', () => {
      loggedIn();
      open.delete(engine);
      client.destroy();
    });
    engine.on('error', () => client.destroy());
    client.on('close', () => engine.destroy());
    client.pipe(engine).pipe(client);
  };

  const server = net.createServer({ allowHalfOpen: true }, (client) => {
    open.add(client);
    client.on('error', () => client.destroy());
    client.on('close', () => open.delete(client));
    if (logins < LOGINS) join(client);
    else waiting.push(() => (client.destroyed ? waiting.shift()?.() : join(client)));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
  // Whoever may open this socket is root on the other machine.
  chmodSync(socketPath, 0o600);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);

  return {
    environment: dockerEnvironment({ kind: 'unix', socketPath }),
    close: () => {
      server.close();
      for (const connection of open) connection.destroy();
      process.off('exit', remove);
      remove();
    },
  };
}

import { type ChildProcess, spawn } from 'node:child_process';
import http from 'node:http';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { DockerEndpoint } from './endpoint';

type SshEndpoint = Extract<DockerEndpoint, { kind: 'ssh' }>;

/** Logins at the same time; sshd turns connections away at ten that are not through with theirs. */
const CONNECTIONS = 4;
const CONNECT_SECONDS = 30;
/** What is kept of ssh's own words. */
const MAX_WORDS = 2_000;

/** Arguments of the ssh program, as the docker program calls it too. No question is asked: nobody might be there. */
function sshArguments({ user, host, port, socketPath }: SshEndpoint): string[] {
  return [
    ...['-o', `ConnectTimeout=${CONNECT_SECONDS}`, '-o', 'BatchMode=yes', '-T'],
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...['--', host, 'docker'],
    ...(socketPath === undefined ? [] : ['--host', `unix://${socketPath}`]),
    ...['system', 'dial-stdio'],
  ];
}

/** Connections to an engine on another machine: each is an ssh process, kept for the next request. */
export class SshAgent extends http.Agent {
  constructor(private readonly endpoint: SshEndpoint) {
    super({ keepAlive: true, maxSockets: CONNECTIONS, maxFreeSockets: CONNECTIONS });
  }

  override createConnection(): Duplex {
    return dialSsh(this.endpoint);
  }
}

/** A connection by itself. */
export const dialSsh = (endpoint: SshEndpoint): Duplex =>
  new ProcessConnection(spawn('ssh', sshArguments(endpoint), { stdio: ['pipe', 'pipe', 'pipe'], env: process.env }));

/** A process whose input and output are a connection. When it ends early, its own words are the error. */
class ProcessConnection extends Duplex {
  private words = '';

  constructor(private readonly child: ChildProcess) {
    super();
    const { stdin, stdout, stderr } = this;
    stdout.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) stdout.pause();
    });
    stdout.on('timeout', () => this.emit('timeout'));
    stderr.setEncoding('utf8').on('data', (text: string) => {
      this.words = (this.words + text).slice(-MAX_WORDS);
    });
    stdin.on('error', () => undefined);
    child.on('error', (error) => this.destroy(error));
    child.on('close', (code) => {
      if (code) this.destroy(new Error(`ssh ended with ${code}: ${lastLine(this.words)}`));
      else this.push(null);
    });
  }

  override _read(): void {
    this.stdout.resume();
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    // A process that has ended says why when it is closed.
    this.stdin.write(chunk, (error) => done((error as NodeJS.ErrnoException | null)?.code === 'EPIPE' ? null : error));
  }

  override _final(done: () => void): void {
    this.stdin.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.child.kill();
    done(error);
  }

  // What http asks of a socket.
  setTimeout(ms: number): this {
    this.stdout.setTimeout(ms);
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  ref(): this {
    this.child.ref();
    for (const stream of [this.stdin, this.stdout, this.stderr]) stream.ref();
    return this;
  }
  /** A connection that waits for its next request keeps nobody from ending. */
  unref(): this {
    this.child.unref();
    for (const stream of [this.stdin, this.stdout, this.stderr]) stream.unref();
    return this;
  }

  // Pipes of a child process are sockets.
  private get stdin(): Socket {
    return this.child.stdin as Socket;
  }
  private get stdout(): Socket {
    return this.child.stdout as Socket;
  }
  private get stderr(): Socket {
    return this.child.stderr as Socket;
  }
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';

import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { Counter, Gauge, type Registry } from 'prom-client';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { CodedError } from '../domain/coded-error';
import { EngineError, errorBody } from './errors';

/** Why a connection is ended, in the range that RFC 6455 leaves to applications. */
export const SocketClose = {
  /** Its client was not heard of for longer than its heartbeat. */
  silent: 4408,
  /** Its client does not read what it is sent. */
  slow: 4429,
  /** Its client sends what is no JSON, again and again. */
  malformed: 4400,
} as const;

/** RFC 6455: the engine goes away. */
const GOING_AWAY = 1001;
/** As of an HTTP body. */
const MAX_MESSAGE_BYTES = 256 * 1024;
/** Of what a client has not read. */
const MOST_UNREAD_BYTES = 1 << 20;
const HEARTBEAT_MS = 30_000;
/** Messages in a row that are no JSON. */
const MOST_MALFORMED = 16;
/** A closing handshake may take so long before the connection is cut. */
const CLOSE_WITHIN_MS = 2000;
/** Between two looks at who was heard. */
const LOOK_MS = 100;

/** One end of a WebSocket, as the engine's side of it sees it. */
export interface SocketPeer {
  /** What the gateway in front says of the client, by header. */
  header(name: string): string | undefined;
  /** JSON, or an object that becomes it. Never waits: a client that leaves more than 1 MiB unread is dropped. */
  send(message: string | object): void;
  /** Bytes that were sent and not taken by the network yet. */
  readonly unread: number;
  /** The client is dropped when nothing of it, not even a pong, was heard for so long. @default 30 s */
  heartbeatMs: number;
  /** The client is not read from for now: the network pushes back. */
  pause(): void;
  resume(): void;
}

/** What the engine makes of one connection. */
export interface SocketHandler {
  /** A JSON value of any shape. */
  message(value: unknown): void;
  /** Called once, however it ended. */
  closed(): void;
}

/** A WebSocket endpoint of an engine: each message is one JSON text. */
export interface SocketRoute<E> {
  readonly path: string;
  readonly summary: string;
  /** Before the handshake. @throws EngineError which refuses it */
  readonly admit?: (engine: E) => void;
  readonly open: (peer: SocketPeer, engine: E) => SocketHandler;
}

interface Counts {
  readonly messages: Counter<'direction'>;
  readonly drops: Counter<'why'>;
}

class Peer implements SocketPeer {
  heartbeatMs = HEARTBEAT_MS;
  heardAt = performance.now();
  private pingedAt = this.heardAt;
  private malformed = 0;
  private paused = false;
  private handler: SocketHandler | undefined;

  constructor(
    private readonly socket: WebSocket,
    private readonly request: IncomingMessage,
    private readonly counts: Counts,
  ) {
    socket.on('pong', () => this.heard());
    socket.on('ping', () => this.heard());
    // What follows is 'close'.
    socket.on('error', () => undefined);
  }

  /** From now on messages go to the handler. */
  serve(handler: SocketHandler, accepts: () => boolean): void {
    this.handler = handler;
    this.socket.on('close', () => handler.closed());
    this.socket.on('message', (data, isBinary) => {
      this.heard();
      if (accepts()) this.take(data, isBinary);
    });
  }

  header(name: string): string | undefined {
    const value = this.request.headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  get unread(): number {
    return this.socket.bufferedAmount;
  }

  send(message: string | object): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    this.counts.messages.inc({ direction: 'out' });
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
    if (this.unread > MOST_UNREAD_BYTES) this.drop('slow', 'it does not read what it is sent');
  }

  pause(): void {
    this.paused = true;
    this.socket.pause();
  }

  resume(): void {
    this.paused = false;
    this.heard();
    this.socket.resume();
  }

  /** Pings in time, and drops who does not answer. */
  watch(now: number): void {
    if (this.paused) return;
    if (now - this.heardAt > this.heartbeatMs) this.drop('silent', `nothing was heard for ${this.heartbeatMs} ms`);
    else if (now - this.pingedAt > this.heartbeatMs / 3 && this.socket.readyState === this.socket.OPEN) {
      this.pingedAt = now;
      this.socket.ping();
    }
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason);
    setTimeout(() => this.socket.terminate(), CLOSE_WITHIN_MS).unref();
  }

  terminate(): void {
    this.socket.terminate();
  }

  /** Who is silent has gone: there is nobody to wait for. */
  private drop(why: keyof typeof SocketClose, reason: string): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    this.counts.drops.inc({ why });
    this.close(SocketClose[why], reason);
    if (why === 'silent') this.socket.terminate();
  }

  private heard(): void {
    this.heardAt = performance.now();
  }

  private take(data: RawData, isBinary: boolean): void {
    this.counts.messages.inc({ direction: 'in' });
    let value: unknown;
    try {
      if (isBinary) throw new SyntaxError('a binary message');
      value = JSON.parse(String(data));
    } catch (error) {
      const { message } = error as Error;
      this.send({ status: 400, body: { code: 'NAUT_JSON_MALFORMED', message, fix: 'send one JSON text a message' } });
      if (++this.malformed === MOST_MALFORMED)
        this.drop('malformed', `${MOST_MALFORMED} messages in a row are no JSON`);
      return;
    }
    this.malformed = 0;
    this.handler?.message(value);
  }
}

/** What the endpoints need of the process. */
interface Process<E> {
  /** @throws EngineError while there is none that can serve */
  engine(): E;
  /** False once the engine stops. */
  accepts(): boolean;
}

/** The engine's WebSocket endpoints, on the server that its other routes are on. */
export class WebSockets<E> {
  private readonly server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    clientTracking: false,
  });
  private readonly peers = new Set<Peer>();
  private readonly counts: Counts;
  private readonly watch: NodeJS.Timeout;
  private lookedAt = performance.now();

  constructor(
    private readonly http: Server,
    private readonly routes: readonly SocketRoute<E>[],
    private readonly process: Process<E>,
    metrics: Registry,
  ) {
    const { peers } = this;
    new Gauge({
      name: 'nautilus_socket_connections',
      help: 'WebSockets that are open',
      registers: [metrics],
      collect() {
        this.set(peers.size);
      },
    });
    this.counts = {
      messages: new Counter({
        name: 'nautilus_socket_messages_total',
        help: 'Messages over WebSockets',
        labelNames: ['direction'],
        registers: [metrics],
      }),
      drops: new Counter({
        name: 'nautilus_socket_drops_total',
        help: 'WebSockets that the engine ended: a slow reader, a silent client, one that sends no JSON',
        labelNames: ['why'],
        registers: [metrics],
      }),
    };
    for (const direction of ['in', 'out']) this.counts.messages.inc({ direction }, 0);
    for (const why of Object.keys(SocketClose)) this.counts.drops.inc({ why }, 0);
    http.on('upgrade', this.onUpgrade);
    this.watch = setInterval(this.look, LOOK_MS).unref();
  }

  /** Tells every client to go, and cuts who stays. */
  async close(): Promise<void> {
    clearInterval(this.watch);
    for (const peer of this.peers) peer.close(GOING_AWAY, 'the engine stops');
    const until = performance.now() + CLOSE_WITHIN_MS / 2;
    while (this.peers.size > 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 5));
    for (const peer of this.peers) peer.terminate();
  }

  private readonly onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
      this.passOver(request, socket, head);
      return;
    }
    const path = (request.url ?? '').split('?')[0];
    const route = this.routes.find((one) => one.path === path);
    try {
      if (route === undefined) throw unknown(path);
      const engine = this.process.engine();
      route.admit?.(engine);
      this.server.handleUpgrade(request, socket, head, (accepted) => this.accept(accepted, request, route, engine));
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      refuseUpgrade(socket, error);
    }
  };

  /**
   * A request that offers something else (Java's client offers HTTP/2) is one like any other. Node has taken it from its parser, so it goes
   * in again without the offer; the connection ends with the answer.
   */
  private passOver({ method, url, rawHeaders }: IncomingMessage, socket: Duplex, head: Buffer): void {
    const lines = [`${method} ${url} HTTP/1.1`, 'connection: close'];
    for (let at = 0; at < rawHeaders.length; at += 2) {
      const name = rawHeaders[at]!;
      if (!/^(connection|upgrade|http2-settings)$/i.test(name)) lines.push(`${name}: ${rawHeaders[at + 1]}`);
    }
    socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
    this.http.emit('connection', socket);
  }

  private accept(socket: WebSocket, request: IncomingMessage, route: SocketRoute<E>, engine: E): void {
    const peer = new Peer(socket, request, this.counts);
    this.peers.add(peer);
    socket.on('close', () => this.peers.delete(peer));
    peer.serve(route.open(peer, engine), this.process.accepts);
  }

  /** While this process itself did not run, nobody could be heard. */
  private readonly look = (): void => {
    const now = performance.now();
    const late = now - this.lookedAt - LOOK_MS;
    this.lookedAt = now;
    for (const peer of this.peers) {
      if (late > LOOK_MS) peer.heardAt += late;
      peer.watch(now);
    }
  };
}

const unknown = (path: string | undefined) =>
  new EngineError({
    status: 404,
    code: 'NAUT_ROUTE_UNKNOWN',
    message: `there is no WebSocket at ${path}`,
    value: path,
    fix: 'the reference of the engine lists its routes',
  });

function refuseUpgrade(socket: Duplex, error: CodedError): void {
  const status = error instanceof EngineError ? error.status : 500;
  const body = JSON.stringify(errorBody(error));
  const head = ['content-type: application/json; charset=utf-8', `content-length: ${Buffer.byteLength(body)}`];
  socket.on('error', () => undefined);
  socket.end([`HTTP/1.1 ${status} Refused`, ...head, 'connection: close', '', body].join('\r\n'));
}

import net from 'node:net';
import { CodedError } from '../domain';
import { attempt, Connection, deliver, logoutAll } from './connection';
import { Tag } from './fields';
import type { FixMessage } from './message';
import type { FixSession } from './session';

const TICK_MS = 100;
const LOGON_WITHIN_MS = 10_000;

export interface AcceptorOptions {
  readonly host: string;
  readonly port: number;
  readonly sessions: readonly FixSession[];
  readonly log: (what: string, details: object) => void;
}

/** Listens for counterparties; a session belongs to the connection whose Logon names it, one at a time. */
export class Acceptor {
  private readonly server = net.createServer((socket) => this.accept(socket));
  private readonly sockets = new Set<net.Socket>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: AcceptorOptions) {}

  /** @throws CodedError NAUT_FIX_PORT */
  async start(): Promise<void> {
    const { host, port, sessions } = this.options;
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', (error) => reject(noPort(host, port, error)));
      this.server.listen(port, host, () => {
        this.server.removeAllListeners('error');
        resolve();
      });
    });
    this.timer = setInterval(() => {
      for (const session of sessions) attempt(session, () => session.tick());
    }, TICK_MS);
  }

  get port(): number {
    return (this.server.address() as net.AddressInfo).port;
  }

  /** Logs every session out and closes. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    await logoutAll(this.options.sessions);
    clearInterval(this.timer);
    for (const socket of this.sockets) socket.destroySoon();
    await closed;
  }

  private accept(socket: net.Socket): void {
    const { log } = this.options;
    let session: FixSession | undefined;
    const impatience = setTimeout(() => connection.close('no Logon came'), LOGON_WITHIN_MS);
    const from = `${socket.remoteAddress}:${socket.remotePort}`;
    this.sockets.add(socket);
    const connection = new Connection(socket, {
      message: (message) => {
        if (session === undefined) {
          clearTimeout(impatience);
          session = this.sessionFor(message, from);
          if (session === undefined) return connection.close('refused');
          attempt(session, () => (session as FixSession).connect(connection));
        }
        deliver(session, message);
      },
      garbled: (text, why) => log('garbled bytes', { from, why, text: text.slice(0, 200) }),
      closed: (reason) => {
        clearTimeout(impatience);
        this.sockets.delete(socket);
        session?.disconnected(reason, connection);
      },
    });
  }

  /** Whoever is not known, or is connected already, gets no answer: it may be anybody. */
  private sessionFor(message: FixMessage, from: string): FixSession | undefined {
    const sender = message.text(Tag.SenderCompID);
    const target = message.text(Tag.TargetCompID);
    const session = this.options.sessions.find(
      ({ settings }) => settings.targetCompId === sender && settings.senderCompId === target,
    );
    const why =
      message.type !== 'A'
        ? 'the first message is no Logon'
        : session === undefined
          ? 'no such session'
          : session.connected
            ? 'the session is connected already'
            : undefined;
    if (why === undefined) return session;
    this.options.log('connection refused', { from, why, message: message.toString() });
    return undefined;
  }
}

const noPort = (host: string, port: number, error: Error) =>
  new CodedError({
    code: 'NAUT_FIX_PORT',
    message: `FIX cannot listen on ${host}:${port}: ${error.message}`,
    fix: 'change trading.fix.port in the profile, or stop what listens there',
  });

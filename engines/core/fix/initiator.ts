import net from 'node:net';
import { attempt, Connection, deliver, logoutAll } from './connection';
import type { FixSession } from './session';

const TICK_MS = 100;
const FIRST_RETRY_MS = 250;
const MOST_RETRY_MS = 10_000;

/** How far a connection came, and why it ended. */
export interface ConnectionEnd {
  /** No connection; one that ended before the counterparty's Logon; a session that was on. */
  readonly stage: 'unreachable' | 'refused' | 'lost';
  readonly reason: string;
}

export interface InitiatorOptions {
  readonly host: string;
  readonly port: number;
  readonly session: FixSession;
  readonly ended?: (end: ConnectionEnd) => void;
  readonly log: (what: string, details: object) => void;
}

/** Keeps a session connected: when the counterparty is away it is tried again, ever more slowly. */
export class Initiator {
  private timer: NodeJS.Timeout | undefined;
  private retry: NodeJS.Timeout | undefined;
  private retryMs = FIRST_RETRY_MS;
  private socket: net.Socket | undefined;
  private stopped = false;

  constructor(private readonly options: InitiatorOptions) {}

  start(): void {
    const { session } = this.options;
    this.timer = setInterval(() => {
      if (session.loggedOn) this.retryMs = FIRST_RETRY_MS;
      attempt(session, () => session.tick());
    }, TICK_MS);
    this.open();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.retry);
    await logoutAll([this.options.session]);
    clearInterval(this.timer);
    this.socket?.destroySoon();
  }

  private open(): void {
    const { host, port, session, log, ended } = this.options;
    let stage: ConnectionEnd['stage'] = 'unreachable';
    const socket = net.connect({ host, port });
    this.socket = socket;
    const connection = new Connection(socket, {
      message: (message) => {
        deliver(session, message);
        if (session.loggedOn) stage = 'lost';
      },
      garbled: (text, why) => log('garbled bytes', { why, text: text.slice(0, 200) }),
      closed: (reason) => {
        session.disconnected(reason, connection);
        ended?.({ stage, reason });
        if (this.stopped) return;
        log('not connected', { host, port, stage, reason, retryMs: this.retryMs });
        this.retry = setTimeout(() => this.open(), this.retryMs);
        this.retryMs = Math.min(MOST_RETRY_MS, this.retryMs * 2);
      },
    });
    socket.once('connect', () => {
      stage = 'refused';
      attempt(session, () => session.connect(connection));
    });
  }
}

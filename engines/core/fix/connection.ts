import type { Socket } from 'node:net';
import { Framer } from './frame';
import { type FixMessage, parse } from './message';
import type { Link } from './outbound';
import type { FixSession } from './session';

/** How long an ended connection may take to send its last bytes. */
const CLOSE_WITHIN_MS = 2_000;
const LOGOUT_WITHIN_MS = 1_000;

interface ConnectionEvents {
  message(message: FixMessage): void;
  garbled(text: string, why: string): void;
  closed(reason: string): void;
}

/** A socket that speaks FIX. */
export class Connection implements Link {
  private reason = 'the connection was closed';

  constructor(
    private readonly socket: Socket,
    events: ConnectionEvents,
  ) {
    const framer = new Framer({
      frame: (text) => events.message(parse(text)),
      garbled: (text, why) => events.garbled(text, why),
    });
    socket.setNoDelay(true);
    socket.on('data', (bytes) => framer.push(bytes));
    socket.on('error', (error) => {
      this.reason = error.message;
    });
    socket.on('close', () => events.closed(this.reason));
  }

  get backlog(): number {
    return this.socket.writableLength;
  }

  write(bytes: Buffer): void {
    this.socket.write(bytes);
  }

  close(reason: string): void {
    this.reason = reason;
    const { socket } = this;
    socket.end();
    setTimeout(() => socket.destroy(), CLOSE_WITHIN_MS).unref();
  }
}

/** Ends sessions in good order, as far as their counterparties answer soon. */
export async function logoutAll(sessions: readonly FixSession[]): Promise<void> {
  for (const session of sessions) attempt(session, () => session.logout('this side stops'));
  const until = Date.now() + LOGOUT_WITHIN_MS;
  while (Date.now() < until && sessions.some(({ connected }) => connected))
    await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Hands a connection's message to its session. */
export function deliver(session: FixSession, message: FixMessage): void {
  attempt(session, () => session.receive(message));
}

/** What a session cannot keep, because its disk refuses, ends the session instead of the process. */
export function attempt(session: FixSession, act: () => void): void {
  try {
    act();
  } catch (error) {
    session.fail(error as Error);
  }
}

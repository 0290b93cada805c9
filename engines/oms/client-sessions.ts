/** Clients that are logged on. A session is known by its account and number; numbers below 0 are the order system's own. */
export interface ClientSession {
  readonly account: number;
  readonly session: number;
  /** 1: its day orders are cancelled when it ends. */
  readonly cancelOnDisconnect: number;
  /** It has to be heard of within so long; 0: it may be silent. */
  readonly heartbeatMs: number;
}

/** One number of an account and a session. */
export const sessionKey = (account: number, session: number): number => account * 4294967296 + (session >>> 0);

export class ClientSessions {
  private readonly byKey = new Map<number, ClientSession>();
  /** The order system's own sessions so far. */
  numbered = 0;

  /** The next of them: -1 would be any session to a sweep. */
  get nextOwn(): number {
    return -Math.max(2, this.numbered + 1);
  }

  get(account: number, session: number): ClientSession | undefined {
    return this.byKey.get(sessionKey(account, session));
  }

  begin(session: ClientSession): void {
    this.byKey.set(sessionKey(session.account, session.session), session);
    if (session.session < 0) this.numbered = Math.max(this.numbered, -session.session);
  }

  end(account: number, session: number): void {
    this.byKey.delete(sessionKey(account, session));
  }

  all(): readonly ClientSession[] {
    return [...this.byKey.values()];
  }
}

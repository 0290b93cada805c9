import type { SocketHandler, SocketPeer } from '@nautilus/core/kernel';

/** Follows the order journal in this process and tells its clients: FIX. */
export interface Gateway {
  start(): Promise<void>;
  poll(): number;
  /** Resolves when it will never need the records up to this one again. */
  reached(record: number): Promise<void>;
  stop(): Promise<void>;
}

/** Clients over WebSockets. */
export interface Sockets {
  /** @throws EngineError NAUT_ORDER_CONNECTIONS */
  admit(): void;
  connect(peer: SocketPeer): SocketHandler;
  /** Tells them what is durable and was not told. */
  poll(): number;
}

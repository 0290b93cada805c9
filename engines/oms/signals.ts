/** Told what each record implies for the outside, in the order in which it must be sent. */
export interface OutputListener {
  /** `sequence` counts all commands that the journal implies; the order's columns hold what to send. */
  command(sequence: number, kind: number, index: number): void;
  /** `sequence` counts all answers to shared-memory entries that the journal implies; the record holds whom it is for. */
  ack(sequence: number, kind: number, orderId: number, reason: number): void;
  /** An order has changed by an OrderEvent; the last execution is its news when that is a fill. `sequence` counts all changes. */
  update(sequence: number, event: number, index: number): void;
}

const nobody: OutputListener = { command: () => undefined, ack: () => undefined, update: () => undefined };

/** Numbers what the journal implies, and tells the listener. */
export class Signals {
  commands = 0;
  acks = 0;
  updates = 0;

  constructor(private readonly listener: OutputListener = nobody) {}

  command(kind: number, index: number): void {
    this.listener.command(++this.commands, kind, index);
  }

  ack(kind: number, orderId: number, reason: number): void {
    this.listener.ack(++this.acks, kind, orderId, reason);
  }

  update(event: number, index: number): void {
    this.listener.update(++this.updates, event, index);
  }
}

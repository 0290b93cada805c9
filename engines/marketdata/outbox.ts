import type { Fields, Values } from '@nautilus/core/domain';
import type { Publication } from '@nautilus/core/transport';

/** Numbered messages of one topic: none is published twice, and one that finds no room waits. */
export class Outbox<F extends Fields & { readonly sequence: 'f64' }> {
  private readonly waiting: Values<F>[] = [];
  private next = 1;
  /** Published by an earlier life of this process. */
  private readonly published: number;

  constructor(private readonly publication: Publication<F>) {
    this.published = publication.last()?.sequence ?? 0;
  }

  /** Publishes the next message, which is written by `values`, unless an earlier life did. */
  push(values: Values<Omit<F, 'sequence'>>): void {
    const sequence = this.next++;
    if (sequence > this.published) this.waiting.push({ ...values, sequence } as Values<F>);
  }

  /** Commits what has room. True when nothing waits. */
  flush(): boolean {
    if (this.waiting.length === 0) return true;
    let sent = 0;
    for (const values of this.waiting) {
      const slot = this.publication.claim();
      if (slot === undefined) break;
      slot.assign(values);
      sent++;
    }
    this.publication.commit();
    this.waiting.splice(0, sent);
    return this.waiting.length === 0;
  }
}

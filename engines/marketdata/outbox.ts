import type { Fields, Values, View } from '@nautilus/core/domain';
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

  /** Writes the next message for `flush` to show, unless an earlier life published it. */
  push(values: Values<Omit<F, 'sequence'>>): void {
    const sequence = this.next++;
    if (sequence <= this.published) return;
    const slot = this.waiting.length === 0 ? this.publication.claim() : undefined;
    if (slot === undefined) this.waiting.push({ ...values, sequence } as Values<F>);
    else this.write(slot, values as Values<F>, sequence);
  }

  /** Shows what is written, and of what waits as much as has room. True when nothing waits. */
  flush(): boolean {
    let sent = 0;
    for (const values of this.waiting) {
      const slot = this.publication.claim();
      if (slot === undefined) break;
      this.write(slot, values, values.sequence);
      sent++;
    }
    this.publication.commit();
    if (sent > 0) this.waiting.splice(0, sent);
    return this.waiting.length === 0;
  }

  private write(slot: View<F>, values: Values<F>, sequence: number): void {
    slot.assign(values);
    (slot as { sequence: number }).sequence = sequence;
  }
}

import { PRICE_UNITS } from '@nautilus/core/domain';
import { Gauge, type Registry } from 'prom-client';
import type { ChildOrders } from './desk/child-orders';

/** What the desk knows of each venue, by name. */
export function exportVenues(metrics: Registry, names: readonly string[], { tally, router }: ChildOrders): void {
  gauge('up', '1 while the venue can be reached', (venue) => (router.isDown(venue) ? 0 : 1));
  gauge('orders', 'Orders sent there since the session began', (venue) => tally.orders[venue]!);
  gauge('rejects', 'Of them refused there', (venue) => tally.rejects[venue]!);
  gauge('fills', 'Fills there', (venue) => tally.fills[venue]!);
  gauge('filled_shares', 'Shares traded there', (venue) => tally.shares[venue]!);
  gauge('fees', 'Paid there, in currency; rebates are below zero', (venue) => tally.fees[venue]! / PRICE_UNITS);
  gauge('answers', 'Orders that it accepted or refused', (venue) => tally.answers[venue]!);
  gauge('answer_seconds', 'Market time that took, together', (venue) => tally.answerNs[venue]! / 1e9);

  function gauge(name: string, help: string, of: (venue: number) => number): void {
    new Gauge({
      name: `nautilus_ems_venue_${name}`,
      help,
      labelNames: ['venue'],
      registers: [metrics],
      collect() {
        for (const [index, venue] of names.entries()) this.set({ venue }, of(index));
      },
    });
  }
}

/** A simulated venue: its part of the recorded market. */
export interface VenueShare {
  /** Weight of its share of the recorded orders, above 0. */
  readonly share: number;
}

/** In place of a venue: all of them. */
export const EVERY_VENUE = 255;

/** Spreads consecutive order numbers evenly over 32 bits (the finaliser of MurmurHash3). */
function scatter(orderId: number): number {
  let hash = (orderId ^ Math.floor(orderId / 0x1_0000_0000)) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * Fragments a recorded market that had one book over several venues: each recorded order stands at one of them for all its life, the
 * same one in every engine and every replay, and each venue gets its share of the orders. All books together are the recorded one.
 *
 * @returns a function from a recorded order's number to the place of its venue in `venues`
 */
export function venueOfOrder(venues: readonly VenueShare[]): (orderId: number) => number {
  const total = venues.reduce((sum, { share }) => sum + share, 0);
  let sum = 0;
  // The first hash that is the next venue's.
  const bounds = venues.map(({ share }) => {
    sum += share;
    return Math.round((sum / total) * 2 ** 32);
  });
  const last = venues.length - 1;
  if (last === 0) return () => 0;
  return (orderId) => {
    const hash = scatter(orderId);
    let venue = 0;
    while (venue < last && hash >= (bounds[venue] as number)) venue++;
    return venue;
  };
}

import { type Check, type CheckInput, quote } from './check';

type Venue = NonNullable<NonNullable<CheckInput['source']['trading']>['venues']>[number];
type FixVenue = Extract<Venue, { kind: 'fix' }>;

const isHere = (host: string) => host === 'localhost' || host.startsWith('127.');

/** A venue over FIX is another platform's, one session each, for instruments that there are, and it lives by the clock on the wall. */
export const fixVenuesAreRight: Check = ({ source: { trading }, position }) => {
  const { venues = [], instruments, fix, speed } = trading ?? {};
  const symbols = instruments?.map(({ symbol }) => symbol);
  const pairOf = ({ senderCompId, targetCompId }: FixVenue) => `${senderCompId} to ${targetCompId}`;
  const pairs = venues.map((venue) => (venue.kind === 'fix' ? pairOf(venue) : undefined));
  return venues.flatMap((venue, index) => {
    if (venue.kind !== 'fix') return [];
    const at = (key: string) => position(['trading', 'venues', index, key]);
    const where = `trading.venues.${index}`;
    return [
      ...(pairs.indexOf(pairs[index]) === index
        ? []
        : [
            {
              code: 'NAUT_DUPLICATE' as const,
              message: `trading.venues has the session ${pairs[index]} twice`,
              value: quote(pairs[index]),
              allowed: 'each pair of CompIDs once',
              fix: `change ${where}.senderCompId: the venue gives each session its own`,
              position: at('senderCompId'),
            },
          ]),
      ...Object.keys(venue.symbols ?? {})
        .filter((symbol) => symbols !== undefined && !symbols.includes(symbol))
        .map((symbol) => ({
          code: 'NAUT_PROFILE_VALUE' as const,
          message: `${where}.symbols names none of trading.instruments`,
          value: quote(symbol),
          allowed: symbols?.join(', '),
          fix: 'write our symbol on the left and the venue’s on the right',
          position: at('symbols'),
        })),
      ...(fix !== undefined && isHere(venue.host ?? '') && venue.port === fix.port
        ? [
            {
              code: 'NAUT_PROFILE_VALUE' as const,
              message: `${where} is this platform's own trading.fix: its orders would come back to it`,
              value: `${venue.host}:${venue.port}`,
              allowed: 'host and port of another platform or of a venue',
              fix: `change ${where}.port`,
              position: at('port'),
            },
          ]
        : []),
      ...(speed === 'full'
        ? [
            {
              code: 'NAUT_PROFILE_VALUE' as const,
              message: `${where} is of kind fix, and trading.speed is full: the venue would be late before it could answer`,
              value: 'full',
              allowed: 'trading.speed: real, or a number',
              fix: 'write trading.speed: real',
              position: position(['trading', 'speed']),
            },
          ]
        : []),
    ];
  });
};

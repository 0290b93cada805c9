import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { filesOf, symbolsOf } from '../feeds';
import { type Check, type CheckInput, quote } from './check';

const duplicates = (
  list: 'instruments' | 'accounts' | 'venues',
  key: string,
  values: readonly unknown[],
  { position }: CheckInput,
) =>
  values.flatMap((value, index) =>
    values.indexOf(value) === index
      ? []
      : [
          {
            code: 'NAUT_DUPLICATE' as const,
            message: `trading.${list} has the ${key} ${quote(value)} twice`,
            value: quote(value),
            allowed: `a ${key} that no other of the ${list} has`,
            fix: `change trading.${list}.${index}.${key}`,
            position: position(['trading', list, index, key]),
          },
        ],
  );

/** Instruments and accounts are rows of shared tables: each row and each name once; a venue is found by its name. */
export const tradingNamesAreUnique: Check = (input) => {
  const { instruments = [], accounts = [], venues = [] } = input.source.trading ?? {};
  return [
    ...duplicates(
      'instruments',
      'id',
      instruments.map(({ id }) => id),
      input,
    ),
    ...duplicates(
      'instruments',
      'symbol',
      instruments.map(({ symbol }) => symbol),
      input,
    ),
    ...duplicates(
      'accounts',
      'id',
      accounts.map(({ id }) => id),
      input,
    ),
    ...duplicates(
      'accounts',
      'name',
      accounts.map(({ name }) => name),
      input,
    ),
    ...duplicates(
      'venues',
      'name',
      venues.map(({ name }) => name),
      input,
    ),
  ];
};

/** Feeds are about instruments that are traded, at venues that there are. */
export const feedsAreTraded: Check = ({ source: { trading }, position }) => {
  if (!trading?.feeds || !trading.instruments) return [];
  const symbols = trading.instruments.map(({ symbol }) => symbol);
  const venues = trading.venues?.map(({ name }) => name) ?? [];
  return trading.feeds.flatMap((feed, index) => {
    const key = feed.kind === 'lobster' ? 'instrument' : 'instruments';
    const none = (at: string, value: string, list: 'instruments' | 'venues', allowed: readonly string[]) => ({
      code: 'NAUT_PROFILE_VALUE' as const,
      message: `trading.feeds.${index}.${at} is none of trading.${list}`,
      value: quote(value),
      allowed: allowed.join(', '),
      fix: `name one of trading.${list}, or add it there`,
      position: position(['trading', 'feeds', index, at]),
    });
    const venue = 'venue' in feed ? feed.venue : undefined;
    return [
      ...symbolsOf(feed)
        .filter((symbol) => !symbols.includes(symbol))
        .map((symbol) => none(key, symbol, 'instruments', symbols)),
      ...(venue === undefined || venues.length === 0 || venues.includes(venue)
        ? []
        : [none('venue', venue, 'venues', venues)]),
    ];
  });
};

/** Absolute path of a feed's file, or `sample`. */
export const feedFile = (profileFile: string, file: string) =>
  file === 'sample' ? file : resolve(dirname(profileFile), file);

/** The files that are to be replayed are there. */
export const feedsExist: Check = ({ file, source: { trading }, position }) =>
  (trading?.feeds ?? []).flatMap((feed, index) =>
    filesOf(feed).flatMap(([key, name]) => {
      const path = feedFile(file, name);
      if (path === 'sample' || existsSync(path)) return [];
      return [
        {
          code: 'NAUT_FILE_NOT_FOUND' as const,
          message: `trading.feeds.${index}.${key}: there is no file ${path}`,
          value: quote(name),
          allowed: 'a file, relative to the profile; of kind lobster also sample',
          fix: 'correct the path',
          position: position(['trading', 'feeds', index, key]),
        },
      ];
    }),
  );

import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Check, type CheckInput, quote } from './check';

const duplicates = (
  list: 'instruments' | 'accounts',
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

/** Instruments and accounts are rows of shared tables: each row and each name once. */
export const tradingNamesAreUnique: Check = (input) => {
  const { instruments = [], accounts = [] } = input.source.trading ?? {};
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
  ];
};

/** The feed is about an instrument that is traded. */
export const feedIsTraded: Check = ({ source: { trading }, position }) => {
  if (!trading?.feed || !trading.instruments) return [];
  const symbols = trading.instruments.map(({ symbol }) => symbol);
  if (symbols.includes(trading.feed.instrument)) return [];
  return [
    {
      code: 'NAUT_PROFILE_VALUE',
      message: 'trading.feed.instrument is none of trading.instruments',
      value: quote(trading.feed.instrument),
      allowed: symbols.join(', '),
      fix: 'name one of them, or add the instrument',
      position: position(['trading', 'feed', 'instrument']),
    },
  ];
};

/** Absolute path of the feed's file, or `sample`. */
export const feedFile = (profileFile: string, file: string) =>
  file === 'sample' ? file : resolve(dirname(profileFile), file);

/** The file that is to be replayed is there. */
export const feedExists: Check = ({ file, source: { trading }, position }) => {
  if (!trading?.feed || trading.feed.file === 'sample') return [];
  const path = feedFile(file, trading.feed.file);
  if (existsSync(path)) return [];
  return [
    {
      code: 'NAUT_FILE_NOT_FOUND',
      message: `trading.feed.file: there is no file ${path}`,
      value: quote(trading.feed.file),
      allowed: 'sample, or a LOBSTER message file, relative to the profile',
      fix: 'correct the path, or write sample',
      position: position(['trading', 'feed', 'file']),
    },
  ];
};

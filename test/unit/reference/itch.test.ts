import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type ItchKind, itchLayout, itchMessages, widthOf } from '../../../engines/marketdata/itch/messages';

const page = path.join(__dirname, '../../../docs/reference/itch.md');

const types: Readonly<Record<string, string>> = {
  u16: 'integer',
  u32: 'integer',
  u48: 'integer, nanoseconds after midnight',
  u64: 'integer',
  price4: 'price, 4 implied decimals',
  price8: 'price, 8 implied decimals',
};

function section(kind: ItchKind): string[] {
  const { fields, length } = itchLayout(kind);
  return [
    `## ${kind}: ${itchMessages[kind].name}, ${length} bytes`,
    '',
    '| field | offset | length | is |',
    '|---|---|---|---|',
    ...fields
      .slice(3)
      .map(({ name, type, offset }) => `| ${name} | ${offset} | ${widthOf(type)} | ${types[type] ?? 'text'} |`),
    '',
  ];
}

/** The page as the table of messages says it. */
function reference(): string {
  const kinds = Object.keys(itchMessages) as ItchKind[];
  const header = itchLayout('D')
    .fields.slice(0, 3)
    .map(({ name, type, offset }) => `\`${name}\` at ${offset} (${widthOf(type)} bytes)`)
    .join(', ');
  return [
    '# Reference: ITCH 5.0',
    '',
    'The messages of NASDAQ TotalView-ITCH 5.0 as `engines/marketdata/itch/messages.ts` has them, from which they are read and written. Generated:',
    '`NAUTILUS_UPDATE_SNAPSHOTS=1 npx jest test/unit/reference` writes this page; `test/unit/marketdata/itch-messages.test.ts` holds it against the',
    'offsets and lengths of Nasdaq’s specification. What the feed makes of them: [market data](../market-data.md#itch).',
    '',
    'Integers are big-endian, texts are padded with blanks on the right, offsets count from the byte of the type, which is at 0. Then every message has',
    `${header}: stock locate, tracking number, nanoseconds after midnight.`,
    '',
    '| type | message | bytes |',
    '|---|---|---|',
    ...kinds.map((kind) => `| ${kind} | ${itchMessages[kind].name} | ${itchLayout(kind).length} |`),
    '',
    ...kinds.flatMap(section),
  ].join('\n');
}

test('the reference of ITCH is what the table of messages says', () => {
  if (process.env.NAUTILUS_UPDATE_SNAPSHOTS === '1') writeFileSync(page, reference());
  expect(readFileSync(page, 'utf8')).toBe(reference());
});

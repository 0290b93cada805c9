import { Tick, useHubs } from './scratch';

const memory = useHubs();
const table = { name: 'test.table', layout: Tick, rows: 4 };

test('a row reads as it was written last, and as zeros before', () => {
  const writer = memory.hub().table(table);
  const reader = memory.hub().openTable(table);
  expect(reader.snapshot(3)).toEqual({ sequence: 0, value: 0, check: 0, tag: 0 });
  for (let i = 1; i <= 9; i++) writer.write(3, (row) => row.assign({ sequence: i, value: i / 2, check: -i, tag: i }));
  expect(reader.snapshot(3)).toEqual({ sequence: 9, value: 4.5, check: -9, tag: 9 });
  expect(reader.snapshot(2)).toEqual({ sequence: 0, value: 0, check: 0, tag: 0 });
  expect(reader.read(3).value).toBe(4.5);
});

test('a row that is read again and again is as it stands then', () => {
  const writer = memory.hub().table(table);
  const reader = memory.hub().openTable(table);
  for (let i = 1; i <= 20; i++) {
    const row = i % 2;
    writer.write(row, (values) => values.assign({ sequence: i }));
    for (let again = 0; again < 2; again++) expect(reader.read(row).sequence).toBe(i);
    expect(reader.read(1 - row).sequence).toBe(i - 1);
  }
});

test('fields that are not assigned stay', () => {
  const writer = memory.hub().table(table);
  writer.write(0, (row) => row.assign({ sequence: 1, tag: 7 }));
  writer.write(0, (row) => {
    row.sequence = 2;
  });
  expect(memory.hub().openTable(table).snapshot(0)).toMatchObject({ sequence: 2, tag: 7 });
});

test('a row whose values throw is not changed', () => {
  const writer = memory.hub().table(table);
  writer.write(0, (row) => row.assign({ sequence: 1 }));
  expect(() =>
    writer.write(0, (row) => {
      row.sequence = 2;
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(memory.hub().openTable(table).snapshot(0).sequence).toBe(1);
});

test('a row outside the table is refused', () => {
  const reader = memory.hub().openTable(table);
  for (const row of [-1, 4, 1.5, Number.NaN]) {
    expect(() => reader.snapshot(row)).toThrow(expect.objectContaining({ code: 'NAUT_TABLE_ROW' }));
  }
});

test('a table has one writer, and what it wrote survives it', () => {
  const hub = memory.hub();
  hub.table(table).write(1, (row) => row.assign({ sequence: 5 }));
  expect(() => memory.hub().table(table)).toThrow(expect.objectContaining({ code: 'NAUT_TOPIC_BUSY' }));
  hub.close();
  memory.hub().table(table);
  expect(memory.hub().openTable(table).snapshot(1).sequence).toBe(5);
});

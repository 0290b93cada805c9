import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beginSession } from '../../../engines/ems/session';

describe('the number of a session', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'nautilus-session-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  test('grows with every session of a directory', () => {
    expect([0, 0, 0].map(() => beginSession(directory, 0))).toEqual([1, 2, 3]);
    expect(readFileSync(path.join(directory, 'epoch'), 'utf8')).toBe('3\n');
  });

  test('is past the last report when the directory was lost', () => {
    expect(beginSession(directory, 41)).toBe(42);
    expect(beginSession(directory, 41)).toBe(43);
  });

  test('is not guessed from a damaged file', () => {
    writeFileSync(path.join(directory, 'epoch'), 'seven');
    expect(() => beginSession(directory, 0)).toThrow(
      expect.objectContaining({ code: 'NAUT_EPOCH_DAMAGED', message: expect.stringContaining('"seven"') }),
    );
  });
});

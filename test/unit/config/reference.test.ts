import { readFileSync } from 'node:fs';
import path from 'node:path';
import { profileReference } from '@nautilus/config';

const page = path.join(__dirname, '../../../docs/reference/profile.md');

test('the reference of profiles is what the schema says: `nautilus profiles reference > docs/reference/profile.md`', () => {
  expect(readFileSync(page, 'utf8')).toBe(profileReference());
});

test('every key of the default profile is in the reference', () => {
  for (const key of [
    'docker.memory',
    'services.<service>.claim.memory.limit',
    'trading.accounts[].limits.maxPosition',
  ]) {
    expect(profileReference()).toContain(`| \`${key}\` |`);
  }
});

import type { Manifest } from '@nautilus/manifest';
import { securityJson, securityText } from '../../../cli/output/security';

const manifest = {
  profile: { name: 'ci' },
  security: {
    rules: [
      { id: 'NAUT_RULE_NON_ROOT', about: 'is not root' },
      { id: 'NAUT_RULE_HEALTH', about: 'has a health check with every field' },
    ],
    containers: ['postgres', 'secrets'],
    suppressions: [{ container: 'secrets', rule: 'NAUT_RULE_HEALTH', reason: 'it ends by itself' }],
  },
} as unknown as Manifest;

test('every rule is told with who keeps it, every suppression with its reason', () => {
  const lines = securityText(manifest).split('\n');
  expect(lines).toContain('  NON_ROOT  is not root                          all');
  expect(lines).toContain('  HEALTH    has a health check with every field  1 of 2');
  expect(lines.slice(-2)).toEqual(['  secrets  NAUT_RULE_HEALTH', '      it ends by itself']);
});

test('for programs, each rule has a verdict for each container', () => {
  expect(securityJson(manifest)).toMatchObject({
    rules: [
      { rule: 'NAUT_RULE_NON_ROOT', containers: { postgres: 'kept', secrets: 'kept' } },
      { rule: 'NAUT_RULE_HEALTH', containers: { postgres: 'kept', secrets: 'suppressed' } },
    ],
    suppressions: [{ container: 'secrets' }],
  });
});

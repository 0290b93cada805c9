import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadProfile, NautilusError, type Profile } from '@nautilus/config';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { assembleBundles } from '../../stacks/bundles';
import { platform } from '../../stacks/platform';
import { PlatformStack } from '../../stacks/platform-stack';
import { security } from '../../stacks/security';
import { anyOverlay } from './support/any-profile';
import { broken } from './support/invariants';
import { fakeSources, profiles, type StackJson, temporaryFolder } from './support/synthesis';

const sources = fakeSources();
const folder = temporaryFolder();
const file = join(folder, 'any.yaml');

/** What Terraform would be given for the containers, without the files around it. */
function synthesized(profile: Profile) {
  const bundles = assembleBundles(profile, sources);
  const app = platform(join(folder, 'out'), { profile, bundles, stateFolder: '/state', releaseVolumes: false });
  const stacks = app.node.findAll().filter((node): node is PlatformStack => node instanceof PlatformStack);
  const described = stacks
    .filter(({ node }) => node.id !== 'dashboards')
    .map((stack) => stack.toTerraform() as StackJson);
  return { stacks: described, security: security(app, profile) };
}

test.each(profiles)('profile %s keeps every invariant of containers and budgets in what Terraform is given', (name) => {
  const profile = loadProfile(name);
  const { stacks, security: declared } = synthesized(profile);
  expect(broken(profile, stacks, declared)).toEqual([]);
});

test('whatever a profile says that the schema accepts: it is refused with a code, or every invariant holds in the output', () => {
  const refused = new Map<string, number>();
  let accepted = 0;
  fc.assert(
    fc.property(anyOverlay, (overlay) => {
      writeFileSync(file, stringify(overlay));
      try {
        const profile = loadProfile(file);
        const { stacks, security: declared } = synthesized(profile);
        expect(broken(profile, stacks, declared)).toEqual([]);
        accepted++;
      } catch (error) {
        if (!(error instanceof NautilusError)) throw error;
        expect(error.code).toMatch(/^NAUT_[A-Z_]+$/);
        expect(error.message).not.toBe('');
        refused.set(error.code, (refused.get(error.code) ?? 0) + 1);
      }
    }),
    // Slow machines look at fewer profiles, never at none.
    { numRuns: 150, interruptAfterTimeLimit: 12_000, markInterruptAsFailure: false },
  );
  expect(accepted).toBeGreaterThan(0);
  expect(refused.size).toBeGreaterThan(0);
});

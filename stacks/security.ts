import type { Profile } from '@nautilus/config';
import { claimantsOf, rules, suppressionsOf } from '@nautilus/constructs';
import type { ManifestSecurity } from '@nautilus/manifest';
import type { App } from 'cdktf';

/** What was checked of every container, and what each is let off. */
export function security(app: App, profile: Profile): ManifestSecurity {
  const containers = claimantsOf(app, profile);
  return {
    rules: rules(profile.exposure.address.toString()).map(({ id, about }) => ({ id, about })),
    containers: containers.map(({ name }) => name),
    suppressions: containers.flatMap(({ name, container }) =>
      suppressionsOf(container).map(({ rule, reason }) => ({ container: name, rule, reason })),
    ),
  };
}

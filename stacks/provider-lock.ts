import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the stacks ask for, and the release that everything here was tried with. */
export const dockerProvider = { source: 'kreuzwerker/docker', constraint: '~> 4.5', version: '4.5.0' } as const;

const lock = `provider "registry.terraform.io/${dockerProvider.source}" {
  version     = "${dockerProvider.version}"
  constraints = "${dockerProvider.constraint}"
}
`;

/**
 * Pins the provider's release where Terraform has not noted one yet; it adds the checksums itself. Without the file cdktf asks
 * the registry for those of other machines, and a machine that has the provider and no registry could not deploy.
 */
export function pinProvider(stackFolder: string): void {
  const file = join(stackFolder, '.terraform.lock.hcl');
  if (!existsSync(file)) writeFileSync(file, lock);
}

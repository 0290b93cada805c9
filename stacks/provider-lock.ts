import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StackId } from './props';

interface Provider {
  readonly source: string;
  /** What the stacks ask for. */
  readonly constraint: string;
  /** The release that everything here was tried with. */
  readonly version: string;
}

export const dockerProvider: Provider = { source: 'kreuzwerker/docker', constraint: '~> 4.5', version: '4.5.0' };
export const grafanaProvider: Provider = { source: 'grafana/grafana', constraint: '~> 4.45', version: '4.45.1' };

/** A provider without a host before its name is Terraform's registry to Terraform, and OpenTofu's to OpenTofu. */
const registries = ['registry.terraform.io', 'registry.opentofu.org'];

/** For both programs; each leaves out what is the other's. */
const lock = ({ source, version, constraint }: Provider) =>
  registries
    .map(
      (registry) => `provider "${registry}/${source}" {
  version     = "${version}"
  constraints = "${constraint}"
}
`,
    )
    .join('\n');

/**
 * Pins the release of a stack's provider where Terraform has not noted one yet; it adds the checksums itself. Without the file
 * cdktf asks the registry for those of other machines, and a machine that has the provider and no registry could not deploy.
 */
export function pinProvider(stackFolder: string, stack: StackId): void {
  const file = join(stackFolder, '.terraform.lock.hcl');
  if (!existsSync(file)) writeFileSync(file, lock(stack === 'dashboards' ? grafanaProvider : dockerProvider));
}

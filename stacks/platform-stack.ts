import { DockerProvider } from '@cdktf/provider-docker/lib/provider';
import { LocalBackend, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import type { PlatformStackProps, StackId } from './props';
import { dockerProvider } from './provider-lock';

/** A stack whose state lies beside the others of its profile. */
export class KeptStack extends TerraformStack {
  constructor(scope: Construct, id: StackId, { stateFile }: PlatformStackProps) {
    super(scope, id);
    new LocalBackend(this, { path: stateFile(id) });
  }
}

/** A stack of things in one Docker engine. */
export class PlatformStack extends KeptStack {
  constructor(scope: Construct, id: StackId, props: PlatformStackProps) {
    super(scope, id, props);
    new DockerProvider(this, 'docker');
    // The bindings were made from 3.6 and ask for it; that version panics on cpus and deletes stopped containers.
    this.addOverride('terraform.required_providers.docker.version', dockerProvider.constraint);
  }
}

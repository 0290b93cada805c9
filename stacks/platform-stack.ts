import { DockerProvider } from '@cdktf/provider-docker/lib/provider';
import { TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import type { PlatformStackProps, StackId } from './props';
import { dockerProvider } from './provider-lock';
import { StateBackend } from './state-backend';

/** A stack whose state is kept where the profile says, apart from that of every other. */
export class KeptStack extends TerraformStack {
  constructor(scope: Construct, id: StackId, { profile, stateFolder }: PlatformStackProps) {
    super(scope, id);
    new StateBackend(this, profile, id, stateFolder);
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

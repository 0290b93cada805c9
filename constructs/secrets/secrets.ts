import { Container } from '@cdktf/provider-docker/lib/container';
import { Image } from '@cdktf/provider-docker/lib/image';
import { containerName, fingerprint, labels, type Profile, secretsClaim, secretsKeeper } from '@nautilus/config';
import type { ManifestContainer } from '@nautilus/manifest';
import { TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { suppress } from '../rules';
import { declaredContainer } from '../service/declared';
import { literal } from '../service/literal';
import { volumeNameOf } from '../storage/volume';
import { secretsDeclaration } from './declaration';
import { secretsDirectory } from './image';
import { secretsOf } from './platform-secrets';

export interface SecretsProps {
  readonly profile: Profile;
  /** Reference of the image that `secretsBundle` builds. */
  readonly image: string;
}

/**
 * A container that runs once and makes the secrets that are missing in their volume. It has no network and says nothing but
 * what is wrong: Terraform, its state and the logs never see a secret. When it runs again, the secrets stay as they are.
 */
export class Secrets extends Construct {
  readonly container: Container;
  /** What Docker was asked for, for who compares it with what there is. */
  readonly declared: ManifestContainer;

  constructor(scope: Construct, id: string, { profile, image }: SecretsProps) {
    super(scope, id);
    const name = 'secrets';
    const local = new Image(this, 'image', { name: image, keepLocally: true });
    local.overrideLogicalId(name);

    const memory = secretsClaim.limit.toDockerMebibytes();
    const specification = {
      name: containerName(profile, name),
      user: secretsKeeper.name,
      // Membership is all it takes to give a file to a group: no capability.
      groupAdd: [...new Set(secretsOf(profile).map(({ gid }) => String(gid)))],
      command: ['make', literal(JSON.stringify(secretsDeclaration(profile, secretsDirectory)))],
      networkMode: 'none',
      readOnly: true,
      privileged: false,
      securityOpts: ['no-new-privileges:true'],
      capabilities: { drop: ['ALL'] },
      init: false,
      memory,
      memorySwap: memory,
      cpus: secretsClaim.cpus.toTerraform(),
      mounts: [{ type: 'volume', source: volumeNameOf(profile, 'secrets'), target: secretsDirectory, readOnly: false }],
      mustRun: false,
      attach: true,
      logs: false,
      restart: 'no',
      logDriver: 'json-file',
      logOpts: { 'max-size': '1m', 'max-file': '1' },
    };
    const stack = TerraformStack.of(this).node.id;
    const { bytes } = secretsClaim.limit;
    this.declared = declaredContainer(
      { ...specification, image },
      {
        name,
        stack,
        labels: {
          [labels.profile]: profile.name,
          [labels.project]: profile.project,
          [labels.service]: name,
          [labels.spec]: fingerprint({ ...specification, image }),
          [labels.stack]: stack,
        },
        memory: { minBytes: bytes, limitBytes: bytes, maxBytes: bytes, worstCase: [] },
      },
    );
    this.container = new Container(this, 'container', {
      ...specification,
      image: local.imageId,
      labels: Object.entries(this.declared.labels).map(([label, value]) => ({ label, value })),
    });
    this.container.overrideLogicalId(name);
    suppress(this.container, {
      rule: 'NAUT_RULE_HEALTH',
      reason: 'it ends by itself, and its exit code says whether all went well',
    });
  }
}

import { type Profile, stateSettings } from '@nautilus/config';
import { TerraformBackend, type TerraformRemoteState } from 'cdktf';
import type { Construct } from 'constructs';

/**
 * The place of one stack's state: whichever of Terraform's backends the profile names, told in Terraform's own words.
 * cdktf has a class for most of them and none for kubernetes; one for all keeps them alike.
 */
export class StateBackend extends TerraformBackend {
  private readonly settings: Readonly<Record<string, string | number | boolean>>;

  /** @param folder of the states when they are kept in files and the profile names no other */
  constructor(scope: Construct, profile: Profile, stack: string, folder: string) {
    super(scope, 'backend', profile.backend.kind);
    const { kind, settings } = profile.backend;
    this.settings =
      kind === 'local' && settings.path === undefined
        ? { path: `${folder}/${stack}.tfstate` }
        : stateSettings(profile.backend, profile.name, stack);
  }

  protected override synthesizeAttributes() {
    return { ...this.settings };
  }

  protected override synthesizeHclAttributes() {
    return { ...this.settings };
  }

  /** Stacks take names from the profile and read nothing of each other's state. */
  override getRemoteStateDataSource(): TerraformRemoteState {
    throw new Error('no stack reads the state of another');
  }
}

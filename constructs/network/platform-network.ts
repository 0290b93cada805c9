import { Network } from '@cdktf/provider-docker/lib/network';
import { labels, type Profile } from '@nautilus/config';
import { TerraformStack } from 'cdktf';
import { Construct } from 'constructs';

/** The bridge that all containers are on, with large packets: memory to memory, they never reach a wire. */
export class PlatformNetwork extends Construct {
  readonly network: Network;

  constructor(scope: Construct, id: string, { profile }: { readonly profile: Profile }) {
    super(scope, id);
    const { name, subnet, gateway, mtu, bridgeName } = profile.network;
    this.network = new Network(this, 'network', {
      name,
      driver: 'bridge',
      attachable: false,
      ipamDriver: 'default',
      ipamConfig: [{ subnet: subnet.toString(), gateway: gateway.toString() }],
      options: {
        'com.docker.network.driver.mtu': String(mtu),
        'com.docker.network.bridge.name': bridgeName,
        // Newer engines add these two by themselves; declared, they are no difference there either.
        'com.docker.network.enable_ipv4': 'true',
        'com.docker.network.enable_ipv6': 'false',
      },
      labels: [
        { label: labels.project, value: profile.project },
        { label: labels.stack, value: TerraformStack.of(this).node.id },
      ],
    });
    this.network.overrideLogicalId('platform');
  }
}

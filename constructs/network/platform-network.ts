import { Network } from '@cdktf/provider-docker/lib/network';
import { labels, type Profile, reservedHostNumbers } from '@nautilus/config';
import type { Manifest } from '@nautilus/manifest';
import { TerraformStack } from 'cdktf';
import { Construct } from 'constructs';

/** The bridge that all containers are on, with large packets: memory to memory, they never reach a wire. */
export class PlatformNetwork extends Construct {
  readonly network: Network;
  /** What Docker was asked for, for who compares it with what there is. */
  readonly declared: Omit<Manifest['network'], 'expectations'>;

  constructor(scope: Construct, id: string, { profile }: { readonly profile: Profile }) {
    super(scope, id);
    const { name, subnet, gateway, mtu, bridgeName } = profile.network;
    const { gateway: _, ...reserved } = reservedHostNumbers;
    this.declared = {
      name,
      subnet: subnet.toString(),
      gateway: gateway.toString(),
      mtu,
      bridgeName,
      driver: 'bridge',
      options: {
        'com.docker.network.driver.mtu': String(mtu),
        'com.docker.network.bridge.name': bridgeName,
        // Newer engines add these two by themselves; declared, they are no difference there either.
        'com.docker.network.enable_ipv4': 'true',
        'com.docker.network.enable_ipv6': 'false',
      },
      labels: { [labels.project]: profile.project, [labels.stack]: TerraformStack.of(this).node.id },
      reserved: Object.fromEntries(
        Object.entries(reserved).map(([purpose, host]) => [purpose, subnet.host(host).toString()]),
      ),
    };
    this.network = new Network(this, 'network', {
      name,
      driver: this.declared.driver,
      attachable: false,
      ipamDriver: 'default',
      ipamConfig: [
        { subnet: this.declared.subnet, gateway: this.declared.gateway, auxAddress: this.declared.reserved },
      ],
      options: this.declared.options,
      labels: Object.entries(this.declared.labels).map(([label, value]) => ({ label, value })),
    });
    this.network.overrideLogicalId('platform');
  }
}

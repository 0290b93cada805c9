import type { EngineName } from '@nautilus/config';
import { Engine, type EngineProps } from '@nautilus/constructs';
import type { Construct } from 'constructs';
import { PlatformStack } from './platform-stack';
import type { PlatformStackProps } from './props';

/** The order path. The engines find each other whatever the order in which they start. */
const engines: Record<EngineName, Pick<EngineProps, 'journal' | 'stores'>> = {
  marketdata: {},
  risk: { journal: 'risk-data' },
  oms: { journal: 'oms-data', stores: true },
  ems: { journal: 'ems-data' },
  pms: { journal: 'pms-data' },
};

export class Trading extends PlatformStack {
  constructor(scope: Construct, props: PlatformStackProps) {
    super(scope, 'trading', props);
    const { profile, bundles } = props;
    for (const [engine, own] of Object.entries(engines) as [EngineName, (typeof engines)[EngineName]][])
      new Engine(this, engine, { profile, engine, image: bundles[engine].reference, ...own });
  }
}

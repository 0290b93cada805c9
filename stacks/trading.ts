import type { EngineName } from '@nautilus/config';
import { Engine, type EngineProps } from '@nautilus/constructs';
import type { Construct } from 'constructs';
import { imageOf } from './bundles';
import { enginesOf } from './engines';
import { PlatformStack } from './platform-stack';
import type { PlatformStackProps } from './props';

/** What an engine keeps and writes, where it does. The engines find each other whatever the order in which they start. */
const own: Partial<Record<EngineName, Pick<EngineProps, 'journal' | 'stores'>>> = {
  risk: { journal: 'risk-data' },
  oms: { journal: 'oms-data', stores: true },
  ems: { journal: 'ems-data' },
  pms: { journal: 'pms-data', stores: true },
};

/** The nine engines and the order systems. */
export class Trading extends PlatformStack {
  constructor(scope: Construct, props: PlatformStackProps) {
    super(scope, 'trading', props);
    const { profile, bundles } = props;
    for (const engine of enginesOf(profile, 'trading'))
      new Engine(this, `engine-${engine}`, {
        profile,
        engine,
        image: imageOf(profile, bundles, engine),
        ...own[engine],
      });
  }
}

import { dockerPlacement, engineSettings, loadProfile, localPlacement, profileNames } from '@nautilus/config';
import { catalog } from '@nautilus/config/catalog';
import { parseConfiguration } from '@nautilus/core/kernel';
import { BackendConfig } from '../../../engines/backend/config';
import { ExecutionConfig } from '../../../engines/ems/config';
import { MarketDataConfig } from '../../../engines/marketdata/config';
import { OmsConfig } from '../../../engines/oms/config';
import { PositionConfig } from '../../../engines/pms/config';
import { RiskConfig } from '../../../engines/risk/config';

const schemas = {
  marketdata: MarketDataConfig,
  risk: RiskConfig,
  oms: OmsConfig,
  ems: ExecutionConfig,
  pms: PositionConfig,
  backend: BackendConfig,
};

describe.each(profileNames())('what profile %s gives an engine is what the engine takes', (name) => {
  const profile = loadProfile(name);
  const local = localPlacement(profile, {
    dataDirectory: '/data',
    secrets: '/secrets',
    sharedMemory: '/shm',
    postgres: { host: '127.0.0.1', port: 5432, user: 'nautilus', database: 'nautilus', passwordFile: '/secret' },
  });

  test.each(Object.keys(schemas) as (keyof typeof schemas)[])('%s, in Docker and without', (engine) => {
    for (const placement of [local, dockerPlacement(profile)]) {
      const settings = JSON.parse(JSON.stringify(engineSettings(profile, engine, placement)));
      const taken = parseConfiguration<unknown>(settings, { service: catalog[engine], config: schemas[engine] });
      expect(taken).toMatchObject(settings);
      expect(taken.readHash).toBe(settings.specHash);
    }
  });
});

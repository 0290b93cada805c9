import type { ExplainedSetting } from './explain';

/** Settings of one service, and of all containers alike: nobody wants to read the same four lines 21 times. */
export interface SettingsByService {
  readonly services: readonly { readonly service: string; readonly settings: readonly ExplainedSetting[] }[];
  /** Those of the container itself; `value` stands where it is the same everywhere. */
  readonly everyContainer: readonly (Omit<ExplainedSetting, 'service' | 'value' | 'declared'> & {
    readonly value: string | undefined;
  })[];
}

/** Puts what is said of every container once, and the rest by service. */
export function byService(settings: readonly ExplainedSetting[]): SettingsByService {
  const names = [...new Set(settings.map(({ service }) => service))];
  const ofContainer = settings.filter(({ subject }) => subject === 'container');
  const everyContainer = [...new Set(ofContainer.map(({ setting }) => setting))].map((name) => {
    const all = ofContainer.filter(({ setting }) => setting === name);
    const { service: _, declared: __, value, ...rest } = all[0]!;
    return { ...rest, value: all.every((one) => one.value === value) ? value : undefined };
  });
  return {
    services: names
      .map((service) => ({
        service,
        settings: settings.filter((one) => one.service === service && one.subject !== 'container'),
      }))
      .filter((entry) => entry.settings.length > 0),
    everyContainer,
  };
}

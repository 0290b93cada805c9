import { loadProfile, profileBudget } from '@nautilus/config';

describe('optional services that are left out', () => {
  test('are as if the profile had never named them, in its budget too', () => {
    const [all, without] = [loadProfile('ci'), loadProfile('ci', { without: ['grafana'] })];
    expect(all.services.grafana).toBeDefined();
    expect(without.services.grafana).toBeUndefined();
    const claimed = all.services.grafana?.claim.memory.limit.bytes ?? 0;
    expect(profileBudget(all).claimed.bytes - profileBudget(without).claimed.bytes).toBe(claimed);
    expect(without.hash).not.toBe(all.hash);
  });

  test('must be optional', () => {
    expect(() => loadProfile('ci', { without: ['oms'] })).toThrow(
      expect.objectContaining({ code: 'NAUT_SERVICE_NOT_OPTIONAL' }),
    );
  });
});

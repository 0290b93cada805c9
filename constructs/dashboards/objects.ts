import type { Profile } from '@nautilus/config';
import type { Expectation } from '@nautilus/manifest';
import { alertRules } from './alerts';
import { boardsOf, prometheusUid } from './boards';

/** Folder of the dashboards and alerts. */
export const folder = Object.freeze({ uid: 'nautilus', title: 'Nautilus' });

/** What the dashboards stack puts into Grafana, by kind and uid. */
export const objectExpectations = (profile: Profile): Expectation[] => {
  const titles = {
    'data-source': [{ uid: prometheusUid, title: 'Prometheus' }],
    folder: [folder],
    dashboard: boardsOf(profile),
    alert: alertRules(profile),
  };
  return Object.entries(titles).flatMap(([kind, objects]) =>
    objects.map(
      ({ uid, title }): Expectation => ({
        subject: 'grafana-object',
        setting: `${kind}.${uid}`,
        value: title,
        reason: 'the dashboards stack puts it there',
        source: 'the platform',
      }),
    ),
  );
};

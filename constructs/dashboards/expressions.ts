import type { Profile } from '@nautilus/config';
import { alertRules } from './alerts';
import { boardsOf, restarts } from './boards';

interface ShownExpression {
  /** Dashboard and panel, or alert. */
  readonly where: string;
  /** As Prometheus gets it: Grafana's own variables are filled in. */
  readonly expression: string;
}

/** Every expression that Grafana sends to Prometheus. */
export function shownExpressions(profile: Profile): readonly ShownExpression[] {
  // What Grafana takes for it on a dashboard of half an hour: four readings, so that a rate has two even when one is missing.
  const rateInterval = `${4 * profile.monitoring.scrapeInterval.seconds}s`;
  const all = [
    ...boardsOf(profile).flatMap(({ title: board, rows }) =>
      rows.flatMap(({ panels }) =>
        panels.flatMap(({ title, queries }) =>
          queries.map(({ expression }) => ({ where: `${board} / ${title}`, expression })),
        ),
      ),
    ),
    { where: 'Restarts', expression: restarts },
    ...alertRules(profile).map(({ title, expression }) => ({ where: `alert ${title}`, expression })),
  ];
  return all.map(({ where, expression }) => ({
    where,
    expression: expression.replaceAll('$__rate_interval', rateInterval),
  }));
}

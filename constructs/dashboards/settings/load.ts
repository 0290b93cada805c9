import { Duration } from '@nautilus/config';
import { selector } from '../../setting';
import type { GrafanaInput } from './input';

export const openConnections = selector('database.max_open_conn', (_: GrafanaInput) => ({
  value: 10,
  reason: 'SQLite lets one connection write at a time: readers go on beside it, and more than these would only wait',
  source: 'Grafana documentation, configuration; SQLite documentation, write-ahead logging',
  requirement: {
    value: 'GF_DATABASE_MAX_OPEN_CONNS=500',
    why: 'Grafana knows no such variable (max_open_conn is its name), and 500 writers of one SQLite file end in "database is locked"',
  },
}));

export const writeAheadLog = selector('database.wal', (_: GrafanaInput) => ({
  value: true,
  reason: 'who reads a dashboard does not wait for an alert that is being written',
  source: 'SQLite documentation, write-ahead logging',
}));

export const queryTimeout = selector('dataproxy.timeout', (_: GrafanaInput) => ({
  value: Duration.seconds(300),
  reason: 'longer than any query that Prometheus itself lets run, so that its own error is what people read',
  source: 'the requirements',
}));

export const alertAttempts = selector('unified_alerting.max_attempts', (_: GrafanaInput) => ({
  value: 10,
  reason: 'tries of one evaluation; a second apart they end before the next one, 30 s later',
  source: 'the requirements',
  requirement: {
    value: 'GF_ALERTING_MAX_ATTEMPTS=10',
    why: 'that variable belongs to the alerting that Grafana 11 no longer has; the figure is kept under its real name',
  },
}));

export const shortestRefresh = selector('dashboards.min_refresh_interval', ({ scrapeInterval }: GrafanaInput) => ({
  value: scrapeInterval,
  reason: 'nothing is read more often: a faster refresh would draw the same again',
  source: "the profile's monitoring.scrapeInterval",
}));

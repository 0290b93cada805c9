import type { Profile } from '@nautilus/config';
import { Construct } from 'constructs';
import { literal } from '../service';
import { ContactPoint, MuteTiming, NotificationPolicy } from './provider';

/** Name of the contact point that Grafana makes for itself: an address that does not exist. */
const builtIn = 'grafana-default-email';
/** Grafana deletes nothing that the policy names: the policy changes first. */
const lifecycle = { createBeforeDestroy: true };
/** Alerts that are the same matter come in one message. */
const groupBy = ['alertname', 'alert', 'service'];

/** Who hears of an alert: the profile's webhook, or nobody, in so many words. */
export class Notification extends Construct {
  constructor(scope: Construct, id: string, { monitoring }: Pick<Profile, 'monitoring'>) {
    super(scope, id);
    if (monitoring.alertWebhook) this.send(literal(monitoring.alertWebhook));
    else this.show();
  }

  private send(url: string): void {
    const operators = new ContactPoint(this, 'operators', {
      name: 'operators',
      webhook: [{ url, httpMethod: 'POST', disableResolveMessage: false }],
      lifecycle,
    });
    operators.overrideLogicalId('operators');
    new NotificationPolicy(this, 'policy', {
      contactPoint: operators.name,
      groupBy,
      groupWait: '30s',
      groupInterval: '5m',
      repeatInterval: '4h',
      policy: [
        {
          matcher: [{ label: 'severity', match: '=~', value: 'critical|emergency' }],
          contactPoint: operators.name,
          groupBy,
          groupWait: '5s',
          groupInterval: '1m',
          repeatInterval: '1h',
        },
      ],
    }).overrideLogicalId('policy');
  }

  /** The first policy cannot be muted, and Grafana wants a contact point in it: everything goes to one below that is always mute. */
  private show(): void {
    const always = new MuteTiming(this, 'shown-only', {
      name: 'shown only',
      intervals: [{ months: ['1:12'] }],
      lifecycle,
    });
    always.overrideLogicalId('shown_only');
    new NotificationPolicy(this, 'policy', {
      contactPoint: builtIn,
      groupBy,
      policy: [
        {
          matcher: [{ label: 'alertname', match: '=~', value: '.*' }],
          contactPoint: builtIn,
          groupBy,
          muteTimings: [always.name],
        },
      ],
    }).overrideLogicalId('policy');
  }
}

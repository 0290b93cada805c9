import { NautilusError } from '@nautilus/config';
import type { IConstruct } from 'constructs';
import type { Rule } from './rule';

/** A rule that one construct need not keep, and why. */
export interface Suppression {
  readonly rule: Rule['id'];
  readonly reason: string;
}

const type = 'nautilus:suppression';

/** Lets one construct break one rule. Throws NAUT_SUPPRESSION_WITHOUT_REASON. */
export function suppress(construct: IConstruct, suppression: Suppression): void {
  if (suppression.reason.trim() === '')
    throw new NautilusError({
      code: 'NAUT_SUPPRESSION_WITHOUT_REASON',
      message: `${construct.node.path} suppresses ${suppression.rule} without a reason`,
      fix: 'say why the construct cannot keep the rule, or keep it',
    });
  construct.node.addMetadata(type, suppression);
}

export const suppressionsOf = (construct: IConstruct): readonly Suppression[] =>
  construct.node.metadata.filter((entry) => entry.type === type).map(({ data }) => data as Suppression);

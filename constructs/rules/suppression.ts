import type { IConstruct } from 'constructs';
import type { Rule } from './rule';

/** A rule that one construct need not keep, and why. */
export interface Suppression {
  readonly rule: Rule['id'];
  readonly reason: string;
}

const type = 'nautilus:suppression';

export function suppress(construct: IConstruct, suppression: Suppression): void {
  construct.node.addMetadata(type, suppression);
}

export const suppressionsOf = (construct: IConstruct): readonly Suppression[] =>
  construct.node.metadata.filter((entry) => entry.type === type).map(({ data }) => data as Suppression);

import type { Container } from '@cdktf/provider-docker/lib/container';
import type { BudgetProblem, Profile } from '@nautilus/config';
import type { Service } from '../service';

/** One container of the tree, with the service that it is where it is one. */
export interface Claimant {
  readonly name: string;
  readonly container: Container;
  /** @default it runs once and ends */
  readonly service?: Service;
}

/** What the proofs look at: all containers of a platform, and the profile that they were made from. */
export interface Tree {
  readonly profile: Profile;
  readonly claimants: readonly Claimant[];
}

/** What does not fit. */
export type Finding = Pick<BudgetProblem, 'code' | 'message' | 'details' | 'fix'>;

/** One proof over the whole tree: nothing, or what does not fit. Pure. */
export type Proof = (tree: Tree) => readonly Finding[];

/** Which orders depend on each other. It follows from the orders, but for the groups of which one order was refused. */

/** Most orders of one group. */
export const MOST_LINKED = 16;

export interface Group {
  /** Indices of its orders, in the order of their numbers. */
  readonly members: number[];
  /** Index of the order that the others wait for, or -1. */
  primary: number;
  /** One of its orders was refused: the others were cancelled, and it takes no more. */
  refused: boolean;
}

export class Links {
  private readonly byAccount = new Map<number, Map<number, Group>>();
  private readonly families = new Map<number, number[]>();

  /** The group that an account calls by a number. */
  group(account: number, number: number): Group | undefined {
    return this.byAccount.get(account)?.get(number);
  }

  /** The same; an empty one when there is none yet. */
  openGroup(account: number, number: number): Group {
    let groups = this.byAccount.get(account);
    if (groups === undefined) {
      groups = new Map();
      this.byAccount.set(account, groups);
    }
    let group = groups.get(number);
    if (group === undefined) {
      group = { members: [], primary: -1, refused: false };
      groups.set(number, group);
    }
    return group;
  }

  /** Indices of the children of the care order at `parent`. */
  childrenOf(parent: number): readonly number[] {
    return this.families.get(parent) ?? [];
  }

  addChild(parent: number, child: number): void {
    const children = this.families.get(parent);
    if (children === undefined) this.families.set(parent, [child]);
    else children.push(child);
  }

  /** Account and number of every group that was refused, in their order: not that in which they came to be known. */
  refused(): [account: number, group: number][] {
    return [...this.byAccount]
      .flatMap(([account, groups]) =>
        [...groups].filter(([, { refused }]) => refused).map(([number]) => [account, number] as [number, number]),
      )
      .sort(([a, b], [c, d]) => a - c || b - d);
  }
}

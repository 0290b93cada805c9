/** Requests at the same time: an engine behind ssh turns more away, and one that starts many programs starts each of them late. */
const AT_ONCE = 8;

/** Asks for one after the other, some at the same time; the replies in the order of `items`. */
export async function each<Item, Reply>(items: readonly Item[], ask: (item: Item) => Promise<Reply>): Promise<Reply[]> {
  const replies = new Array<Reply>(items.length);
  const waiting = [...items.entries()];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) replies[next[0]] = await ask(next[1]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return replies;
}

/**
 * Works on all, some at the same time; the results in the order of `items`.
 *
 * @param atOnce @default 8: an engine behind ssh turns more away, and one that starts many programs starts each of them late
 */
export async function each<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
  atOnce = 8,
): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

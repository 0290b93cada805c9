type Texts = Readonly<Record<string, string>>;

/** An entry that differs; undefined where that side has none. */
export interface EntryDifference {
  readonly key: string;
  readonly declared: string | undefined;
  readonly live: string | undefined;
}

/** Entries that differ, by key. */
export function differingEntries(declared: Texts, live: Texts): EntryDifference[] {
  const of = (texts: Texts, key: string) => (Object.hasOwn(texts, key) ? texts[key] : undefined);
  return [...new Set([...Object.keys(declared), ...Object.keys(live)])]
    .sort()
    .map((key) => ({ key, declared: of(declared, key), live: of(live, key) }))
    .filter((entry) => entry.declared !== entry.live);
}

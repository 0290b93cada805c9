/** Numbers of a version such as `20.10.24+dfsg1` or `v1.5.0-beta1`; undefined when it does not begin with two of them. */
function parseVersion(text: string): readonly number[] | undefined {
  const match = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(text.trim());
  return match ? [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)] : undefined;
}

/** Is a version at least another? A text that is no version is not. */
export function isAtLeast(version: string, least: string): boolean {
  const [a, b] = [parseVersion(version), parseVersion(least)];
  if (!a || !b) return false;
  const index = a.findIndex((number, i) => number !== b[i]);
  return index < 0 || a[index]! > b[index]!;
}

import type { DiffReport, Effect, ObjectPlan, Reason } from '@nautilus/operations/diff';

const words: Readonly<Record<Effect, { readonly sign: string; readonly done: string; readonly count: string }>> = {
  create: { sign: '+', done: 'made', count: 'made' },
  replace: { sign: '±', done: 'replaced', count: 'replaced' },
  update: { sign: '~', done: 'changed in place: nothing stops', count: 'changed in place' },
  start: { sign: '>', done: 'started: it does not run', count: 'started' },
  remove: { sign: '-', done: 'removed', count: 'removed' },
};

/** A plan for a person: a line an object in the order of deployment, under it why; what is lost last. */
export function planLines({ objects, builds, dataLost, later }: DiffReport): string[] {
  const width = Math.max(...objects.map(({ service }) => service.length), 0);
  return [
    ...(builds.length > 0 ? [`  builds ${builds.join(', ')}`] : []),
    ...objects.flatMap((object) => [
      `  ${words[object.effect].sign} ${object.service.padEnd(width)}  ${effectText(object)}`,
      ...reasonLines(object.reasons).map((line) => `      ${line}`),
    ]),
    ...later.map(({ stack, when }) => `  stack ${stack} is ${when}`),
    ...dataLost.map(({ volume, purpose }) => `  DATA LOST: volume ${volume} (${purpose})`),
  ];
}

function effectText({ effect, object, stopsForSeconds }: ObjectPlan): string {
  const what = object === 'container' || object === 'network' || object === 'volume' ? '' : `${object} `;
  if (effect !== 'replace' || object !== 'container') return `${what}${words[effect].done}`;
  return stopsForSeconds === undefined
    ? 'replaced: stops until the new one is healthy'
    : `replaced: stops for about ${Math.max(1, Math.round(stopsForSeconds))} s`;
}

/** How many reasons of one object are told; the rest is counted, and is in the JSON. */
const TOLD = 8;

function reasonLines(reasons: readonly Reason[]): string[] {
  const lines = reasons.slice(0, TOLD).map(reasonText);
  return reasons.length > TOLD ? [...lines, `and ${reasons.length - TOLD} more`] : lines;
}

function reasonText({ what, from, to, by }: Reason): string {
  const values = from === undefined ? '' : ` ${from} -> ${to}`;
  return by === 'hand' ? `${what}${values} (changed since it was deployed)` : `${what}${values}`;
}

/** `1 replaced, 2 made; no data is lost`, or `nothing to change`. */
export function planSummary({ differs, objects, builds, dataLost }: DiffReport): string {
  if (!differs) return 'nothing to change';
  const counts = (Object.keys(words) as Effect[]).flatMap((effect) => {
    const count = objects.filter((object) => object.effect === effect).length;
    return count === 0 ? [] : [`${count} ${words[effect].count}`];
  });
  const built = builds.length === 0 ? [] : [`${builds.length} ${builds.length === 1 ? 'image' : 'images'} built`];
  const lost =
    dataLost.length === 0
      ? 'no data is lost'
      : `THE DATA OF ${dataLost.length} ${dataLost.length === 1 ? 'VOLUME' : 'VOLUMES'} IS LOST`;
  return `${[...counts, ...built].join(', ')}; ${lost}`;
}

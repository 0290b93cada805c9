import { setTimeout as delay } from 'node:timers/promises';
import { type EngineEvent, watchEvents } from '../docker';
import { layers as allLayers, type Layer } from './finding';
import { compose, type LayerResult, type LookProps, lookAt } from './look';
import type { Report } from './report';

export interface WatchProps extends LookProps {
  /** Between two looks when nothing happens; Terraform is asked a sixth as often, as each plan costs seconds. @default 10,000 */
  readonly intervalMs?: number;
  /** How a layer is looked at. @default as `nautilus drift` does */
  readonly lookAt?: typeof lookAt;
  readonly onReport: (report: Report) => void;
  readonly signal: AbortSignal;
}

const INTERVAL_MS = 10_000;
const TERRAFORM_FACTOR = 6;
/** What an event may have changed. Terraform's state is not the engine's. */
const changeable: readonly Layer[] = ['docker', 'settings'];
/** One command of a person is several events of the engine. */
const SETTLE_MS = 150;
/** Until an engine that is gone is tried again. */
const RETRY_MS = 1000;

/**
 * Looks again and again until `signal`: at once when the engine tells of a change of ours, and at intervals for what no event
 * tells. Throws what `onReport` throws.
 */
export async function watch(props: WatchProps): Promise<void> {
  const { docker, declared, signal, intervalMs = INTERVAL_MS } = props;
  const readLayer = props.lookAt ?? lookAt;
  const wanted = props.layers ?? allLayers;
  const failing = new AbortController();
  const ending = AbortSignal.any([signal, failing.signal]);
  const latest = new Map<Layer, LayerResult>();
  const refreshers = new Map(
    wanted.map((layer) => [
      layer,
      oneAtATime(async () => {
        latest.set(layer, await readLayer(layer, props));
        if (!ending.aborted && latest.size === wanted.length)
          props.onReport(
            compose(
              props,
              wanted.map((name) => latest.get(name)!),
            ),
          );
      }),
    ]),
  );
  // Nobody waits for a look that an event or a timer began: its failure ends the watch.
  const refresh = (chosen: readonly Layer[]) =>
    Promise.all(chosen.map((layer) => refreshers.get(layer)?.())).catch((error) => failing.abort(error));

  let settling: NodeJS.Timeout | undefined;
  const onEvent = (event: EngineEvent) => {
    if (!concerns(event, declared.manifest.project)) return;
    clearTimeout(settling);
    settling = setTimeout(() => void refresh(changeable), SETTLE_MS);
  };
  const timers = wanted.map((layer) =>
    setInterval(() => void refresh([layer]), layer === 'terraform' ? intervalMs * TERRAFORM_FACTOR : intervalMs),
  );
  let next = wanted;
  // Listening comes before looking: what happens in between is told.
  const lookAround = () => {
    const chosen = next;
    next = changeable;
    return refresh(chosen);
  };
  try {
    while (!ending.aborted) {
      await watchEvents(docker.endpoint, ending, onEvent, () => void lookAround()).catch(async () => {
        await lookAround();
        await delay(RETRY_MS, undefined, { signal: ending }).catch(() => undefined);
      });
    }
  } finally {
    clearTimeout(settling);
    timers.forEach(clearInterval);
  }
  failing.signal.throwIfAborted();
}

/** Everything of ours is named after the project, or carries its label. */
const concerns = ({ Actor }: EngineEvent, project: string): boolean =>
  [Actor.ID, ...Object.values(Actor.Attributes)].some((text) => text.startsWith(project));

/** The work, never twice at the same time: who asks while it is under way gets one more afterwards. */
function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let again = false;
  const run = async (): Promise<void> => {
    do {
      again = false;
      await work();
    } while (again);
  };
  return () => {
    if (running) {
      again = true;
      return running;
    }
    running = run().finally(() => {
      running = undefined;
    });
    return running;
  };
}

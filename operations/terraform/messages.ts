/** What terraform says with `-json`, one object a line; only what is used here (machine-readable UI, version 1). */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly summary: string;
  readonly detail?: string;
  /** Resource that it is about, e.g. `docker_container.oms`. */
  readonly address?: string;
}

export interface ResourceHook {
  readonly address: string;
  readonly action: 'create' | 'update' | 'delete' | 'replace' | 'read' | 'noop';
  readonly elapsedSeconds: number;
}

export type TerraformMessage =
  | { readonly type: 'diagnostic'; readonly diagnostic: Diagnostic }
  | { readonly type: 'started' | 'progress' | 'finished' | 'failed'; readonly hook: ResourceHook };

const hookTypes = {
  apply_start: 'started',
  apply_progress: 'progress',
  apply_complete: 'finished',
  apply_errored: 'failed',
} as const;

interface RawMessage {
  readonly type?: string;
  readonly diagnostic?: Diagnostic;
  readonly hook?: {
    readonly resource?: { readonly addr: string };
    readonly action: ResourceHook['action'];
    readonly elapsed_seconds?: number;
  };
}

/** Reads one line; undefined for lines that say nothing of interest, and for lines that are no JSON. */
export function parseMessage(line: string): TerraformMessage | undefined {
  if (!line.startsWith('{')) return undefined;
  let raw: RawMessage;
  try {
    raw = JSON.parse(line) as RawMessage;
  } catch {
    return undefined;
  }
  if (raw.type === 'diagnostic' && raw.diagnostic) return { type: 'diagnostic', diagnostic: raw.diagnostic };
  const type = hookTypes[raw.type as keyof typeof hookTypes];
  if (type === undefined || !raw.hook?.resource) return undefined;
  return {
    type,
    hook: {
      address: raw.hook.resource.addr,
      action: raw.hook.action,
      elapsedSeconds: raw.hook.elapsed_seconds ?? 0,
    },
  };
}

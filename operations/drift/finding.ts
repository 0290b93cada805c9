/** Who was asked: the engine about its containers, the servers about their settings, Terraform about its state. */
export const layers = ['docker', 'settings', 'terraform'] as const;
export type Layer = (typeof layers)[number];

/** What a repair stops, for whoever must choose its moment. */
export type Interruption = 'nothing' | 'the service' | 'the platform';

/** One difference between what was declared and what runs. */
export interface Finding {
  /** Stable name, `service/what`: `risk/memory`, `postgres/work_mem`, `network/subnet`, `volume oms-data/driver`. */
  readonly id: string;
  /** A service of the manifest; `secrets`; `network`, `volume …`; the container's name where it is none of them. */
  readonly service: string;
  /** Stable code of what differs, the same for every service: `stopped`, `memory`, `env`, `setting`, `planned` … */
  readonly kind: string;
  /** For people, with the detail: `memory limit`, `environment variable LOG_LEVEL`, `work_mem`. */
  readonly what: string;
  /** As text, with its unit. Never a secret. */
  readonly declared: string;
  readonly live: string;
  /** How it came to this, where that can be told: `docker update`, `ALTER SYSTEM`. */
  readonly cause?: string;
  readonly repair: Repair;
  /** Every layer that saw it; the first is the one that told it. */
  readonly layers: readonly Layer[];
}

export interface Repair {
  /** For a person's shell. */
  readonly command: string;
  readonly interrupts: Interruption;
  /** What `nautilus drift repair` does itself; absent: only the command does it. */
  readonly action?: RepairAction;
}

/** What can be put right without replacing a container. Plain values: a plan can be shown, tested and carried out later. */
export type RepairAction =
  /** `resources` in the words of POST /containers/{id}/update. */
  | { readonly do: 'update'; readonly container: string; readonly resources: Readonly<Record<string, unknown>> }
  | { readonly do: 'unpause' | 'start' | 'restart'; readonly container: string }
  /** Leaves the network first where it is in it in another way. */
  | {
      readonly do: 'connect';
      readonly container: string;
      readonly network: string;
      readonly address: string;
      readonly aliases: readonly string[];
      readonly leave: boolean;
    }
  | { readonly do: 'disconnect'; readonly container: string; readonly network: string }
  /** Inside the container, by the server's own program; never with a secret on its command line. */
  | { readonly do: 'command'; readonly container: string; readonly argv: readonly string[] };

/** What differs, before it is known whose it is and how it is put right. */
export interface Difference extends Pick<Finding, 'kind' | 'what' | 'declared' | 'live' | 'cause'> {
  /** Part of the id where a service may have several of the kind. @default the kind */
  readonly name?: string;
}

/** How a layer tells of a difference. */
export const findingOf =
  (layer: Layer) =>
  (service: string, { kind, name = kind, ...told }: Difference, repair: Repair, cause = told.cause): Finding => ({
    id: `${service}/${name}`,
    service,
    kind,
    ...told,
    ...(cause !== undefined && { cause }),
    repair,
    layers: [layer],
  });

/** A layer, or a part of it, that could not be looked at: no proof of anything. */
export interface Unread {
  readonly layer: Layer;
  /** Service, stack, or what else was asked. */
  readonly what: string;
  readonly reason: string;
}

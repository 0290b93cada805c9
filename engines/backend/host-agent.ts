import { type Fact, fact, z } from '@nautilus/core/kernel';
import { readJson, reasonOf } from './ask';

/** How long the agent may take, ms: it is on the same machine. */
const TIMEOUT_MS = 500;
/** How long its last answer is taken for the present one, ms: a name that cannot be resolved is not looked up for each question. */
const REMEMBER_MS = 2000;

const Cores = z.object({ cores: z.int().positive(), busyCores: z.number().min(0) }).partial();

/** What the native agent on the host tells of the machine, GET /api/v1/host: it leaves out what it cannot find out. */
const HostReport = z
  .object({
    /** "Apple M4 Max" … */
    chip: z.string(),
    performance: Cores,
    efficiency: Cores,
    gpu: z
      .object({ cores: z.int().positive(), busyShare: z.number().min(0).max(1), watts: z.number().min(0) })
      .partial(),
    /** Of its use only the power is told by any tool. */
    neuralEngine: z.object({ cores: z.int().positive(), watts: z.number().min(0) }).partial(),
  })
  .partial();

export type HostReport = z.infer<typeof HostReport>;

/** What is known of the host, or why nothing is. */
export class HostView {
  constructor(
    readonly address: string,
    readonly report: HostReport | undefined,
    /** Null: it answered. */
    readonly reason: string | null,
  ) {}

  /** A fact that only the agent can tell. */
  fact<T>(pick: (report: HostReport) => T | undefined): Fact<T> {
    return fact('host agent', this.report && pick(this.report), this.reason ?? 'the host agent does not tell it');
  }
}

/** Asks the agent. Never rejects: without an answer nothing is known, and why. */
async function ask(address: string): Promise<HostView> {
  try {
    const report = await readJson(HostReport, `${address}/api/v1/host`, TIMEOUT_MS);
    return new HostView(address, report, report ? null : `what answers at ${address} is no host agent`);
  } catch (error) {
    return new HostView(address, undefined, `no host agent answers at ${address}: ${reasonOf(error, TIMEOUT_MS)}`);
  }
}

/** The native agent on the host: the only one who sees the Mac under Docker's virtual machine. */
export class HostAgent {
  private last: { readonly view: Promise<HostView>; readonly at: number } | undefined;

  constructor(readonly address: string) {}

  view(): Promise<HostView> {
    if (!this.last || performance.now() - this.last.at > REMEMBER_MS)
      this.last = { view: ask(this.address), at: performance.now() };
    return this.last.view;
  }
}

import { InvalidValue } from './invalid-value';

/** A CPU quota, in cores; Docker keeps it in steps of 1e-9. */
export class CpuCores {
  static readonly allowed = 'a number of cores above 0 with at most two decimals, such as 0.5 or 2';

  private constructor(readonly cores: number) {}

  static of(cores: number): CpuCores {
    if (!Number.isFinite(cores) || cores <= 0 || cores > 1024 || Math.abs(cores * 100 - Math.round(cores * 100)) > 1e-9)
      throw new InvalidValue({ value: cores, what: 'a number of CPU cores', allowed: CpuCores.allowed });
    return new CpuCores(Math.round(cores * 100) / 100);
  }

  /** Terraform's `docker_container.cpus`: a decimal string with a fraction, or the provider sees a difference for ever. */
  toTerraform(): string {
    return Number.isInteger(this.cores) ? this.cores.toFixed(1) : String(this.cores);
  }
  /** `HostConfig.NanoCpus` of Docker's API. */
  toNanoCpus(): number {
    return Math.round(this.cores * 1e9);
  }
  /** `cpu.weight` in Docker's terms: 1024 a core, at least 2. */
  toShares(): number {
    return Math.max(2, Math.round(this.cores * 1024));
  }
  toString(): string {
    return String(this.cores);
  }
  toJSON(): number {
    return this.cores;
  }
}

/** Long work for a person: plain lines, each as it happens. */
export const progressLine = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/** Redraws a block of lines in place on a terminal; elsewhere prints a block only when `summary` changed. */
export class LiveBlock {
  private drawn = 0;
  private lastSummary = '';

  constructor(private readonly out: NodeJS.WriteStream = process.stdout) {}

  /** Takes the block off the terminal, so that other lines can be written in its place. */
  clear(): void {
    if (this.out.isTTY && this.drawn > 0) this.out.write(`\x1b[${this.drawn}A\x1b[J`);
    this.drawn = 0;
  }

  draw(lines: readonly string[], summary: string): void {
    if (this.out.isTTY) {
      const up = this.drawn > 0 ? `\x1b[${this.drawn}A` : '';
      this.out.write(`${up}${lines.map((line) => `\x1b[2K${line}\n`).join('')}`);
      this.drawn = lines.length;
    } else if (summary !== this.lastSummary) {
      this.out.write(`${summary}\n`);
      this.lastSummary = summary;
    }
  }
}

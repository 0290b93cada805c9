import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import readline from 'node:readline';
import { installationRoot } from '@nautilus/config';

/** A program that answers a line with a line, in a process of its own; what it writes to standard error is shown. */
export class LineProcess {
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;

  /** @param program a bundle; what it could not take in, such as native modules, it finds where this installation has it */
  constructor(program: string, args: readonly string[]) {
    this.child = spawn(process.execPath, [program, ...args], {
      env: { ...process.env, NODE_PATH: path.join(installationRoot(), 'node_modules') },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.lines = readline.createInterface({ input: this.child.stdout! })[Symbol.asyncIterator]();
  }

  /** The next line that it prints. @throws Error when it has ended */
  async line(): Promise<string> {
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`the process ended with ${this.child.exitCode ?? this.child.signalCode}`);
    return value;
  }

  async ask(line: string): Promise<string> {
    this.child.stdin!.write(`${line}\n`);
    return this.line();
  }

  /** Ends its input, and the process itself if it goes on for 5 s. */
  async stop(signal?: NodeJS.Signals): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.stdin!.end();
    if (signal) this.child.kill(signal);
    const forced = setTimeout(() => this.child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(forced);
  }
}

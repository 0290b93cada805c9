import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { installationRoot } from '@nautilus/config';
import { findProgram } from '../harness/find-program';
import { figuresOf } from '../harness/program';
import type { Absent } from '../result';

/** Its two implementations: a tree of prices with its own lists, and Java's collections. */
export type ExchangeCoreBook = 'direct' | 'naive';

/** The books of exchange-core (Java), compiled against what Maven Central has of it. */
export class ExchangeCore {
  private constructor(private readonly classPath: string) {}

  /** @param side named where Java, Maven or the library is not to be had */
  static prepare(directory: string, side: string): ExchangeCore | Absent {
    const lacking = ['java', 'javac', 'mvn'].filter((program) => findProgram(program) === undefined);
    if (lacking.length > 0) return { side, reason: `needs Java and Maven: no ${lacking.join(', no ')} on the PATH` };
    const source = path.join(installationRoot(), 'bench', 'peers', 'exchange-core');
    const [library, classes] = [path.join(directory, 'exchange-core'), path.join(directory, 'exchange-core-classes')];
    const quiet = { stdio: 'pipe', encoding: 'utf8' } as const;
    try {
      execFileSync(
        'mvn',
        [
          '-q',
          '-B',
          '-f',
          path.join(source, 'pom.xml'),
          'dependency:copy-dependencies',
          `-DoutputDirectory=${library}`,
        ],
        quiet,
      );
      execFileSync('javac', ['-cp', `${library}/*`, '-d', classes, path.join(source, 'Replay.java')], quiet);
    } catch (error) {
      const { stdout = '', message } = error as Error & { stdout?: string };
      return { side, reason: `could not be prepared: ${stdout.trim().split('\n')[0] || message}` };
    }
    return new ExchangeCore(`${classes}:${library}/*`);
  }

  /**
   * Commands a second, then trades, rejects, filled, live and best prices.
   * @param replay the flow's file, rounds, capacity and commands that are not measured
   */
  replay(book: ExchangeCoreBook, replay: readonly string[]): number[][] {
    return figuresOf('java', ['-Xms1g', '-Xmx1g', '-cp', this.classPath, 'Replay', book, ...replay]);
  }
}

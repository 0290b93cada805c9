/**
 * The other process of the shared buffers: `role directory …`.
 *
 * - `make name bytes`: makes a buffer, fills it, says `made TOKEN`, and holds it
 * - `read name bytes`: opens it, checks what is in it, says `read`, writes an answer into it, and holds it
 * - `token TOKEN`: opens it by its token, says `read`, and holds it
 * - `churn`: makes, opens and releases buffers at random for ever, saying `round N`
 */
// Not by the folder's index: a process that is killed a moment later need not load the metrics.
import { SharedBuffers } from '../../../engines/core/memory/shared-buffers';

const [role, directory, ...rest] = process.argv.slice(2) as [string, string, ...string[]];
const say = (text: string) => process.stdout.write(`${text}\n`);
const buffers = SharedBuffers.in({ directory, owner: role });

function hold(): void {
  process.stdin.resume();
  process.stdin.on('end', () => {
    buffers.close();
    process.exit(0);
  });
}

const expected = (index: number): number => (Math.imul(index, 0x9e3779b1) >>> 7) | 0;

function churn(): void {
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  for (let round = 0; ; round++) {
    const name = `churn-${process.pid}-${round % 3}`;
    const buffer = buffers.create(name, 4096 + (round % 5) * 4096);
    const view = buffer.view(Int32Array);
    for (let at = 0; at < view.length; at++) view[at] = expected(at);
    const again = buffers.openToken(buffer.token);
    for (const { name: other } of buffers.list()) {
      if (other === name) continue;
      try {
        const theirs = buffers.open(other);
        theirs.release();
      } catch {
        // It went between the list and the call.
      }
    }
    again.release();
    if (round % 4 !== 0) Atomics.wait(sleeper, 0, 0, Math.random());
    buffer.release();
    say(`round ${round}`);
  }
}

if (role === 'make') {
  const buffer = buffers.create(rest[0]!, Number(rest[1]), 'metal');
  const view = buffer.view(Int32Array);
  for (let at = 0; at < view.length; at++) view[at] = expected(at);
  say(`made ${buffer.token}`);
  hold();
} else if (role === 'read' || role === 'token') {
  const buffer = role === 'read' ? buffers.open(rest[0]!) : buffers.openToken(Number(rest[0]));
  const view = buffer.view(Int32Array);
  for (let at = 1; at < view.length; at++)
    if (view[at] !== expected(at)) throw new Error(`word ${at} is ${view[at]}, ${expected(at)} is right`);
  view[0] = 4711;
  say('read');
  hold();
} else churn();

/**
 * A full memory fence, made of what JavaScript has.
 *
 * An atomic store orders what came before it, an atomic load what comes after it; neither orders the other side (on
 * ARM they are STLR and LDAR). One after the other they order everything: nothing moves below the store or above the load,
 * and a load-acquire is never performed before an earlier store-release. On x86 the store is an XCHG, a full fence.
 * The word is private to the process, so its cache line stays here.
 */
const word = new Int32Array(new SharedArrayBuffer(128));

export function fence(): void {
  Atomics.store(word, 0, 0);
  Atomics.load(word, 0);
}

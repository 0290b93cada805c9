/**
 * Columns of what is never given back. Their memory is shared, which V8 leaves out of what decides when garbage is collected: for a store
 * that only grows it would look for garbage several times a second, in vain.
 */
export const doubles = (rows: number): Float64Array => new Float64Array(new SharedArrayBuffer(rows * 8));
export const integers = (rows: number): Int32Array => new Int32Array(new SharedArrayBuffer(rows * 4));
export const bytes = (rows: number): Uint8Array => new Uint8Array(new SharedArrayBuffer(rows));

import type { BufferKind } from './buffer-table';
import { MemoryError } from './errors';
import type { View, ViewType } from './handles';

/** A buffer that is held. It stays readable for whoever has a view of it, and is not removed before it is released. */
export class SharedBuffer {
  private count = 1;

  /** Made by `SharedBuffers` alone. */
  constructor(
    private readonly home: { released(buffer: SharedBuffer): void },
    readonly name: string,
    readonly kind: BufferKind,
    /** Stands for the buffer in a message: `SharedBuffers.openToken`. A whole number below 2^40. */
    readonly token: number,
    private readonly mapped: ArrayBuffer,
    readonly bytes: number,
    /** Made here, not opened. */
    readonly made = true,
  ) {}

  get memory(): ArrayBuffer {
    if (this.count > 0) return this.mapped;
    throw new MemoryError({
      code: 'NAUT_MEMORY_BUFFER_RELEASED',
      message: `the shared buffer ${this.name} was released here`,
      fix: 'open it again, while somebody else holds it',
    });
  }

  /** @throws MemoryError NAUT_MEMORY_BUFFER_RELEASED */
  view<V extends View>(type: ViewType<V>): V {
    return new type(this.memory, 0, Math.trunc(this.bytes / type.BYTES_PER_ELEMENT));
  }

  /** As often as it was made and opened here. @throws MemoryError NAUT_MEMORY_BUFFER_RELEASED */
  release(): void {
    void this.memory;
    if (--this.count === 0) this.home.released(this);
  }

  /** For `SharedBuffers` alone. */
  again(): this {
    this.count++;
    return this;
  }

  /** For `SharedBuffers` alone. */
  forceRelease(): void {
    this.count = 0;
    this.home.released(this);
  }
}

/** Anonymous pages of the kernel: aligned to a page, and of no cost until they are written to. */
import koffi from 'koffi';
import { MemoryError } from './errors';

interface CLibrary {
  mmap(address: null, length: number, protection: number, flags: number, fd: number, offset: number): unknown;
  munmap(address: unknown, length: number): number;
  madvise(address: unknown, length: number, advice: number): number;
}

const linux = process.platform === 'linux';
/** The second name is musl's. */
const libraries = linux
  ? ['libc.so.6', `libc.musl-${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}.so.1`]
  : ['libSystem.B.dylib'];

const PROT_READ_WRITE = 3;
const MAP_PRIVATE = 2;
const MAP_ANONYMOUS = linux ? 0x20 : 0x1000;
/** Address space that nobody promises memory for: a limit of the container counts pages that are used. */
const MAP_NORESERVE = linux ? 0x4000 : 0x40;
const MAP_FAILED = 0xffff_ffff_ffff_ffffn;
/** Linux gives the pages back at once and reads zeros afterwards; macOS only may take them. */
const DISCARD = linux ? 4 : 5;

let loaded: CLibrary | undefined;

function libc(): CLibrary {
  if (loaded) return loaded;
  const failures: string[] = [];
  for (const name of libraries) {
    try {
      const library = koffi.load(name);
      loaded = {
        mmap: library.func(
          'void *mmap(void *address, size_t length, int protection, int flags, int fd, int64_t offset)',
        ),
        munmap: library.func('int munmap(void *address, size_t length)'),
        madvise: library.func('int madvise(void *address, size_t length, int advice)'),
      };
      return loaded;
    } catch (error) {
      failures.push(`${name}: ${(error as Error).message}`);
    }
  }
  throw new MemoryError({
    code: 'NAUT_MEMORY_UNAVAILABLE',
    message: `no C library found on ${process.platform} ${process.arch} (${failures.join('; ')}); Linux and macOS are supported`,
    fix: 'run the engines on Linux or macOS, or in a Linux container',
  });
}

/** Mappings go when nothing can reach their buffer any more: unmapping earlier would turn a late read into a crash. */
const mappings = new FinalizationRegistry<{ address: unknown; bytes: number }>(({ address, bytes }) => {
  libc().munmap(address, bytes);
});

/** Memory of the kernel's, all zeros. */
export class Pages {
  private constructor(
    readonly buffer: ArrayBuffer,
    private readonly address: unknown,
  ) {}

  /** @throws MemoryError NAUT_MEMORY_UNAVAILABLE */
  static map(bytes: number): Pages {
    const address = libc().mmap(null, bytes, PROT_READ_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (address === null || koffi.address(address) === MAP_FAILED)
      throw new MemoryError({
        code: 'NAUT_MEMORY_UNAVAILABLE',
        message: `the kernel refuses ${bytes} bytes of address space (errno ${koffi.errno()})`,
        fix: 'raise the limit of the user (ulimit -v), or give the engine a smaller memory budget',
      });
    const buffer = koffi.view(address, bytes) as ArrayBuffer;
    mappings.register(buffer, { address, bytes });
    return new Pages(buffer, address);
  }

  /** Gives all pages back to the kernel. What was in them is lost; the buffer can be used on. */
  discard(): void {
    libc().madvise(this.address, this.buffer.byteLength, DISCARD);
  }
}

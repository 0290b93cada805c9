/** The calls of the C library that Node lacks: mmap, munmap, madvise and flock. */
import { constants } from 'node:os';
import koffi from 'koffi';
import { TransportError } from './errors';

const linux = process.platform === 'linux';
/** The C library by platform; the second Linux names are musl's. */
const libraries: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: ['libc.so.6', `libc.musl-${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}.so.1`],
  darwin: ['libSystem.B.dylib'],
};

interface CLibrary {
  mmap(address: null, length: number, protection: number, flags: number, fd: number, offset: number): unknown;
  munmap(address: unknown, length: number): number;
  madvise(address: unknown, length: number, advice: number): number;
  flock(fd: number, operation: number): number;
}

// The same numbers on Linux and macOS, where nothing else is said.
const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;
const MAP_PRIVATE = 2;
const MAP_ANONYMOUS = linux ? 0x20 : 0x1000;
/** Address space that nobody promises memory for: a limit of the container counts pages that are used. */
const MAP_NORESERVE = linux ? 0x4000 : 0x40;
const MAP_FAILED = 0xffff_ffff_ffff_ffffn;
/** Linux gives the pages back at once and reads zeros afterwards; macOS only may take them. */
const DISCARD = linux ? 4 : 5;
const LOCK_EXCLUSIVE = 2;
const LOCK_DO_NOT_WAIT = 4;
const LOCK_RELEASE = 8;

let loaded: CLibrary | undefined;

function load(): CLibrary {
  const failures: string[] = [];
  for (const name of libraries[process.platform] ?? []) {
    try {
      const library = koffi.load(name);
      return {
        mmap: library.func(
          'void *mmap(void *address, size_t length, int protection, int flags, int fd, int64_t offset)',
        ),
        munmap: library.func('int munmap(void *address, size_t length)'),
        madvise: library.func('int madvise(void *address, size_t length, int advice)'),
        flock: library.func('int flock(int fd, int operation)'),
      };
    } catch (error) {
      failures.push(`${name}: ${(error as Error).message}`);
    }
  }
  throw new TransportError({
    code: 'NAUT_SHARED_MEMORY_UNSUPPORTED',
    message: `no C library found on ${process.platform} ${process.arch}${failures.length ? ` (${failures.join('; ')})` : ''}; Linux and macOS are supported`,
    fix: 'run the engines on Linux or macOS, or in a Linux container',
  });
}

const libc = (): CLibrary => (loaded ??= load());

/** Mappings go when nothing can reach their buffer any more: unmapping earlier would turn a late read into a crash. */
const mappings = new FinalizationRegistry<{ address: unknown; bytes: number }>(({ address, bytes }) => {
  libc().munmap(address, bytes);
});

/** Memory of the kernel's. */
export interface Mapping {
  readonly buffer: ArrayBuffer;
  /** Gives all pages back to the kernel. What was in them is lost; the buffer can be used on. */
  discard(): void;
}

function map(bytes: number, flags: number, fd: number): Mapping {
  const address = libc().mmap(null, bytes, PROT_READ_WRITE, flags, fd, 0);
  if (address === null || koffi.address(address) === MAP_FAILED) {
    throw new TransportError({
      code: 'NAUT_SHARED_MEMORY_FAILED',
      message: `mmap of ${bytes} bytes failed (errno ${koffi.errno()})`,
      fix: 'check the memory limit of the container and of the user (ulimit -v)',
    });
  }
  const buffer = koffi.view(address, bytes) as ArrayBuffer;
  mappings.register(buffer, { address, bytes });
  return { buffer, discard: () => void libc().madvise(address, bytes, DISCARD) };
}

/**
 * Maps the first `bytes` of an open file, shared with every other process that maps it. The file may be closed afterwards.
 *
 * @throws TransportError NAUT_SHARED_MEMORY_FAILED
 */
export const mapShared = (fd: number, bytes: number): ArrayBuffer => map(bytes, MAP_SHARED, fd).buffer;

/**
 * Maps memory of this process alone: zeros, aligned to a page, of no cost until it is written to.
 *
 * @throws TransportError NAUT_SHARED_MEMORY_FAILED
 */
export const mapPrivate = (bytes: number): Mapping => map(bytes, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);

/** Takes the file's exclusive lock, or returns false when another open file holds it. The kernel drops it when the holder dies. */
export function tryLockFile(fd: number): boolean {
  if (libc().flock(fd, LOCK_EXCLUSIVE | LOCK_DO_NOT_WAIT) === 0) return true;
  const errno = koffi.errno();
  if (errno === constants.errno.EAGAIN || errno === constants.errno.EINTR) return false;
  throw new TransportError({
    code: 'NAUT_SHARED_MEMORY_FAILED',
    message: `flock failed (errno ${errno})`,
    fix: 'put the shared-memory directory on a local file system (tmpfs, ext4, APFS)',
  });
}

export function unlockFile(fd: number): void {
  libc().flock(fd, LOCK_RELEASE);
}

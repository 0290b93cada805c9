/*
 * Two processes and one ring of shared memory, as the transport has it: one writer, one reader, 64 bytes a message.
 *
 * ring hop COUNT: half of a round trip over two rings; prints p50 and p99 in nanoseconds.
 * ring throughput COUNT BATCH: one way; prints messages a second.
 */
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "clock.h"

#define SLOTS 16384
#define WORDS 16 /* of a message */

/* Each cursor has two cache lines to itself. */
struct ring {
  _Alignas(128) _Atomic uint32_t head;
  _Alignas(128) _Atomic uint32_t tail;
  _Alignas(128) uint32_t slots[SLOTS][WORDS];
};

struct shared {
  struct ring there, back;
  _Alignas(128) _Atomic int ready;
};

static void put(struct ring *ring, uint32_t at, uint32_t value) {
  uint32_t *slot = ring->slots[at & (SLOTS - 1)];
  for (int word = 0; word < WORDS; word++) slot[word] = value;
}

/* The sum of a message's words: a reader that reads nothing would be too fast. */
static uint32_t sum(struct ring *ring, uint32_t at) {
  uint32_t *slot = ring->slots[at & (SLOTS - 1)], total = 0;
  for (int word = 0; word < WORDS; word++) total += slot[word];
  return total;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

static void hop(struct shared *shared, uint32_t count) {
  if (fork() == 0) {
    shared->ready = 1;
    for (uint32_t at = 0; at < count; at++) {
      while (atomic_load_explicit(&shared->there.head, memory_order_acquire) == at) {}
      put(&shared->back, at, sum(&shared->there, at));
      atomic_store_explicit(&shared->back.head, at + 1, memory_order_release);
    }
    _exit(0);
  }
  double *trips = malloc(count * sizeof *trips);
  while (!shared->ready) {}
  double start = now_ns();
  for (uint32_t at = 0; at < count; at++) {
    put(&shared->there, at, at);
    atomic_store_explicit(&shared->there.head, at + 1, memory_order_release);
    while (atomic_load_explicit(&shared->back.head, memory_order_acquire) == at) {}
    double end = now_ns();
    trips[at] = (end - start) / 2;
    start = end;
  }
  wait(NULL);
  /* The first half warms caches and branch predictors up, as on the other side. */
  qsort(trips + count / 2, count - count / 2, sizeof *trips, ascending);
  uint32_t measured = count - count / 2;
  printf("%.1f %.1f\n", trips[count / 2 + measured / 2], trips[count / 2 + (uint32_t)(measured * 0.99)]);
}

static void throughput(struct shared *shared, uint32_t count, uint32_t batch) {
  struct ring *ring = &shared->there;
  if (fork() == 0) {
    shared->ready = 1;
    uint32_t at = 0, head = 0, total = 0;
    while (at < count) {
      while (at == head) head = atomic_load_explicit(&ring->head, memory_order_acquire);
      while (at < head) total += sum(ring, at++);
      atomic_store_explicit(&ring->tail, at, memory_order_release);
    }
    _exit(total == 1);
  }
  while (!shared->ready) {}
  double start = now_ns();
  uint32_t tail = 0;
  for (uint32_t at = 0; at < count; at++) {
    while (at - tail == SLOTS) {
      atomic_store_explicit(&ring->head, at, memory_order_release);
      tail = atomic_load_explicit(&ring->tail, memory_order_acquire);
    }
    put(ring, at, at);
    if ((at + 1) % batch == 0) atomic_store_explicit(&ring->head, at + 1, memory_order_release);
  }
  atomic_store_explicit(&ring->head, count, memory_order_release);
  while (atomic_load_explicit(&ring->tail, memory_order_acquire) != count) {}
  double seconds = (now_ns() - start) / 1e9;
  wait(NULL);
  printf("%.0f\n", count / seconds);
}

int main(int count, char **arguments) {
  if (count < 3) return 2;
  struct shared *shared =
      mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return 1;
  memset(shared, 0, sizeof *shared); /* no page is met for the first time while the clock runs */
  uint32_t messages = strtoul(arguments[2], NULL, 10);
  if (strcmp(arguments[1], "hop") == 0) hop(shared, messages);
  else throughput(shared, messages, strtoul(arguments[3], NULL, 10));
  return 0;
}

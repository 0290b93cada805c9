/*
 * malloc and free over a recorded trace: what an allocator of the machine's own takes for the same work.
 *
 * allocate TRACE ROUNDS: TRACE holds pairs of 32-bit integers, slot and size; size 0 frees what the slot holds. Prints nanoseconds an
 * operation of the last round.
 */
#include <stdio.h>
#include <stdlib.h>
#include "clock.h"

int main(int count, char **arguments) {
  if (count != 3) return 2;
  FILE *file = fopen(arguments[1], "rb");
  if (!file) return 1;
  fseek(file, 0, SEEK_END);
  long pairs = ftell(file) / 8;
  rewind(file);
  int *trace = malloc(pairs * 8);
  if (!trace || fread(trace, 8, pairs, file) != (size_t)pairs) return 1;
  int slots = 0;
  for (long at = 0; at < pairs; at++)
    if (trace[2 * at] >= slots) slots = trace[2 * at] + 1;
  int **held = calloc(slots, sizeof *held);
  double taken = 0;
  for (int round = 0; round < atoi(arguments[2]); round++) {
    double start = now_ns();
    for (long at = 0; at < pairs; at++) {
      int slot = trace[2 * at], size = trace[2 * at + 1];
      if (size) {
        int *block = malloc(size);
        block[0] = size; /* a block that nobody touches costs less than it does in use */
        held[slot] = block;
      } else {
        free(held[slot]);
        held[slot] = NULL;
      }
    }
    taken = now_ns() - start;
    for (int slot = 0; slot < slots; slot++) {
      free(held[slot]);
      held[slot] = NULL;
    }
  }
  printf("%.4f\n", taken / pairs);
  return 0;
}

/*
 * The disk alone: writes so many bytes at a time into room that is allocated, and syncs each before the next.
 *
 * durable FILE BYTES COMMITS RECORDS-PER-COMMIT: prints records a second, then ms of a commit: p50 and p99.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "clock.h"

static int by_time(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  size_t bytes = strtoul(argv[2], 0, 10);
  long commits = atol(argv[3]), records = atol(argv[4]);
  char *batch = malloc(bytes);
  double *times = malloc(commits * sizeof *times);
  int file = open(argv[1], O_RDWR | O_CREAT | O_TRUNC, 0600);
  if (file < 0) return perror(argv[1]), 1;
  memset(batch, 0, bytes);
  for (long i = 0; i < commits; i++)
    if (pwrite(file, batch, bytes, i * bytes) != (ssize_t)bytes) return perror("write"), 1;
  fsync(file);
  double start = now_ns();
  for (long i = 0; i < commits; i++) {
    double from = now_ns();
    memset(batch, 1 + i % 100, bytes);
    if (pwrite(file, batch, bytes, i * bytes) != (ssize_t)bytes || fdatasync(file)) return perror("write"), 1;
    times[i] = now_ns() - from;
  }
  double seconds = (now_ns() - start) / 1e9;
  qsort(times, commits, sizeof *times, by_time);
  printf("%f %f %f\n", commits * records / seconds, times[commits / 2] / 1e6, times[commits * 99 / 100] / 1e6);
  unlink(argv[1]);
  return 0;
}

/*
 * The messages of an ITCH file in BinaryFILE framing, field by field: what reading them costs without a language around it.
 *
 * itch FILE: prints messages a second, then their number and, for each field, the sum of its lowest 32 bits.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "clock.h"

enum { CHUNK = 1 << 20, MOST = 64 };

static uint64_t big(const uint8_t *at, int bytes) {
  uint64_t value = 0;
  for (int i = 0; i < bytes; i++) value = value << 8 | at[i];
  return value;
}

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  int file = open(argv[1], O_RDONLY);
  if (file < 0) return perror(argv[1]), 1;
  uint8_t *memory = malloc(CHUNK + MOST);
  uint32_t locate = 0, time = 0, reference = 0, shares = 0, price = 0, buys = 0, count = 0;
  double start = now_ns();
  size_t rest = 0;
  for (ssize_t got; (got = read(file, memory + rest, CHUNK)) > 0;) {
    const uint8_t *at = memory, *end = memory + rest + got;
    while (end - at >= 2) {
      size_t length = big(at, 2);
      if (length == 0 || (size_t)(end - at) < length + 2) break;
      const uint8_t *message = at + 2;
      at = message + length;
      count++;
      locate += big(message + 1, 2);
      time += big(message + 5, 6);
      if (message[0] == 'A') {
        reference += big(message + 11, 8);
        buys += message[19] == 'B';
        shares += big(message + 20, 4);
        price += big(message + 32, 4);
      } else if (message[0] == 'E') {
        reference += big(message + 11, 8);
        shares += big(message + 19, 4);
      } else if (message[0] == 'D') reference += big(message + 11, 8);
    }
    rest = end - at;
    memmove(memory, at, rest);
  }
  double seconds = (now_ns() - start) / 1e9;
  printf("%f\n%u %d %d %d %d %d %u\n", count / seconds, count, (int32_t)locate, (int32_t)time, (int32_t)reference,
         (int32_t)shares, (int32_t)price, buys);
  return 0;
}

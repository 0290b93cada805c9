/*
 * An order book of the same design as engines/core/matching: records of eight integers and the levels behind them in one array, a level
 * the head of the ring of its orders, an open-addressed table of ids that keeps neighbours together, and price levels in pages of 256
 * under a 256-way tree with bitmaps.
 *
 * book FLOW ROUNDS CAPACITY SKIP: FLOW holds commands of five 32-bit integers, kind (0 limit, 1 cancel, 2 reduce, 3 immediate-or-cancel),
 * id, side, price, quantity. Prints commands a second of the second half of the rounds, each without its first SKIP commands, then trades,
 * rejects, filled, live and the best prices of buyers and sellers (0: none).
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "clock.h"

enum { PAGES = 129, FANOUT = 256, WORDS = FANOUT / 32, NODES = 2 * PAGES + 2, RECENT = 16 };
enum { NO_LEVEL = -1, NO_RANK = 0x7fffffff, NO_PREFIX = 1 << 30 };
enum { ORDER = 8, LEVEL = 4, PAGE = FANOUT * LEVEL };
/* Fields of an order; a level has `next` and `previous` at the same places and its quantity, a double, before them. */
enum { PRICE, QUANTITY, NEXT, PREVIOUS, ID, AT_LEVEL, RANK, SIDE };

struct fill {
  int32_t maker, taker, price, quantity, left;
};

static int32_t best_rank[2], best_level[2], found_rank;
static int32_t nodes, free_node, pages, free_page, recent[RECENT][2][2];
static uint32_t page_bits[PAGES][WORDS], node_bits[NODES][WORDS];
static int32_t children[NODES][FANOUT];

static int32_t *records, *ids, capacity, origin, untouched, free_order, live, fill_count;
static double *quantities;
static struct fill *fills;
static uint32_t id_mask, id_shift;

static int next_bit(const uint32_t *words, int from) {
  int index = from >> 5;
  if (index >= WORDS) return -1;
  uint32_t word = words[index] & (~0u << (from & 31));
  while (!word) {
    if (++index == WORDS) return -1;
    word = words[index];
  }
  return (index << 5) + __builtin_ctz(word);
}

static int32_t level_of(int32_t page, int32_t rank) { return origin + (page * FANOUT + (rank & 255)) * LEVEL; }

static int32_t find_level(int side, int32_t rank) {
  int32_t *seen = recent[rank >> 8 & (RECENT - 1)][side];
  if (seen[0] == rank >> 8) return seen[1] + (rank & 255) * LEVEL;
  uint32_t key = (uint32_t)rank ^ 0x80000000u;
  int32_t upper = children[side][key >> 24];
  if (!upper) return NO_LEVEL;
  int32_t lower = children[upper][key >> 16 & 255];
  if (!lower) return NO_LEVEL;
  int32_t page = children[lower][key >> 8 & 255];
  if (!page) return NO_LEVEL;
  seen[0] = rank >> 8;
  seen[1] = level_of(page, 0);
  return level_of(page, rank);
}

static int32_t found(uint32_t key, int32_t page) {
  found_rank = (int32_t)(key ^ 0x80000000u);
  return level_of(page, (int32_t)key);
}

static int32_t first_of_page(uint32_t key, int32_t page) { return found(key | (uint32_t)next_bit(page_bits[page], 0), page); }

static int32_t first_of_lower(uint32_t key, int32_t node) {
  int next = next_bit(node_bits[node], 0);
  return first_of_page(key | (uint32_t)next << 8, children[node][next]);
}

static int32_t after(int side, int32_t rank) {
  uint32_t key = (uint32_t)rank ^ 0x80000000u;
  int a = key >> 24, b = key >> 16 & 255, c = key >> 8 & 255, next;
  int32_t upper = children[side][a];
  if (upper) {
    int32_t lower = children[upper][b];
    if (lower) {
      int32_t page = children[lower][c];
      if (page && (next = next_bit(page_bits[page], (key & 255) + 1)) >= 0) return found((key & ~255u) | (uint32_t)next, page);
      if ((next = next_bit(node_bits[lower], c + 1)) >= 0)
        return first_of_page((key & ~0xffffu) | (uint32_t)next << 8, children[lower][next]);
    }
    if ((next = next_bit(node_bits[upper], b + 1)) >= 0)
      return first_of_lower((key & ~0xffffffu) | (uint32_t)next << 16, children[upper][next]);
  }
  if ((next = next_bit(node_bits[side], a + 1)) < 0) return NO_LEVEL;
  int32_t node = children[side][next];
  int below = next_bit(node_bits[node], 0);
  return first_of_lower((uint32_t)next << 24 | (uint32_t)below << 16, children[node][below]);
}

static int32_t child(int32_t node, int index) {
  int32_t existing = children[node][index];
  if (existing) return existing;
  int32_t taken = free_node;
  if (taken) {
    free_node = children[taken][0];
    children[taken][0] = 0;
  } else taken = nodes++;
  children[node][index] = taken;
  node_bits[node][index >> 5] |= 1u << (index & 31);
  return taken;
}

static int32_t add_level(int side, int32_t rank) {
  uint32_t key = (uint32_t)rank ^ 0x80000000u;
  int32_t lower = child(child(side, key >> 24), key >> 16 & 255), page = free_page;
  int index = key >> 8 & 255;
  if (page) {
    free_page = (int32_t)page_bits[page][0];
    page_bits[page][0] = 0;
  } else page = pages++;
  children[lower][index] = page;
  node_bits[lower][index >> 5] |= 1u << (index & 31);
  if (level_of(page, 0) >= untouched)
    for (int32_t end = untouched + PAGE; untouched < end; untouched += LEVEL)
      records[untouched + NEXT] = records[untouched + PREVIOUS] = untouched;
  return level_of(page, rank);
}

static void occupy(int side, int32_t rank, int32_t level) {
  page_bits[(level - origin) / PAGE][(rank & 255) >> 5] |= 1u << (rank & 31);
  if (best_level[side] == NO_LEVEL || rank < best_rank[side]) {
    best_rank[side] = rank;
    best_level[side] = level;
  }
}

static int unlink_child(int32_t node, int index) {
  children[node][index] = 0;
  node_bits[node][index >> 5] &= ~(1u << (index & 31));
  return next_bit(node_bits[node], 0) < 0;
}

static void give_back(int32_t node) {
  children[node][0] = free_node;
  free_node = node;
}

static void remove_page(int side, int32_t rank, int32_t page) {
  uint32_t key = (uint32_t)rank ^ 0x80000000u;
  int a = key >> 24, b = key >> 16 & 255;
  int32_t upper = children[side][a], lower = children[upper][b];
  page_bits[page][0] = (uint32_t)free_page;
  free_page = page;
  int32_t *seen = recent[rank >> 8 & (RECENT - 1)][side];
  if (seen[0] == rank >> 8) seen[0] = NO_PREFIX;
  if (!unlink_child(lower, key >> 8 & 255)) return;
  give_back(lower);
  if (!unlink_child(upper, b)) return;
  give_back(upper);
  unlink_child(side, a);
}

static void vacate(int side, int32_t rank, int32_t level) {
  int32_t page = (level - origin) / PAGE;
  uint32_t *bits = page_bits[page];
  int low = rank & 255;
  bits[low >> 5] &= ~(1u << (low & 31));
  if (level == best_level[side]) {
    int next = next_bit(bits, low + 1);
    if (next >= 0) {
      best_rank[side] = (int32_t)(((uint32_t)rank & ~255u) | (uint32_t)next);
      best_level[side] = level_of(page, next);
      return;
    }
    best_level[side] = after(side, rank);
    best_rank[side] = best_level[side] == NO_LEVEL ? NO_RANK : found_rank;
  }
  if (next_bit(bits, 0) < 0) remove_page(side, rank, page);
}

/* Groups of 64 ids stay together; a probe goes on 65 entries further, and 65 x STEPS is 1 in 32 bits. */
enum { STEP = 130 };
#define STEPS 0xc0fc0fc1u

static uint32_t home(int32_t id) { return (((uint32_t)id >> 6) * 0x9e3779b1u >> id_shift ^ (id & 63)) << 1; }

/* The place of an id, or the complement of the one where it may go. */
static int32_t find(int32_t id) {
  for (uint32_t place = home(id);; place = (place + STEP) & id_mask) {
    if (!ids[place]) return ~(int32_t)place;
    if (ids[place] == id) return (int32_t)place;
  }
}

static void remove_id(uint32_t gap) {
  for (uint32_t next = (gap + STEP) & id_mask; ids[next]; next = (next + STEP) & id_mask) {
    uint32_t distance = (next - home(ids[next])) * STEPS & id_mask;
    if (distance >= ((next - gap) * STEPS & id_mask)) {
      ids[gap] = ids[next];
      ids[gap + 1] = ids[next + 1];
      gap = next;
    }
  }
  ids[gap] = 0;
}

static void take_off(int32_t *order, int32_t quantity) {
  order[QUANTITY] -= quantity;
  quantities[order[AT_LEVEL] / 2] -= quantity;
}

static void leave(int32_t at) {
  int32_t *order = records + at, next = order[NEXT], previous = order[PREVIOUS], level = order[AT_LEVEL];
  records[previous + NEXT] = next;
  records[next + PREVIOUS] = previous;
  quantities[level / 2] -= order[QUANTITY];
  order[NEXT] = free_order - at - ORDER;
  free_order = at;
  live--;
  if (next == previous) vacate(order[SIDE], order[RANK], level);
}

static void rest(int32_t place, int32_t id, int side, int32_t price, int32_t rank, int32_t quantity) {
  int32_t level = find_level(side, rank), at = free_order, *order = records + at;
  if (level == NO_LEVEL) level = add_level(side, rank);
  int32_t last = records[level + PREVIOUS];
  free_order = at + ORDER + order[NEXT];
  records[last + NEXT] = at;
  records[level + PREVIOUS] = at;
  memcpy(order, (int32_t[]){price, quantity, level, last, id, level, rank, side}, sizeof(int32_t[ORDER]));
  quantities[level / 2] += quantity;
  ids[place] = id;
  ids[place + 1] = at;
  live++;
  if (last == level) occupy(side, rank, level);
}

static int32_t match(int32_t taker, int side, int32_t limit, int32_t quantity) {
  int32_t left = quantity;
  while (best_rank[side] <= limit && best_level[side] != NO_LEVEL) {
    int32_t at = records[best_level[side] + NEXT], *maker = records + at, resting = maker[QUANTITY];
    if (resting > left) {
      take_off(maker, left);
      fills[fill_count++] = (struct fill){maker[ID], taker, maker[PRICE], left, resting - left};
      return quantity;
    }
    left -= resting;
    fills[fill_count++] = (struct fill){maker[ID], taker, maker[PRICE], resting, 0};
    remove_id((uint32_t)find(maker[ID]));
    leave(at);
    if (!left) return quantity;
  }
  return quantity - left;
}

/* The filled quantity, or -1 when the command is refused. */
static int32_t submit(int32_t id, int32_t side, int32_t price, int32_t quantity, int rests) {
  fill_count = 0;
  if (id < 1 || (side & 1) != side || quantity < 1) return -1;
  int32_t place = find(id), rank = price ^ (side - 1), filled = 0;
  if (place >= 0) return -1;
  if (best_rank[1 - side] <= ~rank && best_level[1 - side] != NO_LEVEL) {
    filled = match(id, 1 - side, ~rank, quantity);
    place = find(id);
  } else if (rests && live == capacity) return -1;
  if (rests && filled < quantity) rest(~place, id, side, price, rank, quantity - filled);
  return filled;
}

static int32_t take_out(int32_t id, int32_t by) {
  fill_count = 0;
  int32_t place = find(id);
  if (place < 0) return -1;
  int32_t at = ids[place + 1];
  if (by && by < records[at + QUANTITY]) {
    take_off(records + at, by);
    return by;
  }
  remove_id((uint32_t)place);
  leave(at);
  return 0;
}

static void empty(void) {
  memset(records, 0, (capacity * ORDER + (PAGES - 1) * PAGE) * sizeof *records);
  memset(ids, 0, (id_mask + 1) * sizeof *ids);
  memset(page_bits, 0, sizeof page_bits);
  memset(node_bits, 0, sizeof node_bits);
  memset(children, 0, sizeof children);
  for (int at = 0; at < 2 * RECENT; at++) recent[at / 2][at & 1][0] = NO_PREFIX;
  for (int side = 0; side < 2; side++) {
    best_rank[side] = NO_RANK;
    best_level[side] = NO_LEVEL;
  }
  nodes = 2;
  pages = 1;
  free_node = free_page = free_order = live = 0;
  untouched = capacity * ORDER;
  origin = untouched - PAGE;
}

int main(int count, char **arguments) {
  if (count != 5) return 2;
  FILE *file = fopen(arguments[1], "rb");
  if (!file) return 1;
  fseek(file, 0, SEEK_END);
  long commands = ftell(file) / 20;
  rewind(file);
  int32_t *flow = malloc(commands * 20);
  if (!flow || fread(flow, 20, commands, file) != (size_t)commands) return 1;
  int rounds = atoi(arguments[2]);
  capacity = atoi(arguments[3]);
  long skip = atol(arguments[4]);
  int bits = 33 - __builtin_clz(capacity - 1);
  id_mask = (2u << bits) - 1;
  id_shift = 32 - bits;
  records = malloc((capacity * ORDER + (PAGES - 1) * PAGE) * sizeof *records);
  quantities = (double *)records;
  ids = malloc((id_mask + 1) * sizeof *ids);
  fills = malloc(capacity * sizeof *fills);
  if (!records || !ids || !fills) return 1;
  double taken = 0, start = 0;
  long trades = 0, rejects = 0, filled = 0;
  for (int round = 0; round < rounds; round++) {
    empty();
    trades = rejects = filled = 0;
    for (long at = 0; at < commands; at++) {
      if (at == skip) start = now_ns();
      int32_t *command = flow + 5 * at;
      int32_t result = command[0] == 1   ? take_out(command[1], 0)
                       : command[0] == 2 ? take_out(command[1], command[4])
                                         : submit(command[1], command[2], command[3], command[4], command[0] == 0);
      if (result < 0) rejects++;
      else if (command[0] == 0 || command[0] == 3) {
        filled += result;
        trades += fill_count;
      }
    }
    if (round >= rounds / 2) taken += now_ns() - start;
  }
  printf("%.0f\n%ld %ld %ld %d %d %d\n", (commands - skip) * (rounds - rounds / 2) / taken * 1e9, trades, rejects, filled, live,
         best_level[0] == NO_LEVEL ? 0 : ~best_rank[0], best_level[1] == NO_LEVEL ? 0 : best_rank[1]);
  return 0;
}

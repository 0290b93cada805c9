/*
 * An order book of the same design as engines/core/matching: records of eight integers, lists inside them, an open-addressed table of
 * ids, and price levels in pages of 256 under a 256-way tree with bitmaps.
 *
 * book FLOW ROUNDS: FLOW holds commands of five 32-bit integers, kind (0 limit, 1 cancel, 2 reduce, 3 immediate-or-cancel), id, side,
 * price, quantity. Prints commands a second of the last round, then trades, rejects, filled and live.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "clock.h"

enum { CAPACITY = 1 << 16, PAGES = 64, FANOUT = 256, WORDS = FANOUT / 32, NODES = 2 * PAGES + 1 };
enum { END = -1 };

struct order {
  int32_t price, quantity, next, previous, id, level, rank, side;
};

struct ladder {
  int32_t best_rank, best_level, found_rank;
  int32_t nodes, free_node, pages, free_page, recent_page, recent_prefix;
  int32_t queues[PAGES * FANOUT][2];
  double quantities[PAGES * FANOUT];
  uint32_t page_bits[PAGES][WORDS];
  int32_t children[NODES][FANOUT];
  uint32_t node_bits[NODES][WORDS];
};

struct fill {
  int32_t maker, taker, price, quantity, left;
};

static struct order orders[CAPACITY];
static struct ladder sides[2];
static struct fill fills[CAPACITY];
static int32_t ids[4 * CAPACITY], free_order, live, fill_count;
enum { ID_BITS = 17, ID_MASK = 4 * CAPACITY - 1 };

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

static int32_t page_of(struct ladder *ladder, int32_t rank) {
  if (rank >> 8 == ladder->recent_prefix && ladder->recent_page) return ladder->recent_page;
  uint32_t key = (uint32_t)rank ^ 0x80000000u;
  int32_t upper = ladder->children[0][key >> 24];
  if (!upper) return 0;
  int32_t lower = ladder->children[upper][key >> 16 & 255];
  if (!lower) return 0;
  int32_t page = ladder->children[lower][key >> 8 & 255];
  if (page) {
    ladder->recent_page = page;
    ladder->recent_prefix = rank >> 8;
  }
  return page;
}

static int32_t found(struct ladder *ladder, uint32_t key, int32_t page, int low) {
  ladder->found_rank = (int32_t)((key | (uint32_t)low) ^ 0x80000000u);
  return page * FANOUT + low;
}

static int32_t first_of_page(struct ladder *ladder, uint32_t key, int32_t page) {
  return found(ladder, key, page, next_bit(ladder->page_bits[page], 0));
}

static int32_t first_of_lower(struct ladder *ladder, uint32_t key, int32_t node) {
  int next = next_bit(ladder->node_bits[node], 0);
  return first_of_page(ladder, key | (uint32_t)next << 8, ladder->children[node][next]);
}

static int32_t after(struct ladder *ladder, int32_t rank) {
  uint32_t key = (uint32_t)rank ^ 0x80000000u;
  int a = key >> 24, b = key >> 16 & 255, c = key >> 8 & 255, next;
  int32_t upper = ladder->children[0][a];
  if (upper) {
    int32_t lower = ladder->children[upper][b];
    if (lower) {
      int32_t page = ladder->children[lower][c];
      if (page && (next = next_bit(ladder->page_bits[page], (key & 255) + 1)) >= 0)
        return found(ladder, key & ~255u, page, next);
      if ((next = next_bit(ladder->node_bits[lower], c + 1)) >= 0)
        return first_of_page(ladder, (key & ~0xffffu) | (uint32_t)next << 8, ladder->children[lower][next]);
    }
    if ((next = next_bit(ladder->node_bits[upper], b + 1)) >= 0)
      return first_of_lower(ladder, (key & ~0xffffffu) | (uint32_t)next << 16, ladder->children[upper][next]);
  }
  if ((next = next_bit(ladder->node_bits[0], a + 1)) < 0) return -1;
  int32_t node = ladder->children[0][next];
  int below = next_bit(ladder->node_bits[node], 0);
  return first_of_lower(ladder, (uint32_t)next << 24 | (uint32_t)below << 16, ladder->children[node][below]);
}

static int32_t child(struct ladder *ladder, int32_t node, int index) {
  int32_t existing = ladder->children[node][index];
  if (existing) return existing;
  int32_t taken = ladder->free_node;
  if (taken) {
    ladder->free_node = ladder->children[taken][0];
    ladder->children[taken][0] = 0;
  } else taken = ladder->nodes++;
  ladder->children[node][index] = taken;
  ladder->node_bits[node][index >> 5] |= 1u << (index & 31);
  return taken;
}

static int32_t occupy(struct ladder *ladder, int32_t rank) {
  int32_t page = page_of(ladder, rank);
  if (!page) {
    uint32_t key = (uint32_t)rank ^ 0x80000000u;
    int32_t lower = child(ladder, child(ladder, 0, key >> 24), key >> 16 & 255);
    int index = key >> 8 & 255;
    page = ladder->free_page;
    if (page) {
      ladder->free_page = (int32_t)ladder->page_bits[page][0];
      ladder->page_bits[page][0] = 0;
    } else page = ladder->pages++;
    ladder->children[lower][index] = page;
    ladder->node_bits[lower][index >> 5] |= 1u << (index & 31);
    ladder->recent_page = page;
    ladder->recent_prefix = rank >> 8;
  }
  int low = rank & 255;
  ladder->page_bits[page][low >> 5] |= 1u << (low & 31);
  int32_t level = page * FANOUT + low;
  if (ladder->best_level < 0 || rank < ladder->best_rank) {
    ladder->best_rank = rank;
    ladder->best_level = level;
  }
  return level;
}

static int unlink_child(struct ladder *ladder, int32_t node, int index) {
  ladder->children[node][index] = 0;
  ladder->node_bits[node][index >> 5] &= ~(1u << (index & 31));
  return next_bit(ladder->node_bits[node], 0) < 0;
}

static void give_back(struct ladder *ladder, int32_t node) {
  ladder->children[node][0] = ladder->free_node;
  ladder->free_node = node;
}

static void remove_page(struct ladder *ladder, int32_t rank, int32_t page) {
  uint32_t key = (uint32_t)rank ^ 0x80000000u;
  int a = key >> 24, b = key >> 16 & 255;
  int32_t upper = ladder->children[0][a], lower = ladder->children[upper][b];
  ladder->page_bits[page][0] = (uint32_t)ladder->free_page;
  ladder->free_page = page;
  if (ladder->recent_page == page) ladder->recent_page = 0;
  if (!unlink_child(ladder, lower, key >> 8 & 255)) return;
  give_back(ladder, lower);
  if (!unlink_child(ladder, upper, b)) return;
  give_back(ladder, upper);
  unlink_child(ladder, 0, a);
}

static void vacate(struct ladder *ladder, int32_t rank, int32_t level) {
  int32_t page = level >> 8;
  int low = level & 255;
  uint32_t *bits = ladder->page_bits[page];
  bits[low >> 5] &= ~(1u << (low & 31));
  if (level == ladder->best_level) {
    int next = next_bit(bits, low + 1);
    if (next >= 0) {
      ladder->best_rank = (int32_t)(((uint32_t)rank & ~255u) | (uint32_t)next);
      ladder->best_level = page << 8 | next;
      return;
    }
    ladder->best_level = after(ladder, rank);
    ladder->best_rank = ladder->found_rank;
  }
  if (next_bit(bits, 0) < 0) remove_page(ladder, rank, page);
}

static uint32_t home(int32_t id) { return ((uint32_t)id * 0x9e3779b1u >> (32 - ID_BITS)) << 1; }

static int32_t find(int32_t id) {
  for (uint32_t place = home(id);; place = (place + 2) & ID_MASK) {
    if (!ids[place]) return -1;
    if (ids[place] == id) return (int32_t)place;
  }
}

static void add_id(int32_t id, int32_t slot) {
  uint32_t place = home(id);
  while (ids[place]) place = (place + 2) & ID_MASK;
  ids[place] = id;
  ids[place + 1] = slot;
}

static void remove_id(uint32_t gap) {
  for (uint32_t next = (gap + 2) & ID_MASK; ids[next]; next = (next + 2) & ID_MASK) {
    uint32_t distance = (next - home(ids[next])) & ID_MASK;
    if (distance >= ((next - gap) & ID_MASK)) {
      ids[gap] = ids[next];
      ids[gap + 1] = ids[next + 1];
      gap = next;
    }
  }
  ids[gap] = 0;
}

static void take_off(struct order *order, int32_t quantity) {
  order->quantity -= quantity;
  sides[order->side].quantities[order->level] -= quantity;
}

static void leave(int32_t slot) {
  struct order *order = &orders[slot];
  struct ladder *ladder = &sides[order->side];
  int32_t *queue = ladder->queues[order->level];
  if (order->previous != END) orders[order->previous].next = order->next;
  else queue[0] = order->next;
  if (order->next != END) orders[order->next].previous = order->previous;
  else queue[1] = order->previous;
  ladder->quantities[order->level] -= order->quantity;
  if (order->previous == END && order->next == END) vacate(ladder, order->rank, order->level);
  order->next = free_order;
  free_order = slot;
  live--;
}

static void rest(int32_t id, int32_t side, int32_t price, int32_t rank, int32_t quantity) {
  struct ladder *ladder = &sides[side];
  int32_t slot = free_order, page = page_of(ladder, rank), last = END;
  struct order *order = &orders[slot];
  free_order = order->next;
  int32_t level = page ? page * FANOUT + (rank & 255) : -1;
  if (level < 0 || ladder->queues[level][0] < 0) {
    level = occupy(ladder, rank);
    ladder->queues[level][0] = slot;
  } else {
    last = ladder->queues[level][1];
    orders[last].next = slot;
  }
  ladder->queues[level][1] = slot;
  ladder->quantities[level] += quantity;
  *order = (struct order){price, quantity, END, last, id, level, rank, side};
  add_id(id, slot);
  live++;
}

static int32_t match(int32_t taker, struct ladder *ladder, int32_t limit, int32_t quantity) {
  int32_t left = quantity;
  while (ladder->best_level >= 0 && ladder->best_rank <= limit) {
    int32_t slot = ladder->queues[ladder->best_level][0];
    struct order *maker = &orders[slot];
    int32_t resting = maker->quantity;
    if (resting > left) {
      take_off(maker, left);
      fills[fill_count++] = (struct fill){maker->id, taker, maker->price, left, resting - left};
      return quantity;
    }
    left -= resting;
    fills[fill_count++] = (struct fill){maker->id, taker, maker->price, resting, 0};
    remove_id((uint32_t)find(maker->id));
    leave(slot);
    if (!left) return quantity;
  }
  return quantity - left;
}

/* The filled quantity, or -1 when the command is refused. */
static int32_t submit(int32_t id, int32_t side, int32_t price, int32_t quantity, int rests) {
  fill_count = 0;
  if (id < 1 || quantity < 1 || find(id) >= 0) return -1;
  struct ladder *other = &sides[1 - side];
  int32_t limit = side == 0 ? price : ~price;
  int crosses = other->best_level >= 0 && other->best_rank <= limit;
  if (rests && !crosses && free_order == END) return -1;
  int32_t filled = crosses ? match(id, other, limit, quantity) : 0;
  if (rests && filled < quantity) rest(id, side, price, ~limit, quantity - filled);
  return filled;
}

static int32_t take_out(int32_t id, int32_t by) {
  fill_count = 0;
  int32_t place = find(id);
  if (place < 0) return -1;
  int32_t slot = ids[place + 1];
  if (by && by < orders[slot].quantity) {
    take_off(&orders[slot], by);
    return by;
  }
  remove_id((uint32_t)place);
  leave(slot);
  return 0;
}

static void empty(void) {
  memset(sides, 0, sizeof sides);
  memset(ids, 0, sizeof ids);
  for (int side = 0; side < 2; side++) {
    sides[side].best_level = -1;
    sides[side].nodes = sides[side].pages = 1;
    memset(sides[side].queues, -1, sizeof sides[side].queues);
  }
  for (int slot = 0; slot < CAPACITY; slot++) orders[slot].next = slot + 1 < CAPACITY ? slot + 1 : END;
  free_order = live = 0;
}

int main(int count, char **arguments) {
  if (count != 3) return 2;
  FILE *file = fopen(arguments[1], "rb");
  if (!file) return 1;
  fseek(file, 0, SEEK_END);
  long commands = ftell(file) / 20;
  rewind(file);
  int32_t *flow = malloc(commands * 20);
  if (!flow || fread(flow, 20, commands, file) != (size_t)commands) return 1;
  double taken = 0;
  long trades = 0, rejects = 0, filled = 0;
  for (int round = 0; round < atoi(arguments[2]); round++) {
    empty();
    trades = rejects = filled = 0;
    double start = now_ns();
    for (int32_t *command = flow; command < flow + 5 * commands; command += 5) {
      int32_t result = command[0] == 1   ? take_out(command[1], 0)
                       : command[0] == 2 ? take_out(command[1], command[4])
                                         : submit(command[1], command[2], command[3], command[4], command[0] == 0);
      if (result < 0) rejects++;
      else if (command[0] == 0 || command[0] == 3) {
        filled += result;
        trades += fill_count;
      }
    }
    taken = now_ns() - start;
  }
  printf("%.0f\n%ld %ld %ld %d\n", commands / taken * 1e9, trades, rejects, filled, live);
  return 0;
}

/* huffman.c: Huffman's algorithm with two queues: the leaves in order of frequency, and the nodes, which come into being in that
 * order by themselves. Lengths over the limit are cut to it, and the code space that this overdraws is paid back. */
#include "image/huffman.h"

#include <string.h>

/* A leaf is a frequency, and below it a symbol of 16 bits. Sorted by frequency, a byte at a time from the lowest on; leaves of the
 * same frequency keep their order. A tenth of qsort's time. */
static void sort_leaves(uint64_t *leaf, int count, uint32_t highest)
{
    uint64_t sorted[HUFFMAN_SYMBOLS_MAX];
    for (int shift = 16; (uint64_t)highest << 16 >> shift; shift += 8) {
        int next[256 + 1] = {0};
        for (int i = 0; i < count; i++)
            next[(leaf[i] >> shift & 255) + 1]++;
        for (int i = 0; i < 255; i++)
            next[i + 1] += next[i];
        for (int i = 0; i < count; i++)
            sorted[next[leaf[i] >> shift & 255]++] = leaf[i];
        memcpy(leaf, sorted, (size_t)count * sizeof *leaf);
    }
}

/* How many of `count` leaves, sorted by frequency, get each length. */
static void count_lengths(const uint64_t *leaf, int count, int limit, int *with_length)
{
    uint64_t weight[2 * HUFFMAN_SYMBOLS_MAX];
    int parent[2 * HUFFMAN_SYMBOLS_MAX], depth[2 * HUFFMAN_SYMBOLS_MAX];
    for (int i = 0; i < count; i++)
        weight[i] = leaf[i] >> 16;
    int next_leaf = 0, next_node = count, root = 2 * count - 2;
    for (int node = count; node <= root; node++) {
        weight[node] = 0;
        for (int child = 0; child < 2; child++) {
            int lightest =
                next_leaf < count && (next_node >= node || weight[next_leaf] <= weight[next_node]) ? next_leaf++ : next_node++;
            weight[node] += weight[lightest];
            parent[lightest] = node;
        }
    }
    depth[root] = 0;
    for (int i = root - 1; i >= 0; i--) {
        depth[i] = depth[parent[i]] + 1;
        if (i < count)
            with_length[depth[i] < limit ? depth[i] : limit]++;
    }
}

/* A leaf of a length below the limit becomes a node for itself and one of the leaves at the limit, whose place there is given back.
 * In the end the space is used up exactly: readers refuse a code that leaves some. */
static void pay_back(int limit, int *with_length)
{
    int overdrawn = -(1 << limit);
    for (int length = 1; length <= limit; length++)
        overdrawn += with_length[length] << (limit - length);
    for (; overdrawn > 0; overdrawn--) {
        int length = limit - 1;
        while (with_length[length] == 0)
            length--;
        with_length[length]--;
        with_length[length + 1] += 2;
        with_length[limit]--;
    }
}

void huffman_lengths(const uint32_t *frequency, int symbols, int limit, uint8_t *length)
{
    uint64_t leaf[HUFFMAN_SYMBOLS_MAX];
    int with_length[HUFFMAN_LENGTH_MAX + 1] = {0}, count = 0;
    uint32_t highest = 0;
    memset(length, 0, (size_t)symbols);
    for (int i = 0; i < symbols; i++) {
        if (frequency[i])
            leaf[count++] = (uint64_t)frequency[i] << 16 | (uint64_t)i;
        highest = frequency[i] > highest ? frequency[i] : highest;
    }
    if (count == 0)
        return;
    sort_leaves(leaf, count, highest);
    if (count == 1)
        with_length[1] = 1;
    else
        count_lengths(leaf, count, limit, with_length);
    pay_back(limit, with_length);
    for (int bits = limit, i = 0; bits > 0; bits--) /* the rarest get the longest */
        for (int k = 0; k < with_length[bits]; k++)
            length[leaf[i++] & 0xffff] = (uint8_t)bits;
}

static uint16_t reversed(unsigned code, int bits)
{
    unsigned out = 0;
    for (int i = 0; i < bits; i++)
        out |= (code >> i & 1) << (bits - 1 - i);
    return (uint16_t)out;
}

void huffman_codes(const uint8_t *length, int symbols, uint16_t *code)
{
    unsigned next[HUFFMAN_LENGTH_MAX + 2] = {0}, with_length[HUFFMAN_LENGTH_MAX + 1] = {0};
    for (int i = 0; i < symbols; i++)
        with_length[length[i]]++;
    with_length[0] = 0;
    for (int bits = 1; bits <= HUFFMAN_LENGTH_MAX; bits++)
        next[bits + 1] = (next[bits] + with_length[bits]) << 1;
    for (int i = 0; i < symbols; i++)
        code[i] = length[i] ? reversed(next[length[i]]++, length[i]) : 0;
}

// scrypt's mixing over vectors. Each 128-bit part of a vector belongs to one lane, and several groups of vectors run
// side by side, because one chain of additions, rotations and exclusive-ors leaves most of the processor idle.
//
// The including file defines:
//   SCRYPT_MIX       the function's name
//   SCRYPT_TARGET    its target attribute
//   PARTS            lanes of one vector: 1, 2 or 4
//   GROUPS           vectors side by side: the function mixes PARTS * GROUPS lanes
#include <string.h>

#include "scrypt.h"

typedef uint32_t vector __attribute__((vector_size(16 * PARTS)));

#define ALWAYS_INLINE static inline __attribute__((always_inline)) SCRYPT_TARGET
#define EACH_GROUP(g) for (int g = 0; g < GROUPS; g++)
#define LANES (PARTS * GROUPS)

// A block is eight vectors: two Salsa20 matrices of four diagonals each, so that a round needs no gathering of words.
#define DIAGONALS 8
static const uint8_t diagonal_order[16] = {0, 5, 10, 15, 4, 9, 14, 3, 8, 13, 2, 7, 12, 1, 6, 11};

// Parts of two vectors, numbered on from the first to the second, in a new order.
#define PART(p) 4 * (p), 4 * (p) + 1, 4 * (p) + 2, 4 * (p) + 3
#define TWO_PARTS(v, w, a, b) __builtin_shufflevector(v, w, PART(a), PART(b))
#define FOUR_PARTS(v, w, a, b, c, d) __builtin_shufflevector(v, w, PART(a), PART(b), PART(c), PART(d))

// The words of each part in a new order.
#define WORDS(p, a, b, c, d) 4 * (p) + a, 4 * (p) + b, 4 * (p) + c, 4 * (p) + d
#if PARTS == 1
#define TURN(v, a, b, c, d) __builtin_shufflevector(v, v, a, b, c, d)
#elif PARTS == 2
#define TURN(v, a, b, c, d) __builtin_shufflevector(v, v, WORDS(0, a, b, c, d), WORDS(1, a, b, c, d))
#else
#define TURN(v, a, b, c, d) \
    __builtin_shufflevector( \
        v, v, WORDS(0, a, b, c, d), WORDS(1, a, b, c, d), WORDS(2, a, b, c, d), WORDS(3, a, b, c, d))
#endif

ALWAYS_INLINE vector rotate(vector v, int count) {
    return v << count | v >> (32 - count);
}

// One step of a quarter round, in every group before the next step.
#define STEP(to, from, with, count) EACH_GROUP(g) x[g][to] ^= rotate(x[g][from] + x[g][with], count)

// Between rounds over columns and over rows the diagonals turn, by three, two and one words.
#define TURN_DIAGONALS(by_three, by_two, by_one) \
    EACH_GROUP(g) { \
        x[g][by_three] = TURN(x[g][by_three], 3, 0, 1, 2); \
        x[g][by_two] = TURN(x[g][by_two], 2, 3, 0, 1); \
        x[g][by_one] = TURN(x[g][by_one], 1, 2, 3, 0); \
    }

// Salsa20/8 of one half of the block exclusive-or the other, into the one.
ALWAYS_INLINE void salsa(vector blocks[GROUPS][DIAGONALS], int half) {
    vector x[GROUPS][4];
    EACH_GROUP(g) for (int d = 0; d < 4; d++) x[g][d] = blocks[g][half + d] ^= blocks[g][4 - half + d];
#pragma clang loop unroll(full)
    for (int round = 0; round < 8; round += 2) {
        STEP(1, 0, 3, 7);
        STEP(2, 1, 0, 9);
        STEP(3, 2, 1, 13);
        STEP(0, 3, 2, 18);
        TURN_DIAGONALS(1, 2, 3)
        STEP(3, 0, 1, 7);
        STEP(2, 3, 0, 9);
        STEP(1, 2, 3, 13);
        STEP(0, 1, 2, 18);
        TURN_DIAGONALS(3, 2, 1)
    }
    EACH_GROUP(g) for (int d = 0; d < 4; d++) blocks[g][half + d] += x[g][d];
}

// Between vectors of one diagonal of every lane, and vectors of several diagonals of one lane. The scratch area keeps
// each lane's rows whole: a row that is read back touches two cache lines instead of eight.
ALWAYS_INLINE void lanes_from_diagonals(vector out[DIAGONALS], const vector v[DIAGONALS]) {
#if PARTS == 1
    for (int i = 0; i < DIAGONALS; i++) out[i] = v[i];
#elif PARTS == 2
    for (int i = 0; i < 4; i++) {
        out[i] = TWO_PARTS(v[2 * i], v[2 * i + 1], 0, 2);
        out[4 + i] = TWO_PARTS(v[2 * i], v[2 * i + 1], 1, 3);
    }
#else
    for (int half = 0; half < 2; half++) {
        const vector *in = v + 4 * half;
        vector low01 = FOUR_PARTS(in[0], in[1], 0, 1, 4, 5), low23 = FOUR_PARTS(in[2], in[3], 0, 1, 4, 5);
        vector high01 = FOUR_PARTS(in[0], in[1], 2, 3, 6, 7), high23 = FOUR_PARTS(in[2], in[3], 2, 3, 6, 7);
        out[0 + half] = FOUR_PARTS(low01, low23, 0, 2, 4, 6);
        out[2 + half] = FOUR_PARTS(low01, low23, 1, 3, 5, 7);
        out[4 + half] = FOUR_PARTS(high01, high23, 0, 2, 4, 6);
        out[6 + half] = FOUR_PARTS(high01, high23, 1, 3, 5, 7);
    }
#endif
}

ALWAYS_INLINE void diagonals_from_lanes(vector out[DIAGONALS], const vector v[DIAGONALS]) {
#if PARTS == 1
    for (int i = 0; i < DIAGONALS; i++) out[i] = v[i];
#elif PARTS == 2
    for (int i = 0; i < 4; i++) {
        out[2 * i] = TWO_PARTS(v[i], v[4 + i], 0, 2);
        out[2 * i + 1] = TWO_PARTS(v[i], v[4 + i], 1, 3);
    }
#else
    vector in[DIAGONALS], turned[DIAGONALS];
    for (int half = 0; half < 2; half++) {  // a transposition of four by four is its own inverse
        for (int lane = 0; lane < 4; lane++) in[4 * half + lane] = v[2 * lane + half];
    }
    lanes_from_diagonals(turned, in);
    for (int half = 0; half < 2; half++) {
        for (int d = 0; d < 4; d++) out[4 * half + d] = turned[2 * d + half];
    }
#endif
}

// Where the word at `place` of a lane's vectors stands in the block.
static inline int word_at(int place) {
    return (place & 16) + diagonal_order[place & 15];
}

SCRYPT_TARGET void SCRYPT_MIX(uint32_t blocks[][SCRYPT_BLOCK_WORDS], void *scratch) {
    typedef vector lane_row[DIAGONALS / PARTS];
    lane_row(*kept)[LANES] = scratch;
    vector x[GROUPS][DIAGONALS], row[DIAGONALS];

    EACH_GROUP(g) {
        for (int part = 0; part < PARTS; part++) {
            const uint32_t *block = blocks[PARTS * g + part];
            for (int i = 0; i < SCRYPT_BLOCK_WORDS; i++) x[g][i / 4][4 * part + i % 4] = block[word_at(i)];
        }
    }
    for (int i = 0; i < SCRYPT_N; i++) {
        EACH_GROUP(g) {
            lanes_from_diagonals(row, x[g]);
            memcpy(kept[i][PARTS * g], row, sizeof row);
        }
        salsa(x, 0);
        salsa(x, 4);
    }
    for (int i = 0; i < SCRYPT_N; i++) {
        EACH_GROUP(g) {
            vector chosen[DIAGONALS];
            for (int part = 0; part < PARTS; part++) {
                uint32_t index = x[g][4][4 * part] & (SCRYPT_N - 1);
                memcpy(row + part * (DIAGONALS / PARTS), kept[index][PARTS * g + part], sizeof(lane_row));
            }
            diagonals_from_lanes(chosen, row);
            for (int d = 0; d < DIAGONALS; d++) x[g][d] ^= chosen[d];
        }
        salsa(x, 0);
        salsa(x, 4);
    }
    EACH_GROUP(g) {
        for (int part = 0; part < PARTS; part++) {
            uint32_t *block = blocks[PARTS * g + part];
            for (int i = 0; i < SCRYPT_BLOCK_WORDS; i++) block[word_at(i)] = x[g][i / 4][4 * part + i % 4];
        }
    }
}

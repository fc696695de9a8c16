// Headers over vectors: each word of a vector belongs to one share.
//
// The including file defines:
//   HEADERS         the function's name
//   HEADERS_TARGET  its target attribute
//   LANES           words of a vector
#include "headers.h"

typedef uint32_t vector __attribute__((vector_size(4 * LANES)));

#define ALWAYS_INLINE static inline __attribute__((always_inline)) HEADERS_TARGET

ALWAYS_INLINE vector rotate(vector v, int count) {
    return v >> count | v << (32 - count);
}

ALWAYS_INLINE vector all(uint32_t value) {
    return (vector){0} + value;
}

// Round `i` of every lane; the registers are renamed by the caller's unrolled loop.
#define ROUND(keyed)                                                                                            \
    do {                                                                                                        \
        vector first = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + (g ^ (e & (f ^ g))) + (keyed);      \
        vector second = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) | (c & (a | b)));             \
        h = g, g = f, f = e, e = d + first;                                                                     \
        d = c, c = b, b = a, a = first + second;                                                                \
    } while (0)

#define BEGIN vector a = s[0], b = s[1], c = s[2], d = s[3], e = s[4], f = s[5], g = s[6], h = s[7]
#define END s[0] += a, s[1] += b, s[2] += c, s[3] += d, s[4] += e, s[5] += f, s[6] += g, s[7] += h

// Takes a block into the state; `w` is used up.
HEADERS_TARGET static __attribute__((noinline)) void absorb(vector s[8], vector w[16]) {
    BEGIN;
#pragma clang loop unroll(full)
    for (int i = 0; i < 64; i++) {
        if (i >= 16) {
            vector near = w[(i + 14) & 15], far = w[(i + 1) & 15];
            w[i & 15] += w[(i + 9) & 15] + (rotate(far, 7) ^ rotate(far, 18) ^ far >> 3)
                + (rotate(near, 17) ^ rotate(near, 19) ^ near >> 10);
        }
        ROUND(sha256_round_constants[i] + w[i & 15]);
    }
    END;
}

HEADERS_TARGET static __attribute__((noinline)) void absorb_keyed(vector s[8], const uint32_t keyed[64]) {
    BEGIN;
#pragma clang loop unroll(full)
    for (int i = 0; i < 64; i++) ROUND(keyed[i]);
    END;
}

ALWAYS_INLINE void start(vector s[8]) {
    for (int i = 0; i < 8; i++) s[i] = all(sha256_initial_state[i]);
}

// Hashes the hash that is in the state once more.
ALWAYS_INLINE void hash_again(vector s[8], vector w[16]) {
    for (int i = 0; i < 8; i++) w[i] = s[i];
    w[8] = all(0x80000000);
    for (int i = 9; i < 15; i++) w[i] = all(0);
    w[15] = all(256);
    start(s);
    absorb(s, w);
}

HEADERS_TARGET void HEADERS(const headers_task *task, size_t first, size_t count) {
    const proofhash_recipe *recipe = task->recipe;
    vector s[8], w[16];
    size_t shares[LANES];
    for (size_t lane = 0; lane < LANES; lane++) shares[lane] = first + (lane < count ? lane : count - 1);

    // The coinbase: its blocks are the same in all lanes but for the words that hold the extranonces.
    for (int i = 0; i < 8; i++) s[i] = all(recipe->midstate[i]);
    size_t low = recipe->extranonce_offset / 4, high = (recipe->extranonce_offset + EXTRANONCE_BYTES - 1) / 4;
    for (size_t block = 0; block < recipe->end_blocks; block++) {
        for (size_t i = 0; i < 16; i++) w[i] = all(load_big_endian(task->end + 4 * (16 * block + i)));
        for (size_t word = low; word <= high; word++) {
            if (word / 16 != block) continue;
            for (size_t lane = 0; lane < LANES; lane++) {
                uint8_t window[12];
                memcpy(window, task->end + 4 * low, 4 * (high - low + 1));
                store_big_endian(window + recipe->extranonce_offset % 4, task->extranonce1s[shares[lane]]);
                store_big_endian(window + recipe->extranonce_offset % 4 + 4, task->extranonce2s[shares[lane]]);
                w[word % 16][lane] = load_big_endian(window + 4 * (word - low));
            }
        }
        absorb(s, w);
    }
    hash_again(s, w);

    // Up to the merkle root.
    for (size_t level = 0; level < recipe->branch_count; level++) {
        for (int i = 0; i < 8; i++) w[i] = s[i];
        for (int i = 0; i < 8; i++) w[8 + i] = all(load_big_endian(task->branch + 32 * level + 4 * i));
        start(s);
        absorb(s, w);
        absorb_keyed(s, sha256_keyed_end_of_64);
        hash_again(s, w);
    }

    // The header: its first 64 bytes, and the rest with its end mark and the length of 640 bits.
    vector root[8], times, nonces;
    for (int i = 0; i < 8; i++) root[i] = s[i];
    for (size_t lane = 0; lane < LANES; lane++) {
        w[0][lane] = __builtin_bswap32(task->versions[shares[lane]]);
        times[lane] = __builtin_bswap32(task->times[shares[lane]]);
        nonces[lane] = __builtin_bswap32(task->nonces[shares[lane]]);
    }
    for (int i = 0; i < 8; i++) w[1 + i] = all(load_big_endian(recipe->previous_hash + 4 * i));
    for (int i = 0; i < 7; i++) w[9 + i] = root[i];
    start(s);
    absorb(s, w);
    w[0] = root[7], w[1] = times, w[2] = all(__builtin_bswap32(recipe->bits)), w[3] = nonces, w[4] = all(0x80000000);
    for (int i = 5; i < 15; i++) w[i] = all(0);
    w[15] = all(640);
    absorb(s, w);
    hash_again(s, w);

    for (size_t lane = 0; lane < count; lane++) {
        uint8_t *header = task->headers + 80 * shares[lane], *hash = task->hashes + 32 * shares[lane];
        write_header(task, shares[lane], header);
        for (int i = 0; i < 8; i++) store_big_endian(header + 36 + 4 * i, root[i][lane]);
        for (int i = 0; i < 8; i++) store_big_endian(hash + 4 * i, s[i][lane]);
    }
}

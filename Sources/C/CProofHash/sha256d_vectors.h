// SHA-256d over vectors: each word of a vector belongs to one nonce.
//
// The including file defines:
//   SCREEN         the function's name
//   SCREEN_TARGET  its target attribute
//   LANES          words of a vector
//
// Much of the work is the same for every nonce: rounds 0 to 2, and parts of the message schedule. It is written out
// all the same, because the compiler lifts it from the loop.
#include "sha256.h"
#include "sha256d_screen.h"

typedef uint32_t vector __attribute__((vector_size(4 * LANES)));

#define ALWAYS_INLINE static inline __attribute__((always_inline)) SCREEN_TARGET

ALWAYS_INLINE vector rotate(vector v, int count) {
    return v >> count | v << (32 - count);
}

ALWAYS_INLINE vector swap_bytes(vector v) {
    return v << 24 | (v & 0xff00) << 8 | (v >> 8 & 0xff00) | v >> 24;
}

ALWAYS_INLINE vector all(uint32_t value) {
    return (vector){0} + value;
}

// The first `rounds` rounds on a block, from a state in which every lane starts the same. `w` is used up.
ALWAYS_INLINE void run_rounds(vector s[8], vector w[16], int rounds) {
    vector a = s[0], b = s[1], c = s[2], d = s[3], e = s[4], f = s[5], g = s[6], h = s[7];
#pragma clang loop unroll(full)
    for (int i = 0; i < rounds; i++) {
        if (i >= 16) {
            vector near = w[(i + 14) & 15], far = w[(i + 1) & 15];
            w[i & 15] += w[(i + 9) & 15] + (rotate(far, 7) ^ rotate(far, 18) ^ far >> 3)
                + (rotate(near, 17) ^ rotate(near, 19) ^ near >> 10);
        }
        vector first = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + (g ^ (e & (f ^ g)))
            + (sha256_round_constants[i] + w[i & 15]);
        vector second = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) | (c & (a | b)));
        h = g, g = f, f = e, e = d + first;
        d = c, c = b, b = a, a = first + second;
    }
    s[0] = a, s[1] = b, s[2] = c, s[3] = d, s[4] = e, s[5] = f, s[6] = g, s[7] = h;
}

SCREEN_TARGET uint64_t SCREEN(const screen_task *task, uint32_t first, uint64_t groups, uint32_t *passed) {
    vector nonces;
    for (uint32_t lane = 0; lane < LANES; lane++) nonces[lane] = first + lane;
    *passed = 0;
    for (uint64_t done = 0; done < groups; nonces += LANES) {
        // The header's last 16 bytes, their end mark, and the length of 640 bits.
        vector w[16] = {all(task->tail[0]), all(task->tail[1]), all(task->tail[2]), swap_bytes(nonces),
                        all(0x80000000)};
        w[15] = all(640);
        vector s[8];
        for (int i = 0; i < 8; i++) s[i] = all(task->middle[i]);
        run_rounds(s, w, 64);

        // Their hash, its end mark, and the length of 256 bits.
        for (int i = 0; i < 8; i++) w[i] = s[i] + task->middle[i];
        w[8] = all(0x80000000);
        for (int i = 9; i < 15; i++) w[i] = all(0);
        w[15] = all(256);
        for (int i = 0; i < 8; i++) s[i] = all(sha256_initial_state[i]);
        // What is h after 64 rounds is e after 61; h is the hash's last word, the first as a little-endian number.
        run_rounds(s, w, 61);
        vector most_significant = swap_bytes(s[4] + sha256_initial_state[7]);
        done++;
        // All bits of a lane are set where the comparison holds.
        vector holds = (vector)(most_significant <= task->target_first);
        if (__builtin_expect(__builtin_reduce_or(holds) != 0, 0)) {
            for (int lane = 0; lane < LANES; lane++) *passed |= (holds[lane] & 1) << lane;
            return done;
        }
    }
    return groups;
}

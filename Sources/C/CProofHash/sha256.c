// SHA-256: padding, the second pass, and the plain C block function.
#include "sha256.h"

#include "bytes.h"

// FIPS 180-4, section 4.2.2.
const uint32_t sha256_round_constants[64] __attribute__((aligned(64))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

const uint32_t sha256_initial_state[8] = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

void sha256_absorb_portable(uint32_t state[8], const uint8_t *blocks, size_t block_count) {
    for (; block_count > 0; block_count--, blocks += SHA256_BLOCK_BYTES) {
        uint32_t w[16];
        for (int i = 0; i < 16; i++) w[i] = load_big_endian(blocks + 4 * i);
        uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
        uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
#pragma clang loop unroll(full)
        for (int i = 0; i < 64; i++) {
            if (i >= 16) {
                uint32_t near = w[(i + 14) & 15], far = w[(i + 1) & 15];
                w[i & 15] += w[(i + 9) & 15] + (rotate_right(far, 7) ^ rotate_right(far, 18) ^ far >> 3)
                    + (rotate_right(near, 17) ^ rotate_right(near, 19) ^ near >> 10);
            }
            uint32_t sum1 = rotate_right(e, 6) ^ rotate_right(e, 11) ^ rotate_right(e, 25);
            uint32_t first = h + sum1 + (g ^ (e & (f ^ g))) + sha256_round_constants[i] + w[i & 15];
            uint32_t sum0 = rotate_right(a, 2) ^ rotate_right(a, 13) ^ rotate_right(a, 22);
            uint32_t second = sum0 + ((a & b) | (c & (a | b)));
            h = g, g = f, f = e, e = d + first;
            d = c, c = b, b = a, a = first + second;
        }
        state[0] += a, state[1] += b, state[2] += c, state[3] += d;
        state[4] += e, state[5] += f, state[6] += g, state[7] += h;
    }
}

void sha256_absorb_end(
    sha256_absorb_function *absorb, uint32_t state[8], const uint8_t *rest, size_t rest_bytes, uint64_t message_bytes
) {
    size_t whole = rest_bytes / SHA256_BLOCK_BYTES;
    size_t left = rest_bytes % SHA256_BLOCK_BYTES;
    if (whole > 0) absorb(state, rest, whole);
    uint8_t padded[2 * SHA256_BLOCK_BYTES] = {0};
    if (left > 0) memcpy(padded, rest + whole * SHA256_BLOCK_BYTES, left);
    padded[left] = 0x80;
    size_t blocks = left + 1 + 8 <= SHA256_BLOCK_BYTES ? 1 : 2;
    uint64_t bits = message_bytes * 8;
    store_big_endian(padded + blocks * SHA256_BLOCK_BYTES - 8, (uint32_t)(bits >> 32));
    store_big_endian(padded + blocks * SHA256_BLOCK_BYTES - 4, (uint32_t)bits);
    absorb(state, padded, blocks);
}

void proofhash_sha256_start(uint32_t state[8]) {
    memcpy(state, sha256_initial_state, sizeof sha256_initial_state);
}

void proofhash_sha256_absorb(
    proofhash_implementation implementation, uint32_t state[8], const uint8_t *blocks, size_t block_count
) {
    sha256_absorb_for(implementation)(state, blocks, block_count);
}

static void finish(
    sha256_absorb_function *absorb, const uint32_t state[8], uint64_t prefix_bytes, const uint8_t *rest,
    size_t rest_bytes, uint8_t hash[32]
) {
    uint32_t words[8];
    memcpy(words, state, sizeof words);
    sha256_absorb_end(absorb, words, rest, rest_bytes, prefix_bytes + rest_bytes);
    for (int i = 0; i < 8; i++) store_big_endian(hash + 4 * i, words[i]);
}

void proofhash_sha256_finish(
    proofhash_implementation implementation, const uint32_t state[8], uint64_t prefix_bytes, const uint8_t *rest,
    size_t rest_bytes, uint8_t hash[32]
) {
    finish(sha256_absorb_for(implementation), state, prefix_bytes, rest, rest_bytes, hash);
}

void proofhash_sha256d_finish(
    proofhash_implementation implementation, const uint32_t state[8], uint64_t prefix_bytes, const uint8_t *rest,
    size_t rest_bytes, uint8_t hash[32]
) {
    sha256_absorb_function *absorb = sha256_absorb_for(implementation);
    uint8_t once[PROOFHASH_HASH_BYTES];
    finish(absorb, state, prefix_bytes, rest, rest_bytes, once);
    finish(absorb, sha256_initial_state, 0, once, sizeof once, hash);
}

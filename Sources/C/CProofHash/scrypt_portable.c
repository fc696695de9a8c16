// scrypt's mixing in plain C, one lane: the reference for the others.
#include "bytes.h"
#include "scrypt.h"

static inline void quarter_round(uint32_t x[16], int a, int b, int c, int d) {
    x[b] ^= rotate_left(x[a] + x[d], 7);
    x[c] ^= rotate_left(x[b] + x[a], 9);
    x[d] ^= rotate_left(x[c] + x[b], 13);
    x[a] ^= rotate_left(x[d] + x[c], 18);
}

// Salsa20/8 (RFC 7914, section 3) of `to ^ with`, into `to`.
static inline void salsa(uint32_t to[16], const uint32_t with[16]) {
    uint32_t x[16];
    for (int i = 0; i < 16; i++) x[i] = to[i] ^= with[i];
    for (int round = 0; round < 8; round += 2) {
        for (int i = 0; i < 4; i++) quarter_round(x, 5 * i, (5 * i + 4) & 15, (5 * i + 8) & 15, (5 * i + 12) & 15);
        for (int i = 0; i < 4; i++) {
            int row = 4 * i;
            quarter_round(x, row + i, row + ((i + 1) & 3), row + ((i + 2) & 3), row + ((i + 3) & 3));
        }
    }
    for (int i = 0; i < 16; i++) to[i] += x[i];
}

void scrypt_mix_portable(uint32_t blocks[][SCRYPT_BLOCK_WORDS], void *scratch) {
    uint32_t *block = blocks[0];
    uint32_t(*kept)[SCRYPT_BLOCK_WORDS] = scratch;
    for (int i = 0; i < SCRYPT_N; i++) {
        memcpy(kept[i], block, SCRYPT_BLOCK_BYTES);
        salsa(block, block + 16);
        salsa(block + 16, block);
    }
    for (int i = 0; i < SCRYPT_N; i++) {
        const uint32_t *chosen = kept[block[16] & (SCRYPT_N - 1)];
        for (int k = 0; k < SCRYPT_BLOCK_WORDS; k++) block[k] ^= chosen[k];
        salsa(block, block + 16);
        salsa(block + 16, block);
    }
}

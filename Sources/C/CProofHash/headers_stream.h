// Headers with kernels that take whole blocks of bytes from a few streams at once.
//
// The including file defines:
//   HEADERS             the function's name
//   HEADERS_TARGET      its target attribute
//   STREAMS             messages at once
//   ABSORB(s, b)        takes block b[i] into state s[i] of every stream
//   ABSORB_KEYED(s, k)  the same for a block whose keyed schedule is k in every stream
#include "headers.h"

#define EACH_STREAM(i) for (size_t i = 0; i < STREAMS; i++)

// Hashes the hash that is in `states` once more, and leaves the result in `hashes`.
HEADERS_TARGET static void hash_again(uint32_t states[STREAMS][8], uint8_t hashes[STREAMS][64]) {
    const uint8_t *blocks[STREAMS];
    EACH_STREAM(i) {
        for (int j = 0; j < 8; j++) store_big_endian(hashes[i] + 4 * j, states[i][j]);
        memset(hashes[i] + 32, 0, 32);
        hashes[i][32] = 0x80;
        hashes[i][62] = 1;  // 256 bits
        blocks[i] = hashes[i];
        memcpy(states[i], sha256_initial_state, sizeof sha256_initial_state);
    }
    ABSORB(states, blocks);
    EACH_STREAM(i) {
        for (int j = 0; j < 8; j++) store_big_endian(hashes[i] + 4 * j, states[i][j]);
    }
}

HEADERS_TARGET void HEADERS(const headers_task *task, size_t first, size_t count) {
    const proofhash_recipe *recipe = task->recipe;
    uint32_t states[STREAMS][8];
    uint8_t nodes[STREAMS][64];
    uint8_t varying[STREAMS][VARYING_BLOCKS_MAX * SHA256_BLOCK_BYTES];
    const uint8_t *blocks[STREAMS];
    size_t shares[STREAMS];

    // The coinbase.
    size_t varying_blocks = recipe->end_blocks < VARYING_BLOCKS_MAX ? recipe->end_blocks : VARYING_BLOCKS_MAX;
    EACH_STREAM(i) {
        shares[i] = first + (i < count ? i : count - 1);  // a stream without a share repeats the last one
        memcpy(states[i], recipe->midstate, sizeof states[i]);
        memcpy(varying[i], task->end, varying_blocks * SHA256_BLOCK_BYTES);
        store_big_endian(varying[i] + recipe->extranonce_offset, task->extranonce1s[shares[i]]);
        store_big_endian(varying[i] + recipe->extranonce_offset + 4, task->extranonce2s[shares[i]]);
    }
    for (size_t block = 0; block < recipe->end_blocks; block++) {
        EACH_STREAM(i) {
            blocks[i] = (block < varying_blocks ? varying[i] : task->end) + block * SHA256_BLOCK_BYTES;
        }
        ABSORB(states, blocks);
    }
    hash_again(states, nodes);

    // Up to the merkle root.
    for (size_t level = 0; level < recipe->branch_count; level++) {
        EACH_STREAM(i) {
            memcpy(nodes[i] + 32, task->branch + 32 * level, 32);
            blocks[i] = nodes[i];
            memcpy(states[i], sha256_initial_state, sizeof sha256_initial_state);
        }
        ABSORB(states, blocks);
        ABSORB_KEYED(states, sha256_keyed_end_of_64);
        hash_again(states, nodes);
    }

    // The header: its first 64 bytes, and the rest with its end mark and the length of 640 bits.
    uint8_t ends[STREAMS][64];
    uint8_t spare[80];
    EACH_STREAM(i) {
        uint8_t *header = i < count ? task->headers + 80 * shares[i] : spare;
        write_header(task, shares[i], header);
        memcpy(header + 36, nodes[i], 32);
        memcpy(ends[i], header + 64, 16);
        memset(ends[i] + 16, 0, 48);
        ends[i][16] = 0x80;
        ends[i][62] = 2;
        ends[i][63] = 0x80;
        blocks[i] = header;
        memcpy(states[i], sha256_initial_state, sizeof sha256_initial_state);
    }
    ABSORB(states, blocks);
    EACH_STREAM(i) blocks[i] = ends[i];
    ABSORB(states, blocks);
    hash_again(states, nodes);
    for (size_t i = 0; i < count; i++) memcpy(task->hashes + 32 * shares[i], nodes[i], 32);
}

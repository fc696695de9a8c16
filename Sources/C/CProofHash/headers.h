// Headers rebuilt from what miners chose: the parts that the kernels share.
#pragma once
#include "CProofHash.h"
#include "bytes.h"
#include "sha256.h"

// Where the extranonces lie in the coinbase's end: they may reach from its first block into its second.
#define EXTRANONCE_BYTES 8
#define VARYING_BLOCKS_MAX 2

// One call's arguments: see proofhash_headers.
typedef struct {
    const proofhash_recipe *recipe;
    const uint8_t *end, *branch;
    const uint32_t *extranonce1s, *extranonce2s, *versions, *times, *nonces;
    uint8_t *headers, *hashes;
} headers_task;

// Rebuilds and hashes the `count` headers from `first` on, at most as many as one run of the kernel takes.
typedef void headers_function(const headers_task *task, size_t first, size_t count);

headers_function headers_portable;
#if defined(__x86_64__)
headers_function headers_sha_ni, headers_sse2, headers_avx2, headers_avx512;
#endif

// Round constants and message schedule of the block that follows a message of 64 bytes, added up: always the same.
extern uint32_t sha256_keyed_end_of_64[64];

// One share's header without its merkle root.
static inline void write_header(const headers_task *task, size_t share, uint8_t header[80]) {
    store_little_endian(header, task->versions[share]);
    memcpy(header + 4, task->recipe->previous_hash, 32);
    store_little_endian(header + 68, task->times[share]);
    store_little_endian(header + 72, task->recipe->bits);
    store_little_endian(header + 76, task->nonces[share]);
}

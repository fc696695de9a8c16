// Proof-of-work hashing: SHA-256, SHA-256 twice, and scrypt(1024, 1, 1), each in several implementations.
//
// Every function takes the implementation to use, so that tests and benchmarks reach each one. The caller asks
// proofhash_is_supported first; an implementation that does not speak an algorithm is refused by the Swift owner.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROOFHASH_HASH_BYTES 32
#define PROOFHASH_HEADER_BYTES 80

typedef enum {
    PROOFHASH_PORTABLE = 0,  // plain C, any machine
    PROOFHASH_SHA_NI = 1,    // x86-64 SHA extensions
    PROOFHASH_SSE2 = 2,      // x86-64, 128-bit vectors
    PROOFHASH_AVX2 = 3,      // x86-64, 256-bit vectors
    PROOFHASH_AVX512 = 4,    // x86-64, 512-bit vectors (F and VL)
    PROOFHASH_FASTEST = 5,   // for single messages only: what this machine does best
} proofhash_implementation;

// Whether this machine, and the system on it, can run the implementation.
bool proofhash_is_supported(proofhash_implementation implementation);

// The state before the first block (FIPS 180-4, section 5.3.3).
void proofhash_sha256_start(uint32_t state[8]);

// Takes whole 64-byte blocks into the state.
void proofhash_sha256_absorb(
    proofhash_implementation implementation, uint32_t state[8], const uint8_t *blocks, size_t block_count);

// SHA-256 of a message whose first `prefix_bytes` (a multiple of 64) are in `state` and whose end is `rest`.
void proofhash_sha256_finish(
    proofhash_implementation implementation, const uint32_t state[8], uint64_t prefix_bytes, const uint8_t *rest,
    size_t rest_bytes, uint8_t hash[32]);

// The same, hashed a second time.
void proofhash_sha256d_finish(
    proofhash_implementation implementation, const uint32_t state[8], uint64_t prefix_bytes, const uint8_t *rest,
    size_t rest_bytes, uint8_t hash[32]);

// scrypt(N = 1024, r = 1, p = 1) of `count` headers of 80 bytes each, one after the other, each its own salt.
// Returns false when there is no memory for the scratch area, which each thread keeps until it ends.
bool proofhash_scrypt(proofhash_implementation implementation, const uint8_t *headers, size_t count, uint8_t *hashes);

// What all headers of one job have in common.
typedef struct {
    uint32_t midstate[8];      // of the coinbase's whole blocks before the extranonces
    size_t end_blocks;         // of the coinbase from there on, padded
    size_t extranonce_offset;  // of extranonce1 in those blocks, less than 64; extranonce2 follows it, 4 bytes each
    size_t branch_count;       // hashes from the coinbase up to the merkle root
    uint8_t previous_hash[32];
    uint32_t bits;
} proofhash_recipe;

// Rebuilds `count` headers, of 80 bytes each, and hashes them with SHA-256 twice, 32 bytes each.
//
// `end` is the coinbase's end, with any bytes for the extranonces, padded to whole blocks; `branch` has 32 bytes a hash.
// Entry i of the columns belongs to share i; extranonces are written big-endian.
void proofhash_headers(
    proofhash_implementation implementation, const proofhash_recipe *recipe, const uint8_t *end, const uint8_t *branch,
    const uint32_t *extranonce1s, const uint32_t *extranonce2s, const uint32_t *versions, const uint32_t *times,
    const uint32_t *nonces, size_t count, uint8_t *headers, uint8_t *hashes);

typedef struct {
    uint32_t nonce;
    uint8_t hash[32];
} proofhash_hit;

typedef struct {
    uint64_t searched;  // how many nonces were tried: fewer than asked when `hits` was full
    size_t hit_count;
} proofhash_slice;

// Tries `count` nonces from `first` in the last four bytes of `header`; a hit's hash, as a little-endian number, is at
// most the big-endian number `target`. `first + count` may not pass 2^32, and `hit_capacity` is at least 1.
proofhash_slice proofhash_search_sha256d(
    proofhash_implementation implementation, const uint8_t header[80], uint32_t first, uint64_t count,
    const uint8_t target[32], proofhash_hit *hits, size_t hit_capacity);

// The same for scrypt; `searched` is zero when there is no memory for the scratch area.
proofhash_slice proofhash_search_scrypt(
    proofhash_implementation implementation, const uint8_t header[80], uint32_t first, uint64_t count,
    const uint8_t target[32], proofhash_hit *hits, size_t hit_capacity);

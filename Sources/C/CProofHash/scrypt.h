// scrypt (RFC 7914) with N = 1024, r = 1, p = 1, shared by the kernels.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "CProofHash.h"

#define SCRYPT_N 1024
#define SCRYPT_BLOCK_WORDS 32  // 128 bytes: two Salsa20 blocks
#define SCRYPT_BLOCK_BYTES (4 * SCRYPT_BLOCK_WORDS)
#define SCRYPT_LANE_BYTES (SCRYPT_N * SCRYPT_BLOCK_BYTES)
#define SCRYPT_LANES_MAX 16

// RFC 7914, section 5 (scryptROMix), of several blocks at once, in place. `scratch` has SCRYPT_LANE_BYTES a lane and is
// aligned to 64 bytes; what it holds before does not matter.
typedef void scrypt_mix_function(uint32_t blocks[][SCRYPT_BLOCK_WORDS], void *scratch);

scrypt_mix_function scrypt_mix_portable;  // one lane
#if defined(__x86_64__)
scrypt_mix_function scrypt_mix_sse2;    // four lanes
scrypt_mix_function scrypt_mix_avx2;    // eight lanes
scrypt_mix_function scrypt_mix_avx512;  // sixteen lanes
#endif

// How an implementation mixes: so many lanes at once.
typedef struct {
    scrypt_mix_function *mix;
    size_t lanes;
} scrypt_mixer;

scrypt_mixer scrypt_mixer_for(proofhash_implementation implementation);

// Hashes as many headers as the mixer has lanes.
void scrypt_headers(scrypt_mixer mixer, const uint8_t (*headers)[80], uint8_t (*hashes)[32], void *scratch);

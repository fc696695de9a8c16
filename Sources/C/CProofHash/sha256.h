// SHA-256 (FIPS 180-4), shared by the kernels.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "CProofHash.h"

#define SHA256_BLOCK_BYTES 64

extern const uint32_t sha256_round_constants[64];
extern const uint32_t sha256_initial_state[8];

typedef void sha256_absorb_function(uint32_t state[8], const uint8_t *blocks, size_t block_count);

sha256_absorb_function sha256_absorb_portable;
#if defined(__x86_64__)
sha256_absorb_function sha256_absorb_sha_ni;
#endif

// The function for an implementation; those without a single-stream path of their own use the portable one.
sha256_absorb_function *sha256_absorb_for(proofhash_implementation implementation);

// The fastest single-stream function of this machine.
sha256_absorb_function *sha256_absorb_fastest(void);

// Pads `rest` and takes it in; `message_bytes` counts the whole message. The result stays as words.
void sha256_absorb_end(
    sha256_absorb_function *absorb, uint32_t state[8], const uint8_t *rest, size_t rest_bytes, uint64_t message_bytes);

// Screening nonces for SHA-256d: many at once, by the first four bytes of the hash as a number alone. What passes is
// hashed once more and compared in full, so that a screen may skip the last rounds.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "CProofHash.h"

typedef struct {
    uint32_t middle[8];     // after the header's first 64 bytes
    uint32_t tail[3];       // the next three words: end of the merkle root, time, bits
    uint32_t target_first;  // the target's most significant 32 bits
} screen_task;

// Goes through `groups` groups of nonces from `first`, and stops behind the first group in which a nonce passes.
// Returns how many groups it did; bit i of `passed` says that nonce i of the last of them passed.
typedef uint64_t sha256d_screen_function(
    const screen_task *task, uint32_t first, uint64_t groups, uint32_t *passed);

sha256d_screen_function sha256d_screen_portable;  // groups of 1
#if defined(__x86_64__)
sha256d_screen_function sha256d_screen_sse2;    // groups of 4
sha256d_screen_function sha256d_screen_sha_ni;  // groups of 2
sha256d_screen_function sha256d_screen_avx2;    // groups of 8
sha256d_screen_function sha256d_screen_avx512;  // groups of 16
#endif

typedef struct {
    sha256d_screen_function *screen;
    uint32_t group;
} sha256d_screener;

sha256d_screener sha256d_screener_for(proofhash_implementation implementation);

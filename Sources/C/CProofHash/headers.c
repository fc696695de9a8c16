// Headers rebuilt from what miners chose: which kernel takes which shares.
#include "headers.h"

uint32_t sha256_keyed_end_of_64[64] __attribute__((aligned(64)));

// Once, before main.
__attribute__((constructor)) static void make_schedule(void) {
    uint32_t w[64] = {0x80000000};
    w[15] = 512;
    for (int i = 16; i < 64; i++) {
        uint32_t near = w[i - 2], far = w[i - 15];
        w[i] = w[i - 16] + w[i - 7] + (rotate_right(far, 7) ^ rotate_right(far, 18) ^ far >> 3)
            + (rotate_right(near, 17) ^ rotate_right(near, 19) ^ near >> 10);
    }
    for (int i = 0; i < 64; i++) sha256_keyed_end_of_64[i] = w[i] + sha256_round_constants[i];
}

typedef struct {
    headers_function *run;
    size_t lanes;
} kernel;

static kernel kernel_for(proofhash_implementation implementation, size_t count) {
#if defined(__x86_64__)
    switch (implementation) {
    case PROOFHASH_FASTEST:
        // Sixteen lanes take as long as nine shares with the SHA extensions (measured), full or not.
        if (count >= 9 && proofhash_is_supported(PROOFHASH_AVX512)) return (kernel){headers_avx512, 16};
        if (proofhash_is_supported(PROOFHASH_SHA_NI)) return (kernel){headers_sha_ni, 2};
        if (count >= 3 && proofhash_is_supported(PROOFHASH_AVX2)) return (kernel){headers_avx2, 8};
        if (count >= 2) return (kernel){headers_sse2, 4};
        break;
    case PROOFHASH_SHA_NI: return (kernel){headers_sha_ni, 2};
    case PROOFHASH_SSE2: return (kernel){headers_sse2, 4};
    case PROOFHASH_AVX2: return (kernel){headers_avx2, 8};
    case PROOFHASH_AVX512: return (kernel){headers_avx512, 16};
    case PROOFHASH_PORTABLE: break;
    }
#endif
    return (kernel){headers_portable, 1};
}

void proofhash_headers(
    proofhash_implementation implementation, const proofhash_recipe *recipe, const uint8_t *end, const uint8_t *branch,
    const uint32_t *extranonce1s, const uint32_t *extranonce2s, const uint32_t *versions, const uint32_t *times,
    const uint32_t *nonces, size_t count, uint8_t *headers, uint8_t *hashes
) {
    const headers_task task = {
        recipe, end, branch, extranonce1s, extranonce2s, versions, times, nonces, headers, hashes,
    };
    for (size_t first = 0; first < count;) {
        kernel next = kernel_for(implementation, count - first);
        size_t taken = count - first < next.lanes ? count - first : next.lanes;
        next.run(&task, first, taken);
        first += taken;
    }
}

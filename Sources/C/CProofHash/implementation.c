// Which implementations this machine can run.
#include "CProofHash.h"
#include "sha256.h"

#if defined(__x86_64__)
#include <cpuid.h>

// CPUID leaf 7, EBX bit 29 (Intel SDM volume 2A). __builtin_cpu_supports does not know the name on every compiler.
static bool has_sha_extensions(void) {
    unsigned eax, ebx, ecx, edx;
    return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) && (ebx >> 29 & 1) && __builtin_cpu_supports("sse4.1");
}

static bool can_run(proofhash_implementation implementation) {
    switch (implementation) {
    case PROOFHASH_PORTABLE:
    case PROOFHASH_FASTEST:
    case PROOFHASH_SSE2:  // part of x86-64
        return true;
    case PROOFHASH_SHA_NI:
        return has_sha_extensions();
    case PROOFHASH_AVX2:  // these two also ask whether the system saves the wide registers
        return __builtin_cpu_supports("avx2");
    case PROOFHASH_AVX512:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl");
    }
    return false;
}
#else
static bool can_run(proofhash_implementation implementation) {
    return implementation == PROOFHASH_PORTABLE || implementation == PROOFHASH_FASTEST;
}
#endif

static sha256_absorb_function *fastest = sha256_absorb_portable;
static bool supported[PROOFHASH_FASTEST + 1];

// Once, before main: a virtual machine may take tens of microseconds to answer CPUID.
__attribute__((constructor)) static void ask_the_processor(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
#endif
    for (int i = 0; i <= PROOFHASH_FASTEST; i++) supported[i] = can_run((proofhash_implementation)i);
#if defined(__x86_64__)
    if (supported[PROOFHASH_SHA_NI]) fastest = sha256_absorb_sha_ni;
#endif
}

bool proofhash_is_supported(proofhash_implementation implementation) {
    return supported[implementation];
}

sha256_absorb_function *sha256_absorb_for(proofhash_implementation implementation) {
    if (implementation == PROOFHASH_FASTEST) return fastest;
#if defined(__x86_64__)
    if (implementation == PROOFHASH_SHA_NI) return sha256_absorb_sha_ni;
#endif
    return sha256_absorb_portable;
}

sha256_absorb_function *sha256_absorb_fastest(void) {
    return fastest;
}

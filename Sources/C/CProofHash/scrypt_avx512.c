// scrypt's mixing with 512-bit vectors, sixteen lanes: their 2 MiB pass a core's second cache, and are still the fastest (measured).
#if defined(__x86_64__)
#define SCRYPT_MIX scrypt_mix_avx512
#define SCRYPT_TARGET __attribute__((target("avx512f,avx512vl")))
#define PARTS 4
#define GROUPS 4
#include "scrypt_vectors.h"
#endif

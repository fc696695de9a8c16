// scrypt's mixing with 512-bit vectors, sixteen lanes. Their 2 MiB are more than a core's second cache holds, and still
// sixteen are faster than eight (measured: 66,000 a second against 40,000).
#if defined(__x86_64__)
#define SCRYPT_MIX scrypt_mix_avx512
#define SCRYPT_TARGET __attribute__((target("avx512f,avx512vl")))
#define PARTS 4
#define GROUPS 4
#include "scrypt_vectors.h"
#endif

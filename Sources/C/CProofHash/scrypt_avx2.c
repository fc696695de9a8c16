// scrypt's mixing with 256-bit vectors, eight lanes.
#if defined(__x86_64__)
#define SCRYPT_MIX scrypt_mix_avx2
#define SCRYPT_TARGET __attribute__((target("avx2")))
#define PARTS 2
#define GROUPS 4
#include "scrypt_vectors.h"
#endif

// SHA-256d over nonces: 512-bit vectors.
#if defined(__x86_64__)
#define SCREEN sha256d_screen_avx512
#define SCREEN_TARGET __attribute__((target("avx512f,avx512vl")))
#define LANES 16
#include "sha256d_vectors.h"
#endif

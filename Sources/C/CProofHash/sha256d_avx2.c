// SHA-256d over nonces: 256-bit vectors.
#if defined(__x86_64__)
#define SCREEN sha256d_screen_avx2
#define SCREEN_TARGET __attribute__((target("avx2")))
#define LANES 8
#include "sha256d_vectors.h"
#endif

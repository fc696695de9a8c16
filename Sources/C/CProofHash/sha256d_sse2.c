// SHA-256d over nonces: 128-bit vectors.
#if defined(__x86_64__)
#define SCREEN sha256d_screen_sse2
#define SCREEN_TARGET
#define LANES 4
#include "sha256d_vectors.h"
#endif

// Headers, 8 at a time.
#if defined(__x86_64__)
#define HEADERS headers_avx2
#define HEADERS_TARGET __attribute__((target("avx2")))
#define LANES 8
#include "headers_vectors.h"
#endif

// Headers, 16 at a time.
#if defined(__x86_64__)
#define HEADERS headers_avx512
#define HEADERS_TARGET __attribute__((target("avx512f,avx512vl")))
#define LANES 16
#include "headers_vectors.h"
#endif

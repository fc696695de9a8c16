// Headers, 4 at a time.
#if defined(__x86_64__)
#define HEADERS headers_sse2
#define HEADERS_TARGET __attribute__((target("sse2")))
#define LANES 4
#include "headers_vectors.h"
#endif

// scrypt's mixing with x86-64's 128-bit vectors, four lanes: every such machine has them.
#if defined(__x86_64__)
#define SCRYPT_MIX scrypt_mix_sse2
#define SCRYPT_TARGET 
#define PARTS 1
#define GROUPS 4
#include "scrypt_vectors.h"
#endif

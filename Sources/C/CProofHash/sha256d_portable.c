// SHA-256d over nonces: one nonce at a time in plain C.
#define SCREEN sha256d_screen_portable
#define SCREEN_TARGET
#define LANES 1
#include "sha256d_vectors.h"

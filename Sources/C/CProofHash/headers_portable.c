// Headers with plain C: one after the other.
#include "sha256.h"

static void absorb(uint32_t states[1][8], const uint8_t *const blocks[1]) {
    sha256_absorb_portable(states[0], blocks[0], 1);
}

// Plain C works out the schedule again: a second block function would save little.
static void absorb_end_of_64(uint32_t states[1][8]) {
    static const uint8_t end[64] = {[0] = 0x80, [62] = 2};
    sha256_absorb_portable(states[0], end, 1);
}

#define HEADERS headers_portable
#define HEADERS_TARGET
#define STREAMS 1
#define ABSORB(s, b) absorb(s, b)
#define ABSORB_KEYED(s, k) absorb_end_of_64(s)
#include "headers_stream.h"

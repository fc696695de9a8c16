// Numbers in bytes, and the comparison that every search ends with.
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static inline uint32_t load_big_endian(const uint8_t *bytes) {
    uint32_t value;
    memcpy(&value, bytes, sizeof value);
    return __builtin_bswap32(value);
}

static inline void store_big_endian(uint8_t *bytes, uint32_t value) {
    value = __builtin_bswap32(value);
    memcpy(bytes, &value, sizeof value);
}

static inline uint32_t load_little_endian(const uint8_t *bytes) {
    uint32_t value;
    memcpy(&value, bytes, sizeof value);
    return value;
}

static inline void store_little_endian(uint8_t *bytes, uint32_t value) {
    memcpy(bytes, &value, sizeof value);
}

static inline uint32_t rotate_right(uint32_t value, unsigned count) {
    return value >> count | value << (32 - count);
}

static inline uint32_t rotate_left(uint32_t value, unsigned count) {
    return value << count | value >> (32 - count);
}

// Whether `hash`, a little-endian number, is at most `target`, a big-endian one.
static inline bool meets(const uint8_t hash[32], const uint8_t target[32]) {
    for (int i = 0; i < 32; i++) {
        if (hash[31 - i] != target[i]) return hash[31 - i] < target[i];
    }
    return true;
}

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "these kernels are written for little-endian machines"
#endif

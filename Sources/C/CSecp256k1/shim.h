#pragma once
#include <stddef.h>
#include <secp256k1.h>

// The library's static context is a mutable global pointer, which Swift's concurrency rules refuse; parsing needs no other.
static inline int lode_public_key_is_on_curve(const unsigned char *bytes, size_t byte_count) {
    secp256k1_pubkey point;
    return secp256k1_ec_pubkey_parse(secp256k1_context_static, &point, bytes, byte_count);
}

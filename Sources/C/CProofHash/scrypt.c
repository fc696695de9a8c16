// scrypt around its mixing: PBKDF2-HMAC-SHA256 before and after, and headers shared out over lanes.
#include "scrypt.h"

#include "bytes.h"
#include "scratch.h"
#include "sha256.h"

#define HEADER_BYTES PROOFHASH_HEADER_BYTES

// HMAC-SHA256 (RFC 2104) whose key is already taken in.
typedef struct {
    uint32_t inner[8];
    uint32_t outer[8];
} keyed_hash;

static keyed_hash key_with(sha256_absorb_function *absorb, const uint8_t header[HEADER_BYTES]) {
    // A header is longer than a block, so its hash is the key.
    uint32_t words[8];
    memcpy(words, sha256_initial_state, sizeof words);
    sha256_absorb_end(absorb, words, header, HEADER_BYTES, HEADER_BYTES);
    uint8_t inner_pad[SHA256_BLOCK_BYTES], outer_pad[SHA256_BLOCK_BYTES];
    memset(inner_pad, 0x36, sizeof inner_pad);
    memset(outer_pad, 0x5c, sizeof outer_pad);
    for (int i = 0; i < 8; i++) {
        store_big_endian(inner_pad + 4 * i, words[i] ^ 0x36363636);
        store_big_endian(outer_pad + 4 * i, words[i] ^ 0x5c5c5c5c);
    }
    keyed_hash keyed;
    memcpy(keyed.inner, sha256_initial_state, sizeof keyed.inner);
    memcpy(keyed.outer, sha256_initial_state, sizeof keyed.outer);
    absorb(keyed.inner, inner_pad, 1);
    absorb(keyed.outer, outer_pad, 1);
    return keyed;
}

// One block of PBKDF2 (RFC 8018) with one iteration, given the inner hash of the salt's whole blocks.
static void derive(
    sha256_absorb_function *absorb, const keyed_hash *keyed, const uint32_t salted[8], uint64_t salted_bytes,
    const uint8_t *salt_rest, size_t salt_rest_bytes, uint32_t index, uint8_t derived[32]
) {
    uint8_t rest[32];  // the salt's end and the block's number
    memcpy(rest, salt_rest, salt_rest_bytes);
    store_big_endian(rest + salt_rest_bytes, index);
    uint32_t words[8];
    memcpy(words, salted, sizeof words);
    sha256_absorb_end(absorb, words, rest, salt_rest_bytes + 4, salted_bytes + salt_rest_bytes + 4);
    uint8_t inner_hash[32];
    for (int i = 0; i < 8; i++) store_big_endian(inner_hash + 4 * i, words[i]);
    memcpy(words, keyed->outer, sizeof words);
    sha256_absorb_end(absorb, words, inner_hash, sizeof inner_hash, SHA256_BLOCK_BYTES + sizeof inner_hash);
    for (int i = 0; i < 8; i++) store_big_endian(derived + 4 * i, words[i]);
}

static void expand(
    sha256_absorb_function *absorb, const keyed_hash *keyed, const uint8_t header[HEADER_BYTES],
    uint32_t block[SCRYPT_BLOCK_WORDS]
) {
    uint32_t salted[8];
    memcpy(salted, keyed->inner, sizeof salted);
    absorb(salted, header, 1);
    const uint8_t *rest = header + SHA256_BLOCK_BYTES;
    const size_t rest_bytes = HEADER_BYTES - SHA256_BLOCK_BYTES;
    uint8_t bytes[SCRYPT_BLOCK_BYTES];
    for (uint32_t i = 0; i < 4; i++) {
        derive(absorb, keyed, salted, 2 * SHA256_BLOCK_BYTES, rest, rest_bytes, i + 1, bytes + 32 * i);
    }
    memcpy(block, bytes, sizeof bytes);
}

static void compress(
    sha256_absorb_function *absorb, const keyed_hash *keyed, const uint32_t block[SCRYPT_BLOCK_WORDS], uint8_t hash[32]
) {
    uint8_t bytes[SCRYPT_BLOCK_BYTES];
    memcpy(bytes, block, sizeof bytes);
    uint32_t salted[8];
    memcpy(salted, keyed->inner, sizeof salted);
    absorb(salted, bytes, 2);
    derive(absorb, keyed, salted, 3 * SHA256_BLOCK_BYTES, bytes, 0, 1, hash);
}

void scrypt_headers(scrypt_mixer mixer, const uint8_t (*headers)[80], uint8_t (*hashes)[32], void *scratch) {
    sha256_absorb_function *absorb = sha256_absorb_fastest();
    keyed_hash keyed[SCRYPT_LANES_MAX];
    uint32_t blocks[SCRYPT_LANES_MAX][SCRYPT_BLOCK_WORDS] __attribute__((aligned(64)));
    for (size_t lane = 0; lane < mixer.lanes; lane++) {
        keyed[lane] = key_with(absorb, headers[lane]);
        expand(absorb, &keyed[lane], headers[lane], blocks[lane]);
    }
    mixer.mix(blocks, scratch);
    for (size_t lane = 0; lane < mixer.lanes; lane++) compress(absorb, &keyed[lane], blocks[lane], hashes[lane]);
}

bool proofhash_scrypt(proofhash_implementation implementation, const uint8_t *headers, size_t count, uint8_t *hashes) {
    scrypt_mixer several = scrypt_mixer_for(implementation);
    scrypt_mixer alone = scrypt_mixer_for(PROOFHASH_PORTABLE);  // faster for one than lanes that stand empty (measured)
    void *scratch = thread_scratch(several.lanes * SCRYPT_LANE_BYTES);
    if (!scratch) return false;
    uint8_t in[SCRYPT_LANES_MAX][HEADER_BYTES], out[SCRYPT_LANES_MAX][PROOFHASH_HASH_BYTES];
    for (size_t done = 0, now; done < count; done += now) {
        size_t left = count - done;
        scrypt_mixer mixer = left == 1 ? alone : several;
        now = left < mixer.lanes ? left : mixer.lanes;
        for (size_t lane = 0; lane < mixer.lanes; lane++) {  // a lane without a header of its own repeats the last
            size_t index = done + (lane < now ? lane : now - 1);
            memcpy(in[lane], headers + HEADER_BYTES * index, HEADER_BYTES);
        }
        scrypt_headers(mixer, (const uint8_t(*)[HEADER_BYTES])in, out, scratch);
        memcpy(hashes + PROOFHASH_HASH_BYTES * done, out, PROOFHASH_HASH_BYTES * now);
    }
    return true;
}

scrypt_mixer scrypt_mixer_for(proofhash_implementation implementation) {
    switch (implementation) {
#if defined(__x86_64__)
    case PROOFHASH_SSE2:
        return (scrypt_mixer){scrypt_mix_sse2, 4};
    case PROOFHASH_AVX2:
        return (scrypt_mixer){scrypt_mix_avx2, 8};
    case PROOFHASH_AVX512:
        return (scrypt_mixer){scrypt_mix_avx512, 16};
#endif
    default:
        return (scrypt_mixer){scrypt_mix_portable, 1};
    }
}

// The miner's loop: nonce after nonce until the slice or the room for hits ends.
#include "bytes.h"
#include "scratch.h"
#include "scrypt.h"
#include "sha256.h"

#define HEADER_BYTES PROOFHASH_HEADER_BYTES
#define NONCE_OFFSET 76

static void keep(proofhash_hit *hit, uint32_t nonce, const uint8_t hash[32]) {
    hit->nonce = nonce;
    memcpy(hit->hash, hash, PROOFHASH_HASH_BYTES);
}

proofhash_slice proofhash_search_sha256d(
    proofhash_implementation implementation, const uint8_t header[80], uint32_t first, uint64_t count,
    const uint8_t target[32], proofhash_hit *hits, size_t hit_capacity
) {
    proofhash_slice slice = {0, 0};
    uint32_t middle[8];
    memcpy(middle, sha256_initial_state, sizeof middle);
    proofhash_sha256_absorb(implementation, middle, header, 1);
    uint8_t rest[HEADER_BYTES - SHA256_BLOCK_BYTES], hash[PROOFHASH_HASH_BYTES];
    memcpy(rest, header + SHA256_BLOCK_BYTES, sizeof rest);
    while (slice.searched < count && slice.hit_count < hit_capacity) {
        uint32_t nonce = first + (uint32_t)slice.searched++;
        store_little_endian(rest + NONCE_OFFSET - SHA256_BLOCK_BYTES, nonce);
        proofhash_sha256d_finish(implementation, middle, SHA256_BLOCK_BYTES, rest, sizeof rest, hash);
        if (meets(hash, target)) keep(&hits[slice.hit_count++], nonce, hash);
    }
    return slice;
}

proofhash_slice proofhash_search_scrypt(
    proofhash_implementation implementation, const uint8_t header[80], uint32_t first, uint64_t count,
    const uint8_t target[32], proofhash_hit *hits, size_t hit_capacity
) {
    proofhash_slice slice = {0, 0};
    scrypt_mixer mixer = scrypt_mixer_for(implementation);
    void *scratch = thread_scratch(mixer.lanes * SCRYPT_LANE_BYTES);
    if (!scratch) return slice;
    uint8_t headers[SCRYPT_LANES_MAX][HEADER_BYTES], hashes[SCRYPT_LANES_MAX][PROOFHASH_HASH_BYTES];
    for (size_t lane = 0; lane < mixer.lanes; lane++) memcpy(headers[lane], header, HEADER_BYTES);
    while (slice.searched < count && slice.hit_count < hit_capacity) {
        uint32_t nonce = first + (uint32_t)slice.searched;
        for (size_t lane = 0; lane < mixer.lanes; lane++) {
            store_little_endian(headers[lane] + NONCE_OFFSET, nonce + (uint32_t)lane);
        }
        scrypt_headers(mixer, (const uint8_t(*)[HEADER_BYTES])headers, hashes, scratch);
        for (size_t lane = 0; lane < mixer.lanes && slice.searched < count && slice.hit_count < hit_capacity; lane++) {
            slice.searched++;
            if (meets(hashes[lane], target)) keep(&hits[slice.hit_count++], nonce + (uint32_t)lane, hashes[lane]);
        }
    }
    return slice;
}

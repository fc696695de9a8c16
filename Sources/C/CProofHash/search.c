// The miner's loop: nonce after nonce until the slice or the room for hits ends.
#include "bytes.h"
#include "scratch.h"
#include "scrypt.h"
#include "sha256.h"
#include "sha256d_screen.h"

#define HEADER_BYTES PROOFHASH_HEADER_BYTES
#define NONCE_OFFSET 76

static void keep(proofhash_hit *hit, uint32_t nonce, const uint8_t hash[32]) {
    hit->nonce = nonce;
    memcpy(hit->hash, hash, PROOFHASH_HASH_BYTES);
}

sha256d_screener sha256d_screener_for(proofhash_implementation implementation) {
    switch (implementation) {
#if defined(__x86_64__)
    case PROOFHASH_SSE2:
        return (sha256d_screener){sha256d_screen_sse2, 4};
    case PROOFHASH_SHA_NI:
        return (sha256d_screener){sha256d_screen_sha_ni, 2};
    case PROOFHASH_AVX2:
        return (sha256d_screener){sha256d_screen_avx2, 8};
    case PROOFHASH_AVX512:
        return (sha256d_screener){sha256d_screen_avx512, 16};
#endif
    default:
        return (sha256d_screener){sha256d_screen_portable, 1};
    }
}

static screen_task task_for(const uint8_t header[HEADER_BYTES], const uint8_t target[32]) {
    screen_task task;
    memcpy(task.middle, sha256_initial_state, sizeof task.middle);
    sha256_absorb_fastest()(task.middle, header, 1);
    for (int i = 0; i < 3; i++) task.tail[i] = load_big_endian(header + SHA256_BLOCK_BYTES + 4 * i);
    task.target_first = load_big_endian(target);
    return task;
}

proofhash_slice proofhash_search_sha256d(
    proofhash_implementation implementation, const uint8_t header[80], uint32_t first, uint64_t count,
    const uint8_t target[32], proofhash_hit *hits, size_t hit_capacity
) {
    const sha256d_screener screener = sha256d_screener_for(implementation);
    const screen_task task = task_for(header, target);
    uint8_t rest[HEADER_BYTES - SHA256_BLOCK_BYTES], hash[PROOFHASH_HASH_BYTES];
    memcpy(rest, header + SHA256_BLOCK_BYTES, sizeof rest);
    proofhash_slice slice = {0, 0};
    while (slice.searched < count) {
        uint64_t groups = (count - slice.searched + screener.group - 1) / screener.group;
        uint32_t passed;
        uint64_t done = screener.screen(&task, first + (uint32_t)slice.searched, groups, &passed);
        uint64_t last_group = slice.searched + (done - 1) * screener.group;
        for (; passed != 0; passed &= passed - 1) {
            uint64_t index = last_group + (uint64_t)__builtin_ctz(passed);
            if (index >= count) break;  // the last group may reach past the end
            uint32_t nonce = first + (uint32_t)index;
            store_little_endian(rest + (NONCE_OFFSET - SHA256_BLOCK_BYTES), nonce);
            proofhash_sha256d_finish(PROOFHASH_FASTEST, task.middle, SHA256_BLOCK_BYTES, rest, sizeof rest, hash);
            if (!meets(hash, target)) continue;
            keep(&hits[slice.hit_count++], nonce, hash);
            slice.searched = index + 1;
            if (slice.hit_count == hit_capacity) return slice;
        }
        slice.searched = last_group + screener.group < count ? last_group + screener.group : count;
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

// SHA-256d over nonces with the SHA extensions of x86-64: two nonces at a time, because the instructions of one would
// wait for each other.
#if defined(__x86_64__)
#include <immintrin.h>

#include "sha256.h"
#include "sha256d_screen.h"

#define WITH_SHA_NI __attribute__((target("sha,sse4.1")))
#define ALWAYS_INLINE static inline __attribute__((always_inline)) WITH_SHA_NI
#define STREAMS 2
#define EACH_STREAM(i) for (int i = 0; i < STREAMS; i++)

// As the instructions want it, highest lane first.
typedef struct {
    __m128i abef, cdgh;
} packed_state;

ALWAYS_INLINE packed_state pack(const uint32_t s[8]) {
    return (packed_state){
        _mm_set_epi32((int)s[0], (int)s[1], (int)s[4], (int)s[5]),
        _mm_set_epi32((int)s[2], (int)s[3], (int)s[6], (int)s[7]),
    };
}

// 64 rounds on a block of each stream, without the final addition; or 62, if `cut`. `w` is used up.
ALWAYS_INLINE void run_rounds(packed_state s[STREAMS], __m128i w[STREAMS][4], int cut) {
#pragma clang loop unroll(full)
    for (int group = 0; group < 16; group++) {
        __m128i constants = _mm_load_si128((const __m128i *)(sha256_round_constants + 4 * group));
        __m128i keyed[STREAMS];
        EACH_STREAM(i) keyed[i] = _mm_add_epi32(w[i][group & 3], constants);
        EACH_STREAM(i) s[i].cdgh = _mm_sha256rnds2_epu32(s[i].cdgh, s[i].abef, keyed[i]);
        if (group == 15 && cut) return;
        EACH_STREAM(i) keyed[i] = _mm_shuffle_epi32(keyed[i], _MM_SHUFFLE(1, 0, 3, 2));
        EACH_STREAM(i) s[i].abef = _mm_sha256rnds2_epu32(s[i].abef, s[i].cdgh, keyed[i]);
        if (group >= 12) continue;
        EACH_STREAM(i) {  // the words of the group four later
            __m128i newest = w[i][(group + 3) & 3];
            __m128i seven_back = _mm_alignr_epi8(newest, w[i][(group + 2) & 3], 4);
            __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(w[i][group & 3], w[i][(group + 1) & 3]), seven_back);
            w[i][group & 3] = _mm_sha256msg2_epu32(sum, newest);
        }
    }
}

WITH_SHA_NI uint64_t sha256d_screen_sha_ni(
    const screen_task *task, uint32_t first, uint64_t groups, uint32_t *passed
) {
    const packed_state middle = pack(task->middle), initial = pack(sha256_initial_state);
    const __m128i header_end = _mm_set_epi32(0, (int)task->tail[2], (int)task->tail[1], (int)task->tail[0]);
    const __m128i end_mark = _mm_set_epi32(0, 0, 0, (int)0x80000000);
    *passed = 0;
    for (uint64_t done = 0; done < groups; first += STREAMS) {
        packed_state s[STREAMS];
        __m128i w[STREAMS][4];
        EACH_STREAM(i) {  // the header's last 16 bytes, their end mark, and the length of 640 bits
            s[i] = middle;
            w[i][0] = _mm_insert_epi32(header_end, (int)__builtin_bswap32(first + (uint32_t)i), 3);
            w[i][1] = end_mark;
            w[i][2] = _mm_setzero_si128();
            w[i][3] = _mm_set_epi32(640, 0, 0, 0);
        }
        run_rounds(s, w, 0);
        EACH_STREAM(i) {  // their hash, its end mark, and the length of 256 bits
            __m128i abef = _mm_shuffle_epi32(_mm_add_epi32(s[i].abef, middle.abef), _MM_SHUFFLE(0, 1, 2, 3));
            __m128i cdgh = _mm_shuffle_epi32(_mm_add_epi32(s[i].cdgh, middle.cdgh), _MM_SHUFFLE(0, 1, 2, 3));
            w[i][0] = _mm_unpacklo_epi64(abef, cdgh);
            w[i][1] = _mm_unpackhi_epi64(abef, cdgh);
            w[i][2] = end_mark;
            w[i][3] = _mm_set_epi32(256, 0, 0, 0);
            s[i] = initial;
        }
        // What is h after 64 rounds is f after 62; h is the hash's last word, the first as a little-endian number.
        run_rounds(s, w, 1);
        done++;
        EACH_STREAM(i) {
            uint32_t f = (uint32_t)_mm_cvtsi128_si32(s[i].cdgh);
            if (__builtin_bswap32(f + sha256_initial_state[7]) <= task->target_first) *passed |= 1u << i;
        }
        if (__builtin_expect(*passed != 0, 0)) return done;
    }
    return groups;
}
#endif

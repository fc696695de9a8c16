// Headers with the SHA extensions of x86-64: two at a time, because the instructions of one would wait for each other.
#if defined(__x86_64__)
#include <immintrin.h>

#include "sha256.h"

#define WITH_SHA_NI __attribute__((target("sha,sse4.1")))
#define ALWAYS_INLINE static inline __attribute__((always_inline)) WITH_SHA_NI
#define STREAMS 2
#define EACH(i) for (int i = 0; i < STREAMS; i++)

// As the instructions want it, highest lane first.
typedef struct {
    __m128i abef, cdgh;
} packed_state;

ALWAYS_INLINE packed_state pack(const uint32_t state[8]) {
    __m128i dcba = _mm_loadu_si128((const __m128i *)state);
    __m128i hgfe = _mm_loadu_si128((const __m128i *)(state + 4));
    __m128i cdab = _mm_shuffle_epi32(dcba, _MM_SHUFFLE(2, 3, 0, 1));
    __m128i efgh = _mm_shuffle_epi32(hgfe, _MM_SHUFFLE(0, 1, 2, 3));
    return (packed_state){_mm_alignr_epi8(cdab, efgh, 8), _mm_blend_epi16(efgh, cdab, 0xf0)};
}

ALWAYS_INLINE void unpack(packed_state s, uint32_t state[8]) {
    __m128i feba = _mm_shuffle_epi32(s.abef, _MM_SHUFFLE(0, 1, 2, 3));
    __m128i dchg = _mm_shuffle_epi32(s.cdgh, _MM_SHUFFLE(2, 3, 0, 1));
    _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(feba, dchg, 0xf0));
    _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

// Four rounds of every stream.
ALWAYS_INLINE void run_group(packed_state s[STREAMS], __m128i keyed[STREAMS]) {
    EACH(i) s[i].cdgh = _mm_sha256rnds2_epu32(s[i].cdgh, s[i].abef, keyed[i]);
    EACH(i) keyed[i] = _mm_shuffle_epi32(keyed[i], _MM_SHUFFLE(1, 0, 3, 2));
    EACH(i) s[i].abef = _mm_sha256rnds2_epu32(s[i].abef, s[i].cdgh, keyed[i]);
}

ALWAYS_INLINE void begin(packed_state s[STREAMS], packed_state before[STREAMS], uint32_t states[STREAMS][8]) {
    EACH(i) s[i] = before[i] = pack(states[i]);
}

ALWAYS_INLINE void end(packed_state s[STREAMS], packed_state before[STREAMS], uint32_t states[STREAMS][8]) {
    EACH(i) {
        s[i].abef = _mm_add_epi32(s[i].abef, before[i].abef);
        s[i].cdgh = _mm_add_epi32(s[i].cdgh, before[i].cdgh);
        unpack(s[i], states[i]);
    }
}

WITH_SHA_NI static void absorb(uint32_t states[STREAMS][8], const uint8_t *const blocks[STREAMS]) {
    const __m128i to_big_endian = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
    packed_state s[STREAMS], before[STREAMS];
    __m128i w[STREAMS][4];
    begin(s, before, states);
    EACH(i) {
        for (int j = 0; j < 4; j++) {
            w[i][j] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(blocks[i] + 16 * j)), to_big_endian);
        }
    }
#pragma clang loop unroll(full)
    for (int group = 0; group < 16; group++) {
        __m128i constants = _mm_load_si128((const __m128i *)(sha256_round_constants + 4 * group));
        __m128i keyed[STREAMS];
        EACH(i) keyed[i] = _mm_add_epi32(w[i][group & 3], constants);
        run_group(s, keyed);
        if (group >= 12) continue;
        EACH(i) {  // the words of the group four later
            __m128i newest = w[i][(group + 3) & 3];
            __m128i seven_back = _mm_alignr_epi8(newest, w[i][(group + 2) & 3], 4);
            __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(w[i][group & 3], w[i][(group + 1) & 3]), seven_back);
            w[i][group & 3] = _mm_sha256msg2_epu32(sum, newest);
        }
    }
    end(s, before, states);
}

WITH_SHA_NI static void absorb_keyed(uint32_t states[STREAMS][8], const uint32_t schedule[64]) {
    packed_state s[STREAMS], before[STREAMS];
    begin(s, before, states);
#pragma clang loop unroll(full)
    for (int group = 0; group < 16; group++) {
        __m128i keyed[STREAMS];
        EACH(i) keyed[i] = _mm_load_si128((const __m128i *)(schedule + 4 * group));
        run_group(s, keyed);
    }
    end(s, before, states);
}

#define HEADERS headers_sha_ni
#define HEADERS_TARGET WITH_SHA_NI
#define ABSORB(s, b) absorb(s, b)
#define ABSORB_KEYED(s, k) absorb_keyed(s, k)
#include "headers_stream.h"
#endif

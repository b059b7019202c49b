/* SPDX-License-Identifier: MIT */
/*
 * Arrays of numbers between the machine's byte order and the wire's. Long ones go through byte
 * shuffles where the processor has them: plain x86-64 has none, so that is asked at run time, and
 * without an ifunc, which sanitizers and static linking do not get along with. What is left goes
 * word by word.
 */
#include <ractor/wire.h>

#define DEFINE_PLAIN(BITS)                                                                         \
    static void swap_plain_##BITS(uint8_t *out, const uint8_t *in, size_t count)                   \
    {                                                                                              \
        for (size_t i = 0; i < count; i++) {                                                       \
            uint##BITS##_t word;                                                                   \
            memcpy(&word, in + i * sizeof word, sizeof word);                                      \
            word = RACTOR_WIRE_SWAP_##BITS(word);                                                  \
            memcpy(out + i * sizeof word, &word, sizeof word);                                     \
        }                                                                                          \
    }
DEFINE_PLAIN(16)
DEFINE_PLAIN(32)
DEFINE_PLAIN(64)

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
static void swap_plain_128(uint8_t *out, const uint8_t *in, size_t count)
{
    memcpy(out, in, 16 * count);
}
#else
static void swap_plain_128(uint8_t *out, const uint8_t *in, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t low;
        uint64_t high;
        memcpy(&low, in + 16 * i, sizeof low);
        memcpy(&high, in + 16 * i + 8, sizeof high);
        low = RACTOR_WIRE_SWAP_64(low);
        high = RACTOR_WIRE_SWAP_64(high);
        memcpy(out + 16 * i, &high, sizeof high);
        memcpy(out + 16 * i + 8, &low, sizeof low);
    }
}
#endif

#if defined(__x86_64__)
#include <immintrin.h>

/* Below it, asking the processor costs more than it saves. */
#define WORTH_BYTES 64

/* Where each byte of half a register comes from: words of `WIDTH` bytes turned around. */
#define FROM(WIDTH, I) ((char)((I) ^ ((WIDTH)-1)))
#define FROM_4(WIDTH, I)                                                                           \
    FROM(WIDTH, I), FROM(WIDTH, (I) + 1), FROM(WIDTH, (I) + 2), FROM(WIDTH, (I) + 3)
#define FROM_16(WIDTH) FROM_4(WIDTH, 0), FROM_4(WIDTH, 4), FROM_4(WIDTH, 8), FROM_4(WIDTH, 12)

/* Returns how many bytes it has done: all but what does not fill two registers. */
__attribute__((target("avx2"))) static size_t swap_avx2(uint8_t *out, const uint8_t *in,
                                                        size_t length, const char *order)
{
    const __m256i from =
        _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)order));
    size_t at = 0;
    for (; length - at >= WORTH_BYTES; at += WORTH_BYTES) {
        const void *first = in + at;
        const void *second = in + at + WORTH_BYTES / 2;
        const __m256i a = _mm256_loadu_si256((const __m256i *)first);
        const __m256i b = _mm256_loadu_si256((const __m256i *)second);
        void *to = out + at;
        void *behind = out + at + WORTH_BYTES / 2;
        _mm256_storeu_si256((__m256i *)to, _mm256_shuffle_epi8(a, from));
        _mm256_storeu_si256((__m256i *)behind, _mm256_shuffle_epi8(b, from));
    }
    return at;
}

static size_t swap_long(uint8_t *out, const uint8_t *in, size_t length, const char *order)
{
    if (length < WORTH_BYTES || !__builtin_cpu_supports("avx2"))
        return 0;
    return swap_avx2(out, in, length, order);
}
#else
#define FROM_16(WIDTH) 0
static size_t swap_long(uint8_t *out, const uint8_t *in, size_t length, const char *order)
{
    (void)out;
    (void)in;
    (void)length;
    (void)order;
    return 0;
}
#endif

#define DEFINE_SWAP(BITS)                                                                          \
    void ractor_wire_swap_##BITS(void *to, const void *from, size_t count)                         \
    {                                                                                              \
        static const char order[] = {FROM_16(BITS / 8)};                                           \
        uint8_t *out = to;                                                                         \
        const uint8_t *in = from;                                                                  \
        const size_t done = swap_long(out, in, count * ((BITS) / 8), order);                       \
        swap_plain_##BITS(out + done, in + done, count - done / ((BITS) / 8));                     \
    }
DEFINE_SWAP(16)
DEFINE_SWAP(32)
DEFINE_SWAP(64)
DEFINE_SWAP(128)

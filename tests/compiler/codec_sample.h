/* SPDX-License-Identifier: MIT */
/*
 * What the codec suites share: bytes of messages, and a round trip that takes a codec through all
 * its operations, with blocks of exactly the announced size, so that a sanitizer sees one byte
 * beyond.
 */
#ifndef TESTS_COMPILER_CODEC_SAMPLE_H
#define TESTS_COMPILER_CODEC_SAMPLE_H

#include <ractor/gen.h>

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* What a printer has put so far. */
struct text {
    char data[4096];
    size_t length;
};

static inline void put(void *user, const char *text, size_t length)
{
    struct text *to = user;
    ck_assert_uint_lt(to->length + length, sizeof to->data);
    memcpy(to->data + to->length, text, length);
    to->length += length;
    to->data[to->length] = '\0';
}

static inline uint32_t tag_of(const ractor_message_type *type, const char *variant)
{
    uint32_t tag = type->find(variant, strlen(variant));
    ck_assert_msg(tag != RACTOR_NO_VARIANT, "%s", variant);
    return tag;
}

/* Decodes `bytes` into a fresh block of exactly the measured size; the caller frees it. */
static inline void *decode(const ractor_codec *codec, const void *bytes, size_t length)
{
    ractor_budget budget = RACTOR_BUDGET_DEFAULT;
    size_t tail_bytes = 0;
    ck_assert_int_eq(codec->measure(bytes, length, &budget, &tail_bytes), RACTOR_OK);
    size_t offset =
        ((size_t)codec->size + RACTOR_TAIL_ALIGN - 1) & ~(size_t)(RACTOR_TAIL_ALIGN - 1);
    unsigned char *block =
        aligned_alloc(RACTOR_TAIL_ALIGN, (offset + tail_bytes + 31) & ~(size_t)15);
    ck_assert_ptr_nonnull(block);
    ractor_tail tail = {.at = block + offset};
    codec->read(bytes, length, block, &tail);
    ck_assert_uint_eq((size_t)(tail.at - block), offset + tail_bytes);
    return block;
}

static inline ractor_status check(const ractor_codec *codec, const void *bytes, size_t length)
{
    ractor_budget budget = RACTOR_BUDGET_DEFAULT;
    size_t tail_bytes = 0;
    return codec->measure(bytes, length, &budget, &tail_bytes);
}

/* Encodes to a fresh block of exactly the announced size. */
static inline uint8_t *encode(const ractor_codec *codec, const void *value, size_t *length)
{
    *length = 0;
    ck_assert_int_eq(codec->wire_size(value, length), RACTOR_OK);
    uint8_t *bytes = malloc(*length + 1);
    ck_assert_ptr_nonnull(bytes);
    ck_assert_ptr_eq(codec->write(value, bytes), bytes + *length);
    return bytes;
}

/* Copies a value to a block of exactly the announced size. */
static inline void *copy(const ractor_codec *codec, const void *value)
{
    size_t tail_bytes = 0;
    ck_assert_int_eq(codec->copy_size(value, &tail_bytes), RACTOR_OK);
    size_t offset =
        ((size_t)codec->size + RACTOR_TAIL_ALIGN - 1) & ~(size_t)(RACTOR_TAIL_ALIGN - 1);
    unsigned char *block =
        aligned_alloc(RACTOR_TAIL_ALIGN, (offset + tail_bytes + 31) & ~(size_t)15);
    ck_assert_ptr_nonnull(block);
    ractor_tail tail = {.at = block + offset};
    codec->copy(block, value, &tail);
    ck_assert_uint_eq((size_t)(tail.at - block), offset + tail_bytes);
    return block;
}

/* Decode, encode, copy: all must agree; every truncation and an extra byte must be refused. */
static inline void round_trip(const ractor_message_type *type, const char *variant,
                              const void *bytes, size_t length)
{
    const ractor_codec *codec = type->variants[tag_of(type, variant)].args;
    size_t again_length = 0;
    void *value = decode(codec, bytes, length);
    uint8_t *again = encode(codec, value, &again_length);
    ck_assert_uint_eq(again_length, length);
    ck_assert_mem_eq(again, bytes, length);
    ck_assert(codec->equal(value, value));
    if (codec->copy != NULL) {
        void *twin = copy(codec, value);
        ck_assert(codec->equal(value, twin));
        free(twin);
    }
    for (size_t cut = 0; cut < length; cut++) {
        uint8_t *part = malloc(cut + 1); /* exact, so that a sanitizer sees a read beyond */
        ck_assert_ptr_nonnull(part);
        memcpy(part, bytes, cut);
        part = realloc(part, cut != 0 ? cut : 1);
        ck_assert_int_eq(check(codec, part, cut), RACTOR_EDECODE);
        free(part);
    }
    uint8_t *longer = calloc(1, length + 1);
    ck_assert_ptr_nonnull(longer);
    memcpy(longer, bytes, length);
    ck_assert_int_eq(check(codec, longer, length + 1), RACTOR_EDECODE);
    free(longer);
    free(again);
    free(value);
}

#define BYTES(...) ((const uint8_t[]){__VA_ARGS__})
#define L(n) 0, 0, 0, 0, 0, 0, 0, (n)
#define ROUND_TRIP(type, variant, ...)                                                             \
    round_trip(&(type), (variant), BYTES(__VA_ARGS__), sizeof BYTES(__VA_ARGS__))

#endif

/* SPDX-License-Identifier: MIT */
/* What stands behind generated functions that work on whole messages. */
#include <ractor/gen.h>
#include <ractor/wire.h>
#include <ractor/wire_compound.h>

#include "base/alloc.h"

#include <string.h>

static void *allocate(const ractor_allocator *allocator, size_t size)
{
    return allocator != NULL ? allocator->alloc(allocator->user, size) : rt_alloc(size);
}

void ractor_gen_free(const ractor_allocator *allocator, void *block)
{
    if (block == NULL)
        return;
    if (allocator != NULL)
        allocator->free(allocator->user, block);
    else
        rt_free(block);
}

/* The tag is an enum in C, which has an int's size wherever this is built. */
static uint32_t tag_of(const void *message)
{
    unsigned tag;
    memcpy(&tag, message, sizeof tag);
    return tag;
}

static const ractor_codec *args_of(const ractor_gen_layout *layout, const void *message)
{
    const uint32_t tag = tag_of(message);
    return tag < layout->type->n_variants ? layout->type->variants[tag].args : NULL;
}

static const void *fields_of(const ractor_gen_layout *layout, const void *message)
{
    return (const char *)message + layout->offset;
}

ractor_status ractor_gen_decode(const ractor_gen_layout *layout, ractor_string variant,
                                ractor_bytes bytes, const ractor_allocator *allocator,
                                void **message)
{
    const ractor_message_type *type = layout->type;
    const uint32_t tag = type->find(variant.data, variant.length);
    const size_t tail_offset =
        (layout->size + RACTOR_TAIL_ALIGN - 1) & ~(size_t)(RACTOR_TAIL_ALIGN - 1);
    ractor_budget budget = RACTOR_BUDGET_DEFAULT;
    size_t tail_bytes = 0;
    if (tag == RACTOR_NO_VARIANT)
        return RACTOR_EDECODE;
    const ractor_codec *args = type->variants[tag].args;
    RACTOR_WIRE_TRY(args->measure(bytes.data, bytes.length, &budget, &tail_bytes));
    unsigned char *block = allocate(allocator, tail_offset + tail_bytes);
    if (block == NULL)
        return RACTOR_ENOMEM;
    const unsigned as_written = tag;
    ractor_tail tail = {.at = block + tail_offset};
    memset(block, 0, layout->size);
    memcpy(block, &as_written, sizeof as_written);
    args->read(bytes.data, bytes.length, block + layout->offset, &tail);
    *message = block;
    return RACTOR_OK;
}

ractor_status ractor_gen_encode(const ractor_gen_layout *layout, const void *message,
                                const ractor_allocator *allocator, ractor_bytes *bytes)
{
    const ractor_codec *args = args_of(layout, message);
    size_t length = 0;
    if (args == NULL)
        return RACTOR_EINVAL;
    RACTOR_WIRE_TRY(args->wire_size(fields_of(layout, message), &length));
    uint8_t *data = length != 0 ? allocate(allocator, length) : NULL;
    if (length != 0 && data == NULL)
        return RACTOR_ENOMEM;
    if (length != 0)
        (void)args->write(fields_of(layout, message), data);
    bytes->data = data;
    bytes->length = length;
    return RACTOR_OK;
}

void ractor_gen_print(const ractor_gen_layout *layout, const void *message,
                      const ractor_printer *out)
{
    const ractor_codec *args = args_of(layout, message);
    if (args == NULL) {
        ractor_wire_print_text(out, "?");
        return;
    }
    ractor_wire_print_text(out, layout->type->variants[tag_of(message)].name);
    args->print(fields_of(layout, message), out);
}

bool ractor_gen_equal(const ractor_gen_layout *layout, const void *a, const void *b)
{
    const ractor_codec *args = args_of(layout, a);
    return args != NULL && tag_of(a) == tag_of(b) &&
           args->equal(fields_of(layout, a), fields_of(layout, b));
}

/* Order of names: bytewise, a prefix before what it begins. */
static int compare(const char *name, size_t length, const char *other)
{
    const int order = strncmp(name, other, length);
    return order != 0 ? order : other[length] != '\0' ? -1 : 0;
}

uint32_t ractor_gen_find(const ractor_message_type *type, const uint16_t *sorted, const char *name,
                         size_t length)
{
    size_t low = 0;
    size_t high = type->n_variants;
    if (length == 0 || memchr(name, '\0', length) != NULL)
        return RACTOR_NO_VARIANT;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = compare(name, length, type->variants[sorted[middle]].name);
        if (order == 0)
            return sorted[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return RACTOR_NO_VARIANT;
}

const char *ractor_gen_missing(const ractor_message_type *type, const void *handlers)
{
    typedef void function(void);
    const char *at = handlers;
    for (size_t i = 0; i < type->n_variants; i++) {
        function *handler;
        memcpy(&handler, at + i * sizeof handler, sizeof handler);
        if (handler == NULL)
            return type->variants[i].name;
    }
    return NULL;
}

/* SPDX-License-Identifier: MIT */
#include "actor/message.h"

#include "base/pool.h"

#include <string.h>

/* Where the tail starts behind a struct of `size` bytes. */
static size_t tail_offset(size_t size)
{
    return (size + RACTOR_TAIL_ALIGN - 1) & ~(size_t)(RACTOR_TAIL_ALIGN - 1);
}

struct ractor_message *rt_message_new(struct rt_pool *pool, size_t payload_bytes)
{
    uint8_t size_class;
    if (payload_bytes > SIZE_MAX - sizeof(struct ractor_message))
        return NULL;
    struct ractor_message *message =
        rt_pool_take(pool, sizeof *message + payload_bytes, &size_class);
    if (message == NULL)
        return NULL;
    message->tag = 0;
    message->kind = RT_MESSAGE_USER;
    message->size_class = size_class;
    message->annex = 0;
    message->port.slot = NULL;
    atomic_init(&message->n_holds, 0);
    return message;
}

/* Where an annex lies behind a struct of `size` bytes; never 0. */
static size_t annex_offset(size_t size)
{
    return tail_offset(size != 0 ? size : 1);
}

/* Where the tail starts, behind an annex if there is one. */
static size_t copied_tail_offset(size_t size, size_t annex_bytes)
{
    return annex_bytes == 0 ? tail_offset(size) : annex_offset(size) + tail_offset(annex_bytes);
}

static inline ractor_status copy_with(struct rt_pool *pool, const ractor_codec *codec,
                                      const void *value, size_t annex_bytes,
                                      struct ractor_message **message)
{
    size_t tail_bytes = 0;
    if (codec->copy_size != NULL) {
        ractor_status status = codec->copy_size(value, &tail_bytes);
        if (status != RACTOR_OK)
            return status;
    }
    size_t offset = copied_tail_offset(codec->size, annex_bytes);
    if (tail_bytes > SIZE_MAX / 2)
        return RACTOR_ELIMIT;
    struct ractor_message *made = rt_message_new(pool, offset + tail_bytes);
    if (made == NULL)
        return RACTOR_ENOMEM;
    if (codec->copy != NULL) {
        ractor_tail tail = {.at = made->payload + offset};
        codec->copy(made->payload, value, &tail);
    } else if (codec->size != 0) {
        memcpy(made->payload, value, codec->size);
    }
    *message = made;
    return RACTOR_OK;
}

ractor_status rt_message_copy(struct rt_pool *pool, const ractor_codec *codec, const void *value,
                              struct ractor_message **message)
{
    return copy_with(pool, codec, value, 0, message);
}

/* The message has room for it at `offset`. */
static void add_annex(struct ractor_message *message, size_t offset, size_t annex_bytes)
{
    message->annex = (uint16_t)(offset / RACTOR_TAIL_ALIGN);
    memset(message->payload + offset, 0, annex_bytes);
}

ractor_status rt_message_copy_annexed(struct rt_pool *pool, const ractor_codec *codec,
                                      const void *value, size_t annex_bytes,
                                      struct ractor_message **message)
{
    size_t offset = annex_offset(codec->size);
    if (offset / RACTOR_TAIL_ALIGN > UINT16_MAX)
        return RACTOR_ELIMIT;
    ractor_status status = copy_with(pool, codec, value, annex_bytes, message);
    if (status == RACTOR_OK)
        add_annex(*message, offset, annex_bytes);
    return status;
}

struct ractor_message *rt_message_new_annexed(struct rt_pool *pool, size_t payload_bytes,
                                              size_t annex_bytes)
{
    size_t offset = annex_offset(payload_bytes);
    if (offset / RACTOR_TAIL_ALIGN > UINT16_MAX || annex_bytes > SIZE_MAX - offset)
        return NULL;
    struct ractor_message *message = rt_message_new(pool, offset + annex_bytes);
    if (message == NULL)
        return NULL;
    add_annex(message, offset, annex_bytes);
    return message;
}

static ractor_status decode_with(struct rt_pool *pool, const ractor_codec *codec,
                                 ractor_bytes bytes, size_t annex_bytes,
                                 struct ractor_message **message)
{
    ractor_budget budget = RACTOR_BUDGET_DEFAULT;
    size_t tail_bytes = 0;
    if (codec->measure == NULL)
        return RACTOR_EDECODE;
    ractor_status status = codec->measure(bytes.data, bytes.length, &budget, &tail_bytes);
    if (status != RACTOR_OK)
        return status;
    size_t offset = copied_tail_offset(codec->size, annex_bytes);
    struct ractor_message *made = rt_message_new(pool, offset + tail_bytes);
    if (made == NULL)
        return RACTOR_ENOMEM;
    ractor_tail tail = {.at = made->payload + offset};
    codec->read(bytes.data, bytes.length, made->payload, &tail);
    *message = made;
    return RACTOR_OK;
}

ractor_status rt_message_decode(struct rt_pool *pool, const ractor_codec *codec, ractor_bytes bytes,
                                struct ractor_message **message)
{
    return decode_with(pool, codec, bytes, 0, message);
}

ractor_status rt_message_decode_annexed(struct rt_pool *pool, const ractor_codec *codec,
                                        ractor_bytes bytes, size_t annex_bytes,
                                        struct ractor_message **message)
{
    size_t offset = annex_offset(codec->size);
    if (offset / RACTOR_TAIL_ALIGN > UINT16_MAX)
        return RACTOR_ELIMIT;
    ractor_status status = decode_with(pool, codec, bytes, annex_bytes, message);
    if (status == RACTOR_OK)
        add_annex(*message, offset, annex_bytes);
    return status;
}

void rt_message_release(struct rt_pool *pool, struct ractor_message *message)
{
    /* acquire: pairs with the acq_rel below; the last holder has finished with the content. Zero
     * seen by a holder means that it is the only one, so no subtraction is needed. */
    if (atomic_load_explicit(&message->n_holds, memory_order_acquire) == 0 ||
        atomic_fetch_sub_explicit(&message->n_holds, 1, memory_order_acq_rel) == 0)
        rt_pool_give(pool, message, message->size_class);
}

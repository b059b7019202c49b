/* SPDX-License-Identifier: MIT */
/*
 * A message on its way: one allocation with this header, the variant's struct, and the tail that
 * its views point into. Replies that hold views are messages, too.
 */
#ifndef RACTOR_ACTOR_MESSAGE_H
#define RACTOR_ACTOR_MESSAGE_H

#include "actor/mailbox.h"

#include <ractor/call.h>
#include <ractor/message.h>
#include <ractor/value.h>

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

struct rt_pool;

enum rt_message_kind {
    RT_MESSAGE_USER,  /* a variant of the actor's enum */
    RT_MESSAGE_ANSWER /* the outcome of a ractor_ask; the payload is a struct rt_answer */
};

struct ractor_message {
    struct rt_link link; /* first: the mailbox hands out links */
    uint64_t pid;        /* for which use of the cell it is meant */
    uint32_t tag;
    _Atomic uint32_t n_holds; /* counts beyond the first one */
    ractor_port port;         /* an rpc's reply port, empty otherwise */
    uint8_t kind;             /* enum rt_message_kind */
    uint8_t size_class;       /* of the pool */
    uint16_t annex;           /* where in the payload a struct rt_annex lies, in units of
                                 RACTOR_TAIL_ALIGN; 0: it has none */
    uint32_t charged_bytes;   /* in a bounded mailbox: what it counts for; else not written */
    _Alignas(RACTOR_TAIL_ALIGN) unsigned char payload[];
};

_Static_assert(offsetof(struct ractor_message, link) == 0, "a link is its message");
_Static_assert(offsetof(struct ractor_message, payload) % RACTOR_TAIL_ALIGN == 0,
               "aligned payload");

/* A message with room for `payload_bytes`, without a port, held once. NULL: no memory. */
struct ractor_message *rt_message_new(struct rt_pool *pool, size_t payload_bytes);

/*
 * A message that holds a deep copy of a value. RACTOR_EINVAL: a broken view. RACTOR_ELIMIT,
 * RACTOR_ENOMEM.
 */
ractor_status rt_message_copy(struct rt_pool *pool, const ractor_codec *codec, const void *value,
                              struct ractor_message **message);

/* As rt_message_copy(), with `annex_bytes` for an annex, zeroed. */
ractor_status rt_message_copy_annexed(struct rt_pool *pool, const ractor_codec *codec,
                                      const void *value, size_t annex_bytes,
                                      struct ractor_message **message);

/* A message that holds a decoded value. RACTOR_EDECODE, RACTOR_ELIMIT, RACTOR_ENOMEM. */
ractor_status rt_message_decode(struct rt_pool *pool, const ractor_codec *codec, ractor_bytes bytes,
                                struct ractor_message **message);

/* As rt_message_decode(), with `annex_bytes` for an annex, zeroed. */
ractor_status rt_message_decode_annexed(struct rt_pool *pool, const ractor_codec *codec,
                                        ractor_bytes bytes, size_t annex_bytes,
                                        struct ractor_message **message);

/* As rt_message_new(), with an annex, zeroed. */
struct ractor_message *rt_message_new_annexed(struct rt_pool *pool, size_t payload_bytes,
                                              size_t annex_bytes);

/* Gives one hold back; the last one frees the memory. The port must be empty by then. */
void rt_message_release(struct rt_pool *pool, struct ractor_message *message);

#endif

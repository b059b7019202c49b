/* SPDX-License-Identifier: MIT */
/*
 * A job on its way: the message for the worker, and behind it in the worker's mailbox a marker that
 * tells the factory that the message was handled. One owner at a time: the message that brings it
 * to the factory, a queue, or the worker's record.
 */
#ifndef RACTOR_ACTOR_FACTORY_JOB_H
#define RACTOR_ACTOR_FACTORY_JOB_H

#include "base/clock.h"

#include <ractor/call.h>
#include <ractor/factory.h>
#include <ractor/factory_parts.h>

#include <stdbool.h>
#include <stdint.h>

struct ractor_message;
struct rt_inbound_job;

struct rt_job {
    struct rt_job *next; /* in a queue */
    const ractor_message_type *type;
    struct ractor_message *message; /* NULL once a worker has it */
    struct ractor_message *marker;  /* likewise */
    uint32_t tag;
    uint32_t n_retries; /* left */
    ractor_job_times times;
    ractor_port accepted; /* of who waits until it is; else empty */
    size_t key_bytes;
    uint8_t key[];
};

/* Where a marker reports to. */
struct rt_job_marker {
    ractor_ref factory;
    uint32_t worker; /* its number */
    bool is_ping;
    uint64_t sent_ns;
};

/* RACTOR_EINVAL, RACTOR_ELIMIT. `is_call`: the variant must be an rpc, else not. */
ractor_status rt_job_check(const ractor_job *source, bool is_call);

/* The errors of rt_job_check(), RACTOR_ENOMEM. */
ractor_status rt_job_new(const ractor_job *source, bool is_call, ractor_runtime *runtime,
                         struct rt_job **job);

/* A job whose message and times another node has given. Takes the message on success.
 * RACTOR_ENOMEM. */
ractor_status rt_job_from_message(const ractor_message_type *type, struct ractor_message *message,
                                  const struct rt_inbound_job *in, ractor_runtime *runtime,
                                  struct rt_job **job);

/* Who waits in the slot, an RT_SLOT_WAIT, hears whether the job is accepted. */
void rt_job_await(struct rt_job *job, struct ractor_call_slot *slot);

/* Tells who waits for it that the job is accepted, once. */
void rt_job_accept(struct rt_job *job);

/* Frees a job; a caller that waits for it, or for its being accepted, gets `why`. NULL is ignored.
 */
void rt_job_free(struct rt_job *job, ractor_status why);

ractor_bytes rt_job_key(const struct rt_job *job);
bool rt_job_is_expired(const struct rt_job *job, uint64_t now_ns);

/* As callbacks see it; borrows from the job. */
ractor_job rt_job_view(const struct rt_job *job);

/* Puts message and marker into a worker's mailbox; with retries left, the job keeps a copy. False:
 * the worker has ended, and the job is as it was. */
bool rt_job_hand_over(struct rt_job *job, ractor_ref worker, const struct rt_job_marker *marker);

/* Sends a marker alone. False: the worker has ended, or no memory. */
bool rt_job_ping(ractor_ref worker, const struct rt_job_marker *marker);

#endif

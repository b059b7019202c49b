/* SPDX-License-Identifier: MIT */
/*
 * One subscriber of an output port, with the count of its messages that are on their way. Such a
 * message carries a reply port, which its handler never sees: what settles a port when a message
 * is handled, or thrown away, tells the subscription. Counted references: the port's list has one,
 * each message on its way another.
 */
#ifndef RACTOR_ACTOR_OUTPUT_SUBSCRIPTION_H
#define RACTOR_ACTOR_OUTPUT_SUBSCRIPTION_H

#include <ractor/call.h>
#include <ractor/output.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct rt_output_waiter {
    struct rt_output_waiter *next;
    ractor_port wake;
};

struct rt_subscription {
    /* read-mostly */
    ractor_ref subscriber;
    ractor_subscription_options options;
    /* any thread */
    _Atomic uint64_t n_refs;
    _Atomic bool is_over; /* its actor has ended, or it lagged: to be taken out of the list */
    pthread_mutex_t lock;
    /* under lock */
    uint32_t n_in_flight;
    uint64_t n_lost;
    struct rt_output_waiter *waiters; /* publishers; on their stacks */
};

/* RACTOR_ENOMEM. The caller has the first reference. */
ractor_status rt_subscription_new(ractor_ref subscriber, const ractor_subscription_options *options,
                                  struct rt_subscription **subscription);
void rt_subscription_hold(struct rt_subscription *subscription);
void rt_subscription_drop(struct rt_subscription *subscription);

/* Converts a value and sends what comes of it. RACTOR_ENOMEM, RACTOR_EINVAL, RACTOR_ECANCELED. */
ractor_status rt_subscription_publish(struct rt_subscription *subscription, const void *value);

#endif

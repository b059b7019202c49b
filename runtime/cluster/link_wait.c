/* SPDX-License-Identifier: MIT */
/*
 * Senders that wait until a session has room. They stand in line; when the unsent bytes have fallen
 * to the low mark, all in it are woken, and each may add one message whatever the mark. While
 * somebody stands in line, whoever comes later goes to its end: so a fast sender cannot keep the
 * others out.
 */
#include "cluster/link.h"

/* The low mark, as a part of the high one. */
#define LOW_MARK_DIVISOR 2

static bool is_usable(const struct rt_link *link, uint64_t incarnation)
{
    return link->is_open && !link->is_broken && link->incarnation == incarnation;
}

static void enlist(struct rt_link *link, struct rt_link_waiter *waiter)
{
    struct rt_link_waiter **end = &link->waiters;
    while (*end != NULL)
        end = &(*end)->next;
    waiter->next = NULL;
    waiter->is_listed = true;
    *end = waiter;
}

static void withdraw(struct rt_link *link, struct rt_link_waiter *waiter)
{
    struct rt_link_waiter **at = &link->waiters;
    if (!waiter->is_listed)
        return;
    while (*at != waiter)
        at = &(*at)->next;
    *at = waiter->next;
    waiter->is_listed = false;
}

void rt_link_wake_waiters(struct rt_link *link)
{
    if (link->is_open && !link->is_broken &&
        link->unsent_bytes > link->out_limit_bytes / LOW_MARK_DIVISOR)
        return;
    struct rt_link_waiter *waiter;
    while ((waiter = link->waiters) != NULL) {
        /* Its memory is the waiter's again once the lock is free. */
        link->waiters = waiter->next;
        waiter->is_listed = false;
        ractor_pause_end(&waiter->port);
    }
}

/* Under the lock, which it gives up while it waits. */
static ractor_status stand_in_line(struct rt_link *link, uint32_t timeout_ms)
{
    struct rt_link_waiter waiter;
    ractor_status status = ractor_pause_open(link->runtime, &waiter.port);
    if (status != RACTOR_OK)
        return status;
    enlist(link, &waiter);
    (void)pthread_mutex_unlock(&link->lock);
    status = ractor_pause(&waiter.port, timeout_ms);
    (void)pthread_mutex_lock(&link->lock);
    withdraw(link, &waiter);
    return status;
}

ractor_status rt_link_wait(struct rt_link *link, uint64_t incarnation, uint32_t timeout_ms)
{
    ractor_status status = RACTOR_OK;
    (void)pthread_mutex_lock(&link->lock);
    if (!is_usable(link, incarnation))
        status = RACTOR_ENODE;
    else if (link->refuses_when_full)
        status = RACTOR_EAGAIN;
    else if (link->unsent_bytes >= link->out_limit_bytes || link->waiters != NULL)
        status = stand_in_line(link, timeout_ms);
    (void)pthread_mutex_unlock(&link->lock);
    return status;
}

/* SPDX-License-Identifier: MIT */
/* Jobs that wait, in order: a plain list, and one per priority. Owns its jobs. */
#ifndef RACTOR_ACTOR_FACTORY_QUEUE_H
#define RACTOR_ACTOR_FACTORY_QUEUE_H

#include "actor/factory/job.h"

#include <stddef.h>

#define RT_MOST_PRIORITIES 64u

struct rt_job_list {
    struct rt_job *first;
    struct rt_job *last;
    size_t length;
};

void rt_job_list_push(struct rt_job_list *list, struct rt_job *job);
void rt_job_list_push_front(struct rt_job_list *list, struct rt_job *job);
/* NULL: empty. */
struct rt_job *rt_job_list_pop(struct rt_job_list *list);
/* Moves what is expired to `expired`, keeping the order of both. */
void rt_job_list_take_expired(struct rt_job_list *list, uint64_t now_ns,
                              struct rt_job_list *expired);

struct rt_job_queue {
    struct rt_job_list lists[RT_MOST_PRIORITIES]; /* the highest priority first */
    uint32_t n_lists;
    size_t length;
};

void rt_job_queue_push(struct rt_job_queue *queue, struct rt_job *job, uint32_t priority);
/* The first of the highest priority; NULL: empty. */
struct rt_job *rt_job_queue_peek(const struct rt_job_queue *queue);
struct rt_job *rt_job_queue_pop(struct rt_job_queue *queue);
/* The oldest of the lowest priority; NULL: empty. */
struct rt_job *rt_job_queue_shed(struct rt_job_queue *queue);
void rt_job_queue_take_expired(struct rt_job_queue *queue, uint64_t now_ns,
                               struct rt_job_list *expired);

#endif

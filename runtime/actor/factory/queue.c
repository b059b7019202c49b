/* SPDX-License-Identifier: MIT */
#include "actor/factory/queue.h"

void rt_job_list_push(struct rt_job_list *list, struct rt_job *job)
{
    job->next = NULL;
    if (list->last != NULL)
        list->last->next = job;
    else
        list->first = job;
    list->last = job;
    list->length++;
}

void rt_job_list_push_front(struct rt_job_list *list, struct rt_job *job)
{
    job->next = list->first;
    list->first = job;
    if (list->last == NULL)
        list->last = job;
    list->length++;
}

struct rt_job *rt_job_list_pop(struct rt_job_list *list)
{
    struct rt_job *job = list->first;
    if (job == NULL)
        return NULL;
    list->first = job->next;
    if (list->first == NULL)
        list->last = NULL;
    list->length--;
    return job;
}

void rt_job_list_take_expired(struct rt_job_list *list, uint64_t now_ns,
                              struct rt_job_list *expired)
{
    struct rt_job_list kept = {NULL, NULL, 0};
    struct rt_job *job;
    while ((job = rt_job_list_pop(list)) != NULL)
        rt_job_list_push(rt_job_is_expired(job, now_ns) ? expired : &kept, job);
    *list = kept;
}

void rt_job_queue_push(struct rt_job_queue *queue, struct rt_job *job, uint32_t priority)
{
    uint32_t lowest = queue->n_lists - 1;
    rt_job_list_push(&queue->lists[priority < lowest ? priority : lowest], job);
    queue->length++;
}

struct rt_job *rt_job_queue_peek(const struct rt_job_queue *queue)
{
    for (uint32_t i = 0; i < queue->n_lists; i++)
        if (queue->lists[i].first != NULL)
            return queue->lists[i].first;
    return NULL;
}

struct rt_job *rt_job_queue_pop(struct rt_job_queue *queue)
{
    for (uint32_t i = 0; i < queue->n_lists; i++) {
        struct rt_job *job = rt_job_list_pop(&queue->lists[i]);
        if (job == NULL)
            continue;
        queue->length--;
        return job;
    }
    return NULL;
}

struct rt_job *rt_job_queue_shed(struct rt_job_queue *queue)
{
    for (uint32_t i = queue->n_lists; i-- > 0;) {
        struct rt_job *job = rt_job_list_pop(&queue->lists[i]);
        if (job == NULL)
            continue;
        queue->length--;
        return job;
    }
    return NULL;
}

void rt_job_queue_take_expired(struct rt_job_queue *queue, uint64_t now_ns,
                               struct rt_job_list *expired)
{
    size_t before = expired->length;
    for (uint32_t i = 0; i < queue->n_lists; i++)
        rt_job_list_take_expired(&queue->lists[i], now_ns, expired);
    queue->length -= expired->length - before;
}

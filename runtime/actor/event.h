/* SPDX-License-Identifier: MIT */
/* Supervision events on their way to one actor. */
#ifndef RACTOR_ACTOR_EVENT_H
#define RACTOR_ACTOR_EVENT_H

#include <ractor/actor.h>
#include <ractor/ref.h>
#include <ractor/supervision.h>

#include <stdbool.h>

struct rt_event {
    struct rt_event *next;            /* in a cell's events, backlog or monitors */
    ractor_ref to;                    /* the watcher */
    ractor_supervision_event content; /* its views point into this allocation or at `reason` */
    const ractor_actor_class *class;  /* of `content.state`, for its release */
    char *reason;                     /* owned; behind `content.reason` */
    char *details;                    /* owned; behind `content.details` */
    unsigned char data[];             /* names and members of group and pid events */
};

/* An event with room for `data_bytes`. NULL: no memory. */
struct rt_event *rt_event_new(ractor_event_kind kind, ractor_ref to, size_t data_bytes);

/* Frees an event and the state in it. NULL is ignored. */
void rt_event_free(struct rt_event *event);

/* Frees a list of events. */
void rt_event_free_list(struct rt_event *first);

/* Hands an event to its watcher; frees it when the watcher has ended. Takes. Any thread. */
void rt_event_send(struct rt_event *event);

/* A zeroed state of the class, which has one. NULL: no memory. */
void *rt_state_new(const ractor_actor_class *class);

/* Frees the memory of a state that no hook has seen, or will see again. NULL is ignored. */
void rt_state_drop(const ractor_actor_class *class, void *state);

/* Frees a state that is nobody's any more: `fini`, then its memory. */
void rt_state_free(const ractor_actor_class *class, void *state);

#endif

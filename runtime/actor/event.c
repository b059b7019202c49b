/* SPDX-License-Identifier: MIT */
#include "actor/event.h"

#include "actor/cell.h"
#include "actor/worker.h"
#include "base/alloc.h"
#include "base/pool.h"

#include <string.h>

struct rt_event *rt_event_new(ractor_event_kind kind, ractor_ref to, size_t data_bytes)
{
    struct rt_event *event = rt_calloc(1, sizeof *event + data_bytes);
    if (event == NULL)
        return NULL;
    event->content.kind = kind;
    event->to = to;
    return event;
}

void *rt_state_new(const ractor_actor_class *class)
{
    uint8_t size_class;
    void *state = rt_pool_take(rt_pool_here(), class->state_bytes, &size_class);
    if (state != NULL)
        memset(state, 0, class->state_bytes);
    return state;
}

static void drop_state(void *state, size_t bytes)
{
    if (state != NULL)
        rt_pool_give(rt_pool_here(), state, rt_pool_class(bytes));
}

void rt_state_drop(const ractor_actor_class *class, void *state)
{
    drop_state(state, class->state_bytes);
}

void rt_state_free(const ractor_actor_class *class, void *state)
{
    if (class == NULL)
        return;                        /* an actor of another node */
    size_t bytes = class->state_bytes; /* the class may go with its last actor's fini */
    if (class->fini != NULL)
        class->fini(state);
    drop_state(state, bytes);
}

void rt_event_free(struct rt_event *event)
{
    if (event == NULL)
        return;
    if (event->class != NULL)
        rt_state_free(event->class, event->content.state);
    rt_free(event->reason);
    rt_free(event->details);
    rt_free(event);
}

void rt_event_free_list(struct rt_event *first)
{
    while (first != NULL) {
        struct rt_event *next = first->next;
        rt_event_free(first);
        first = next;
    }
}

void rt_event_send(struct rt_event *event)
{
    ractor_ref to = event->to;
    if (!rt_ref_is_alive(to)) {
        rt_event_free(event);
        return;
    }
    struct rt_event *first = atomic_load_explicit(&to.cell->events, memory_order_relaxed);
    do {
        event->next = first;
        /* release: pairs with the acquire exchanges that take the list; publishes the event. */
    } while (!atomic_compare_exchange_weak_explicit(&to.cell->events, &first, event,
                                                    memory_order_release, memory_order_relaxed));
    /* The watcher may have ended in between: then the event stays in the free cell, is not for its
     * next actor (the pid differs), and is freed with the rest of that one's events. */
    (void)rt_cell_signal_and_wake(to, RT_SIGNAL_EVENTS);
}

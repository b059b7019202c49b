/* SPDX-License-Identifier: MIT */
/*
 * A probe takes any message enum: its class has a copy of the enum's description whose dispatch
 * function records the message, while its cell shows the enum itself to senders.
 */
#include "actor/cell.h"
#include "actor/testing/sim.h"
#include "base/alloc.h"

#include <ractor/actor.h>

#include <stdio.h>

struct recorded {
    struct recorded *next;
    uint32_t tag;
    const void *args;
    ractor_port port;
    ractor_message *message; /* held */
};

struct recorded_event {
    struct recorded_event *next;
    ractor_probe_event event;
};

struct ractor_probe {
    ractor_sim *sim;
    struct ractor_probe *next;
    ractor_ref ref;
    ractor_message_type type;
    ractor_actor_class class;
    struct recorded *first, **end;
    size_t n_messages;
    struct recorded *current; /* expected last */
    struct recorded_event *first_event, **end_event;
    ractor_port no_port; /* stays empty */
};

/* ------------------------------------------------------------------ the actor */

static ractor_status record(const void *handlers, ractor_context *ctx, void *state, uint32_t tag,
                            const void *args, ractor_port *port)
{
    ractor_probe *probe = *(ractor_probe **)state;
    struct recorded *made = rt_calloc(1, sizeof *made);
    (void)handlers;
    if (made == NULL)
        return RACTOR_ENOMEM;
    made->tag = tag;
    made->args = args;
    if (port != NULL)
        made->port = ractor_port_take(port);
    made->message = ractor_message_hold(ctx);
    *probe->end = made;
    probe->end = &made->next;
    probe->n_messages++;
    return RACTOR_OK;
}

static const char *misses_nothing(const void *handlers)
{
    (void)handlers;
    return NULL;
}

static ractor_status start(ractor_context *ctx, void *state, const void *args)
{
    (void)ctx;
    *(ractor_probe **)state = *(ractor_probe *const *)args;
    return RACTOR_OK;
}

static ractor_status record_event(ractor_context *ctx, void *state,
                                  const ractor_supervision_event *event)
{
    ractor_probe *probe = *(ractor_probe **)state;
    struct recorded_event *made = rt_calloc(1, sizeof *made);
    (void)ctx;
    if (made == NULL)
        return RACTOR_ENOMEM;
    made->event.kind = event->kind;
    made->event.actor = event->actor;
    made->event.status = event->status;
    (void)snprintf(made->event.reason, sizeof made->event.reason, "%.*s",
                   RACTOR_STR_ARG(event->reason));
    *probe->end_event = made;
    probe->end_event = &made->next;
    return RACTOR_OK;
}

/* ------------------------------------------------------------------ beginning and end */

static void set_up(ractor_probe *probe, ractor_sim *sim, const ractor_message_type *type)
{
    probe->sim = sim;
    probe->end = &probe->first;
    probe->end_event = &probe->first_event;
    probe->class.name = "probe";
    probe->class.state_bytes = sizeof(ractor_probe *);
    probe->class.pre_start = start;
    probe->class.handle_supervisor_event = record_event;
    if (type == NULL)
        return;
    probe->type = *type;
    probe->type.dispatch = record;
    probe->type.missing = misses_nothing;
    probe->class.messages = &probe->type;
    probe->class.handlers = probe;
}

ractor_status ractor_probe_new(ractor_sim *sim, const ractor_message_type *type,
                               ractor_probe **result)
{
    ractor_probe *probe = rt_calloc(1, sizeof *probe);
    if (probe == NULL)
        return RACTOR_ENOMEM;
    set_up(probe, sim, type);
    ractor_status status = ractor_spawn(sim->runtime, &probe->class, NULL, &probe, &probe->ref);
    if (status != RACTOR_OK) {
        rt_free(probe);
        return status;
    }
    /* relaxed: nobody else runs. */
    atomic_store_explicit(&probe->ref.cell->type, type, memory_order_relaxed);
    probe->next = sim->probes;
    sim->probes = probe;
    *result = probe;
    return RACTOR_OK;
}

static void drop(struct recorded *recorded)
{
    if (recorded == NULL)
        return;
    (void)ractor_port_fail(&recorded->port, RACTOR_EPORT);
    ractor_message_drop(recorded->message);
    rt_free(recorded);
}

static struct recorded *take_first(ractor_probe *probe)
{
    struct recorded *first = probe->first;
    if (first == NULL)
        return NULL;
    probe->first = first->next;
    if (probe->first == NULL)
        probe->end = &probe->first;
    probe->n_messages--;
    return first;
}

static void close_probe(ractor_probe *probe)
{
    struct recorded *recorded;
    struct recorded_event *event;
    drop(probe->current);
    probe->current = NULL;
    while ((recorded = take_first(probe)) != NULL)
        drop(recorded);
    while ((event = probe->first_event) != NULL) {
        probe->first_event = event->next;
        rt_free(event);
    }
    probe->end_event = &probe->first_event;
}

void rt_probes_close(ractor_probe *probes)
{
    for (ractor_probe *probe = probes; probe != NULL; probe = probe->next)
        close_probe(probe);
}

void rt_probes_free(ractor_probe *probes)
{
    while (probes != NULL) {
        ractor_probe *next = probes->next;
        rt_free(probes);
        probes = next;
    }
}

/* ------------------------------------------------------------------ for the test */

ractor_ref ractor_probe_ref(const ractor_probe *probe)
{
    return probe->ref;
}

size_t ractor_probe_count(const ractor_probe *probe)
{
    return probe->n_messages;
}

ractor_port *ractor_probe_port(ractor_probe *probe)
{
    return probe->current != NULL ? &probe->current->port : &probe->no_port;
}

static bool has_message(void *probe)
{
    return ((const ractor_probe *)probe)->first != NULL;
}

static bool has_event(void *probe)
{
    return ((const ractor_probe *)probe)->first_event != NULL;
}

ractor_status ractor_probe_expect(ractor_probe *probe, uint32_t tag, uint32_t within_ms,
                                  const void **args)
{
    drop(probe->current);
    probe->current = NULL;
    ractor_status status = ractor_sim_run_until(probe->sim, has_message, probe, within_ms);
    if (status != RACTOR_OK)
        return status;
    if (probe->first->tag != tag)
        return RACTOR_ETYPE;
    probe->current = take_first(probe);
    if (args != NULL)
        *args = probe->current->args;
    return RACTOR_OK;
}

ractor_status ractor_probe_expect_nothing(ractor_probe *probe, uint32_t within_ms)
{
    ractor_sim_advance(probe->sim, within_ms);
    return probe->first == NULL ? RACTOR_OK : RACTOR_EEXIST;
}

ractor_status ractor_probe_expect_event(ractor_probe *probe, uint32_t within_ms,
                                        ractor_probe_event *event)
{
    ractor_status status = ractor_sim_run_until(probe->sim, has_event, probe, within_ms);
    if (status != RACTOR_OK)
        return status;
    struct recorded_event *first = probe->first_event;
    *event = first->event;
    probe->first_event = first->next;
    if (probe->first_event == NULL)
        probe->end_event = &probe->first_event;
    rt_free(first);
    return RACTOR_OK;
}

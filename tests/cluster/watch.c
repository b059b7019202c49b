/* SPDX-License-Identifier: MIT */
#include "watch.h"

#include "sample.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

struct state {
    struct watch *watch;
};

static ractor_status start(ractor_context *ctx, void *state, const void *args)
{
    (void)ctx;
    ((struct state *)state)->watch = *(struct watch *const *)args;
    return RACTOR_OK;
}

static ractor_status hear(ractor_context *ctx, void *state, const ractor_supervision_event *event)
{
    struct watch *watch = ((struct state *)state)->watch;
    (void)ctx;
    bool is_loss = event->kind == RACTOR_EVENT_NAME_LOST;
    bool is_failure = event->kind == RACTOR_EVENT_ACTOR_FAILED;
    if (!is_loss && !is_failure && event->kind != RACTOR_EVENT_ACTOR_TERMINATED)
        return RACTOR_OK;
    (void)pthread_mutex_lock(&watch->lock);
    size_t used = strlen(watch->text);
    if (is_loss)
        (void)snprintf(watch->text + used, sizeof watch->text - used, "lost %.*s;",
                       RACTOR_STR_ARG(event->name));
    else
        (void)snprintf(watch->text + used, sizeof watch->text - used, "%s %d %.*s;",
                       is_failure ? "failed" : "terminated", (int)event->status,
                       RACTOR_STR_ARG(event->reason));
    (void)pthread_mutex_unlock(&watch->lock);
    (void)atomic_fetch_add(&watch->n_heard, 1);
    return RACTOR_OK;
}

static ractor_status answer(const void *handlers, ractor_context *ctx, void *state, uint32_t tag,
                            const void *args, ractor_port *port)
{
    uint64_t sum = 0;
    (void)handlers;
    (void)ctx;
    (void)state;
    (void)args;
    if (tag == SAMPLE_SUM)
        (void)ractor_port_reply(port, sample_type.variants[tag].reply, &sum);
    return RACTOR_OK;
}

void watch_init(struct watch *watch)
{
    memset(watch, 0, sizeof *watch);
    ck_assert_int_eq(pthread_mutex_init(&watch->lock, NULL), 0);
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static ractor_message_type type;

static void make_type(void)
{
    type = sample_type;
    type.dispatch = answer;
}

ractor_ref watch_spawn(ractor_runtime *runtime, struct watch *watch)
{
    static const ractor_actor_class class = {.messages = &type,
                                             .handlers = &type,
                                             .name = "watcher",
                                             .state_bytes = sizeof(struct state),
                                             .pre_start = start,
                                             .handle_supervisor_event = hear};
    ractor_ref ref = {NULL, 0};
    (void)pthread_once(&once, make_type);
    ck_assert_int_eq(ractor_spawn(runtime, &class, NULL, &watch, &ref), RACTOR_OK);
    return ref;
}

void watch_settle(ractor_ref watcher)
{
    struct sample_sum terms = {1, 1};
    uint64_t sum;
    ck_assert_int_eq(ractor_call(watcher, &type, SAMPLE_SUM, &terms, 20000, &sum, NULL), RACTOR_OK);
}

void watch_expect(struct watch *watch, uint64_t n, const char *text)
{
    sample_wait_count(&watch->n_heard, n);
    (void)pthread_mutex_lock(&watch->lock);
    ck_assert_str_eq(watch->text, text);
    (void)pthread_mutex_unlock(&watch->lock);
}

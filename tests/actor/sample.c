/* SPDX-License-Identifier: MIT */
#include "sample.h"

#include <check.h>
#include <sched.h>
#include <string.h>
#include <time.h>

/* ------------------------------------------------------------------ the type */

static ractor_status string_copy_size(const void *value, size_t *tail_bytes)
{
    const ractor_string *string = value;
    if (string->data == NULL && string->length != 0)
        return RACTOR_EINVAL;
    *tail_bytes = string->length;
    return RACTOR_OK;
}

static void string_copy(void *to, const void *from, ractor_tail *tail)
{
    const ractor_string *source = from;
    ractor_string copy = {(char *)tail->at, source->length};
    if (source->length != 0)
        memcpy(tail->at, source->data, source->length);
    tail->at += source->length;
    memcpy(to, &copy, sizeof copy);
}

const ractor_codec sample_string_codec = {
    .size = sizeof(ractor_string),
    .align = _Alignof(ractor_string),
    .copy_size = string_copy_size,
    .copy = string_copy,
};
const ractor_codec sample_u64_codec = {.size = sizeof(uint64_t), .align = _Alignof(uint64_t)};
static const ractor_codec none = {.size = 0, .align = 1};
static const ractor_codec run_codec = {.size = sizeof(struct sample_run), .align = 8};
static const ractor_codec ask_codec = {.size = sizeof(struct sample_ask), .align = 8};

static const ractor_variant variants[SAMPLE_TAGS] = {
    [SAMPLE_ADD] = {"Add", &sample_u64_codec, NULL, 0, 0},
    [SAMPLE_TEXT] = {"Text", &sample_string_codec, NULL, 0, 0},
    [SAMPLE_RUN] = {"Run", &run_codec, NULL, 0, 0},
    [SAMPLE_FAIL] = {"Fail", &none, NULL, 0, 0},
    [SAMPLE_GET] = {"Get", &none, &sample_u64_codec, RACTOR_VARIANT_RPC, 0},
    [SAMPLE_ECHO] = {"Echo", &sample_string_codec, &sample_string_codec, RACTOR_VARIANT_RPC, 0},
    [SAMPLE_ASK] = {"Ask", &ask_codec, &sample_u64_codec, RACTOR_VARIANT_RPC, 0},
    [SAMPLE_KEEP] = {"Keep", &none, &sample_u64_codec, RACTOR_VARIANT_RPC, 0},
};

static ractor_status handle_ask(struct sample_ask ask, ractor_port *port)
{
    uint64_t value = 0;
    ractor_status status = sample_get(ask.whom, (uint32_t)ask.timeout_ms, &value);
    if (status == RACTOR_OK)
        (void)ractor_port_reply(port, &sample_u64_codec, &value);
    else
        (void)ractor_port_fail(port, status);
    return RACTOR_OK;
}

static ractor_status handle_add(struct sample_state *state, uint64_t amount)
{
    state->value += amount;
    if (state->args.sum != NULL)
        (void)atomic_fetch_add(state->args.sum, amount);
    if (state->kept.slot != NULL)
        (void)ractor_port_reply(&state->kept, &sample_u64_codec, &state->value);
    return RACTOR_OK;
}

static ractor_status dispatch(const void *handlers, ractor_context *ctx, void *state_, uint32_t tag,
                              const void *args, ractor_port *port)
{
    struct sample_state *state = state_;
    (void)handlers;
    switch (tag) {
    case SAMPLE_ADD:
        return handle_add(state, ((const struct sample_add *)args)->amount);
    case SAMPLE_TEXT:
        return handle_add(state, ((const ractor_string *)args)->length);
    case SAMPLE_RUN:
        return ((const struct sample_run *)args)
            ->fn(ctx, ((const struct sample_run *)args)->argument);
    case SAMPLE_FAIL:
        return ractor_fail(ctx, "asked to fail at %u", (unsigned)state->value);
    case SAMPLE_GET:
        (void)ractor_port_reply(port, &sample_u64_codec, &state->value);
        return RACTOR_OK;
    case SAMPLE_ECHO:
        (void)ractor_port_reply(port, &sample_string_codec, args);
        return RACTOR_OK;
    case SAMPLE_ASK:
        return handle_ask(*(const struct sample_ask *)args, port);
    case SAMPLE_KEEP:
        state->kept = ractor_port_take(port);
        return RACTOR_OK;
    default:
        return RACTOR_EINVAL;
    }
}

static const char *missing(const void *handlers)
{
    (void)handlers;
    return NULL;
}

const ractor_message_type sample_type = {
    .name = "tests.Sample",
    .variants = variants,
    .n_variants = SAMPLE_TAGS,
    .flags = RACTOR_TYPE_LOCAL,
    .dispatch = dispatch,
    .missing = missing,
};

/* ------------------------------------------------------------------ the actor */

static ractor_status pre_start(ractor_context *ctx, void *state_, const void *args)
{
    struct sample_state *state = state_;
    if (args != NULL)
        state->args = *(const struct sample_args *)args;
    return state->args.pre_start != NULL ? state->args.pre_start(ctx, state) : RACTOR_OK;
}

static ractor_status post_stop(ractor_context *ctx, void *state_)
{
    struct sample_state *state = state_;
    (void)ctx;
    if (state->args.n_post_stops != NULL)
        (void)atomic_fetch_add(state->args.n_post_stops, 1);
    return RACTOR_OK;
}

static ractor_status on_event(ractor_context *ctx, void *state_,
                              const ractor_supervision_event *event)
{
    struct sample_state *state = state_;
    ractor_status status = RACTOR_OK;
    if (state->args.on_event != NULL) {
        struct sample_event both = {event, state->args.on_event_argument};
        status = state->args.on_event(ctx, &both);
    }
    if (state->args.n_events != NULL)
        (void)atomic_fetch_add(state->args.n_events, 1);
    return status;
}

static void fini(void *state_)
{
    struct sample_state *state = state_;
    (void)ractor_port_fail(&state->kept, RACTOR_ENOENT);
    if (state->args.n_ended != NULL)
        (void)atomic_fetch_add(state->args.n_ended, 1);
}

static const int handlers;

const ractor_actor_class sample_class = {
    .messages = &sample_type,
    .handlers = &handlers,
    .state_bytes = sizeof(struct sample_state),
    .pre_start = pre_start,
    .post_stop = post_stop,
    .handle_supervisor_event = on_event,
    .fini = fini,
};
const ractor_actor_class sample_default_class = {
    .messages = &sample_type,
    .handlers = &handlers,
    .state_bytes = sizeof(struct sample_state),
    .pre_start = pre_start,
    .post_stop = post_stop,
    .fini = fini,
};

ractor_ref sample_spawn_linked(ractor_runtime *runtime, const struct sample_args *args,
                               ractor_ref supervisor)
{
    ractor_ref ref = {NULL, 0};
    ractor_spawn_options options = {.supervisor = supervisor};
    ck_assert_int_eq(ractor_spawn(runtime, &sample_class, &options, args, &ref), RACTOR_OK);
    return ref;
}

ractor_ref sample_spawn(ractor_runtime *runtime, const struct sample_args *args)
{
    ractor_ref none_ref = {NULL, 0};
    return sample_spawn_linked(runtime, args, none_ref);
}

/* ------------------------------------------------------------------ sends and calls */

ractor_status sample_add(ractor_ref to, uint64_t amount)
{
    struct sample_add args = {amount};
    return ractor_send(to, &sample_type, SAMPLE_ADD, &args);
}

ractor_status sample_text(ractor_ref to, const char *text)
{
    struct sample_text args = {ractor_string_from(text)};
    return ractor_send(to, &sample_type, SAMPLE_TEXT, &args);
}

ractor_status sample_run(ractor_ref to, sample_fn fn, void *argument)
{
    struct sample_run args = {fn, argument};
    return ractor_send(to, &sample_type, SAMPLE_RUN, &args);
}

ractor_status sample_fail(ractor_ref to)
{
    return ractor_send(to, &sample_type, SAMPLE_FAIL, NULL);
}

ractor_status sample_get(ractor_ref to, uint32_t timeout_ms, uint64_t *value)
{
    return ractor_call(to, &sample_type, SAMPLE_GET, NULL, timeout_ms, value, NULL);
}

ractor_status sample_keep(ractor_ref to, uint32_t timeout_ms, uint64_t *value)
{
    return ractor_call(to, &sample_type, SAMPLE_KEEP, NULL, timeout_ms, value, NULL);
}

ractor_status sample_ask(ractor_ref to, ractor_ref whom, uint32_t timeout_ms, uint64_t *value)
{
    struct sample_ask args = {whom, timeout_ms};
    return ractor_call(to, &sample_type, SAMPLE_ASK, &args, RACTOR_TIMEOUT_NONE, value, NULL);
}

ractor_runtime *sample_runtime(uint32_t n_workers)
{
    ractor_runtime *runtime = NULL;
    ractor_runtime_options options = {.n_workers = n_workers, .log_quiet = 1};
    ck_assert_int_eq(ractor_runtime_start(&options, &runtime), RACTOR_OK);
    return runtime;
}

bool sample_wait_for(_Atomic uint64_t *counter, uint64_t wanted)
{
    time_t end = time(NULL) + 20;
    while (atomic_load(counter) < wanted) {
        if (time(NULL) > end)
            return false;
        (void)sched_yield();
    }
    return true;
}

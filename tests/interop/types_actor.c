/* SPDX-License-Identifier: MIT */
/*
 * The actor of `Types`: writes casts to the log and answers calls with their argument. One pair of
 * handlers per type, from one list.
 */
#include "c_node.h"
#include "text.h"
#include "types_list.h"

#include <check.h>

struct types_state {
    struct c_log *log;
};

static ractor_status types_pre_start(ractor_context *ctx, void *state, const void *args)
{
    (void)ctx;
    *(struct types_state *)state = (struct types_state){.log = *(struct c_log *const *)args};
    return RACTOR_OK;
}

#define DEFINE_TAKE(Name, snake, type)                                                             \
    static ractor_status types_take_##snake(ractor_context *ctx, void *state,                      \
                                            const interop_types_take_##snake *msg)                 \
    {                                                                                              \
        (void)ctx;                                                                                 \
        struct text text = {.length = 0};                                                          \
        text_put_##snake(&text, msg->value);                                                       \
        c_log_write(((struct types_state *)state)->log, "cast c_types Take" #Name " %s",           \
                    text.data);                                                                    \
        return RACTOR_OK;                                                                          \
    }
#define DEFINE_ECHO(Name, snake, type)                                                             \
    static ractor_status types_echo_##snake(ractor_context *ctx, void *state,                      \
                                            const interop_types_echo_##snake *msg,                 \
                                            interop_types_echo_##snake##_port *port)               \
    {                                                                                              \
        (void)ctx;                                                                                 \
        (void)state;                                                                               \
        return interop_types_echo_##snake##_reply(port, msg->value);                               \
    }

FLAT_TYPES(DEFINE_TAKE)
VIEW_TYPES(DEFINE_TAKE)
UNIT_TYPE(DEFINE_TAKE)
FLAT_TYPES(DEFINE_ECHO)
VIEW_TYPES(DEFINE_ECHO)

static ractor_status types_echo_unit(ractor_context *ctx, void *state,
                                     const interop_types_echo_unit *msg,
                                     interop_types_echo_unit_port *port)
{
    (void)ctx;
    (void)state;
    (void)msg;
    return interop_types_echo_unit_reply(port);
}

static ractor_status types_nothing(ractor_context *ctx, void *state)
{
    (void)ctx;
    c_log_write(((struct types_state *)state)->log, "cast c_types Nothing");
    return RACTOR_OK;
}

static ractor_status types_mixed(ractor_context *ctx, void *state, const interop_types_mixed *msg)
{
    (void)ctx;
    struct text text = {.length = 0};
    text_put_i8(&text, msg->a);
    text_printf(&text, " ");
    text_put_string(&text, msg->b);
    text_printf(&text, " ");
    text_put_bytes(&text, msg->c);
    text_printf(&text, " ");
    text_put_vec_u16(&text, msg->d);
    text_printf(&text, " ");
    text_put_bool(&text, msg->e);
    text_printf(&text, " ");
    text_put_char(&text, msg->f);
    text_printf(&text, " ");
    text_put_u128(&text, msg->g);
    text_printf(&text, " ");
    text_put_f64(&text, msg->h);
    c_log_write(((struct types_state *)state)->log, "cast c_types Mixed %s", text.data);
    return RACTOR_OK;
}

static const ractor_actor_class types_class = {
    INTEROP_TYPES_HANDLERS(types),
    .name = "types",
    .state_bytes = sizeof(struct types_state),
    .pre_start = types_pre_start,
};

interop_types_ref types_actor_spawn(ractor_runtime *runtime, const char *name, struct c_log *log)
{
    interop_types_ref types;
    ractor_spawn_options options = {.name = name};
    ractor_status status = interop_types_spawn(runtime, &types_class, &options, &log, &types);
    ck_assert_msg(status == RACTOR_OK, "%s", ractor_strerror(status));
    return types;
}

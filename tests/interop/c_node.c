/* SPDX-License-Identifier: MIT */
/*
 * The seed's and the troubled actor, the watcher, and the node around them. The actor of `Types` is
 * in types_actor.c.
 */
#include "c_node.h"

#include "text.h"

#include <ractor/call.h>
#include <ractor/pg.h>
#include <ractor/supervision.h>

#include <check.h>
#include <stdio.h>
#include <string.h>

/* Bits of 255 numbers as text; Call1 answers with at most that many. */
#define MAX_NUMBERS 255
#define NUMBER_BYTES 24

struct actor_state {
    struct c_log *log;
    char name[32];
    interop_trouble_never_port kept[8]; /* the troubled actor's: ports that it never answers */
    size_t n_kept;
};

static void must(ractor_status status)
{
    ck_assert_msg(status == RACTOR_OK, "%s: %s", ractor_status_name(status),
                  ractor_strerror(status));
}

static ractor_status pre_start(ractor_context *ctx, void *state, const void *args)
{
    struct actor_state *actor = state;
    actor->log = *(struct c_log *const *)args;
    (void)ractor_name_of(ractor_self(ctx), actor->name, sizeof actor->name);
    return RACTOR_OK;
}

static ractor_status seed_cast1(ractor_context *ctx, void *state,
                                const interop_my_basic_message_type_cast1 *msg)
{
    (void)ctx;
    struct actor_state *actor = state;
    struct text text = {.length = 0};
    text_put_string(&text, msg->arg0);
    c_log_write(actor->log, "cast %s Cast1 %s %llu", actor->name, text.data,
                (unsigned long long)msg->arg1);
    return RACTOR_OK;
}

/* `arg0` numbers from `arg1` on, wrapping around, as text. */
static ractor_status seed_call1(ractor_context *ctx, void *state,
                                const interop_my_basic_message_type_call1 *msg,
                                interop_my_basic_message_type_call1_port *port)
{
    (void)ctx;
    (void)state;
    char digits[MAX_NUMBERS][NUMBER_BYTES];
    ractor_string numbers[MAX_NUMBERS];
    for (unsigned i = 0; i < msg->arg0; i++) {
        int64_t number = (int64_t)((uint64_t)msg->arg1 + i);
        (void)snprintf(digits[i], sizeof digits[i], "%lld", (long long)number);
        numbers[i] = ractor_string_from(digits[i]);
    }
    return interop_my_basic_message_type_call1_reply(
        port, (ractor_vec_string){.data = numbers, .length = msg->arg0});
}

static const ractor_actor_class seed_class = {
    INTEROP_MY_BASIC_MESSAGE_TYPE_HANDLERS(seed),
    .name = "seed",
    .state_bytes = sizeof(struct actor_state),
    .pre_start = pre_start,
};

static ractor_status trouble_answer(ractor_context *ctx, void *state,
                                    interop_trouble_answer_port *port)
{
    (void)ctx;
    (void)state;
    return interop_trouble_answer_reply(port);
}

static ractor_status trouble_never(ractor_context *ctx, void *state,
                                   interop_trouble_never_port *port)
{
    struct actor_state *actor = state;
    if (actor->n_kept == sizeof actor->kept / sizeof actor->kept[0])
        return ractor_fail(ctx, "no room for another port");
    actor->kept[actor->n_kept++] = interop_trouble_never_take(port);
    c_log_write(actor->log, "cast %s Never", actor->name);
    return RACTOR_OK;
}

static ractor_status trouble_forget(ractor_context *ctx, void *state,
                                    interop_trouble_forget_port *port)
{
    (void)ctx;
    (void)state;
    (void)port;
    return RACTOR_OK;
}

static ractor_status trouble_forget_number(ractor_context *ctx, void *state,
                                           interop_trouble_forget_number_port *port)
{
    (void)ctx;
    (void)state;
    (void)port;
    return RACTOR_OK;
}

static ractor_status trouble_forget_text(ractor_context *ctx, void *state,
                                         interop_trouble_forget_text_port *port)
{
    (void)ctx;
    (void)state;
    (void)port;
    return RACTOR_OK;
}

static ractor_status trouble_crash(ractor_context *ctx, void *state,
                                   interop_trouble_crash_port *port)
{
    (void)state;
    (void)port;
    return ractor_fail(ctx, "crashed as asked");
}

static ractor_status trouble_fail(ractor_context *ctx, void *state, const interop_trouble_fail *msg)
{
    (void)state;
    return ractor_fail(ctx, "%.*s", RACTOR_STR_ARG(msg->reason));
}

/* Whoever holds a port must end it, here without an answer. */
static void trouble_fini(void *state)
{
    struct actor_state *actor = state;
    for (size_t i = 0; i < actor->n_kept; i++)
        (void)interop_trouble_never_fail(&actor->kept[i], RACTOR_EPORT);
}

static const ractor_actor_class trouble_class = {
    INTEROP_TROUBLE_HANDLERS(trouble),
    .name = "trouble",
    .state_bytes = sizeof(struct actor_state),
    .pre_start = pre_start,
    .fini = trouble_fini,
};

/* One line per actor on another node, alive or just ended; what this node did itself is no news. */
static void log_change(struct c_log *log, const char *word, const ractor_supervision_event *event)
{
    for (uint32_t i = 0; i < event->n_members; i++) {
        char name[64] = "";
        if (!ractor_is_remote(event->members[i]) &&
            ractor_status_of(event->members[i]) == RACTOR_ACTOR_RUNNING)
            continue;
        (void)ractor_name_of(event->members[i], name, sizeof name);
        c_log_write(log, "%s %.*s %.*s %s", word, RACTOR_STR_ARG(event->scope),
                    RACTOR_STR_ARG(event->group), name);
    }
}

static ractor_status watcher_event(ractor_context *ctx, void *state,
                                   const ractor_supervision_event *event)
{
    (void)ctx;
    struct c_log *log = ((struct actor_state *)state)->log;
    switch (event->kind) {
    case RACTOR_EVENT_GROUP_JOINED:
        log_change(log, "joined", event);
        break;
    case RACTOR_EVENT_GROUP_LEFT:
        log_change(log, "left", event);
        break;
    case RACTOR_EVENT_ACTOR_TERMINATED:
    case RACTOR_EVENT_ACTOR_FAILED:
        c_log_write(log, "died %llu", (unsigned long long)event->actor.pid);
        break;
    case RACTOR_EVENT_ACTOR_STARTED:
    case RACTOR_EVENT_PID_SPAWNED:
    case RACTOR_EVENT_PID_TERMINATED:
    case RACTOR_EVENT_NAME_LOST:
        break;
    }
    return RACTOR_OK;
}

static const ractor_actor_class watcher_class = {
    .name = "watcher",
    .state_bytes = sizeof(struct actor_state),
    .pre_start = pre_start,
    .handle_supervisor_event = watcher_event,
};

static void hear_session(void *user, ractor_session_event event, const ractor_session_info *session)
{
    static const char *const words[] = {"opened", "authenticated", "ready", "disconnected"};
    const char *word = words[event];
    if (event == RACTOR_SESSION_CLOSED && !session->is_authenticated)
        word = "refused";
    c_log_write(user, "session %s %s", word, session->peer_name);
}

static void spawn_actors(struct c_node *node)
{
    struct c_log *log = &node->log;
    must(ractor_spawn(node->runtime, &watcher_class, NULL, &log, &node->watcher));
    must(ractor_pg_monitor(node->watcher, RACTOR_PG_ALL_SCOPES, RACTOR_PG_ALL_GROUPS));

    interop_my_basic_message_type_ref seed = c_node_spawn_seed(node, "c_seed");
    interop_types_ref types = types_actor_spawn(node->runtime, "c_types", log);
    interop_trouble_ref trouble;
    must(interop_trouble_spawn(node->runtime, &trouble_class,
                               &(ractor_spawn_options){.name = "c_trouble"}, &log, &trouble));
    must(ractor_pg_join(NULL, "seeds", &seed.any, 1));
    must(ractor_pg_join("interop", "types", &types.any, 1));
}

static void start(struct c_node *node, ractor_node_options options)
{
    *node = (struct c_node){.runtime = NULL};
    c_log_init(&node->log);
    must(ractor_runtime_start(&(ractor_runtime_options){.n_workers = 2}, &node->runtime));
    spawn_actors(node);
    if (options.name == NULL)
        options.name = "c";
    options.listen_addr = "127.0.0.1";
    options.is_legacy_dialler = peer_is_legacy();
    must(ractor_node_start(node->runtime, &options, &node->node));
    must(ractor_node_subscribe(node->node, hear_session, &node->log, NULL));
}

void c_node_start(struct c_node *node, const char *cookie)
{
    start(node, (ractor_node_options){.cookie = cookie});
}

void c_node_start_transitive(struct c_node *node, const char *cookie)
{
    start(node, (ractor_node_options){.cookie = cookie, .is_transitive = true});
}

void c_node_start_named(struct c_node *node, const char *name, const char *cookie)
{
    start(node, (ractor_node_options){.name = name, .cookie = cookie, .is_transitive = true});
}

void c_node_start_strict(struct c_node *node, const char *cookie)
{
    start(node, (ractor_node_options){.cookie = cookie, .requires_hmac = true});
}

void c_node_start_encrypted(struct c_node *node, const char *cookie, const ractor_tls_options *tls)
{
    start(node, (ractor_node_options){.cookie = cookie, .tls = tls});
}

void c_node_stop(struct c_node *node)
{
    ractor_node_stop(node->node);
    ractor_runtime_stop(node->runtime);
    c_log_fini(&node->log);
}

interop_my_basic_message_type_ref c_node_spawn_seed(struct c_node *node, const char *name)
{
    interop_my_basic_message_type_ref seed;
    struct c_log *log = &node->log;
    must(interop_my_basic_message_type_spawn(node->runtime, &seed_class,
                                             &(ractor_spawn_options){.name = name}, &log, &seed));
    return seed;
}

ractor_ref c_node_find(struct c_node *node, const char *name)
{
    ractor_ref actor;
    must(ractor_node_find(node->node, NULL, name, &actor));
    return actor;
}

void c_node_watch(struct c_node *node, ractor_ref actor)
{
    must(ractor_monitor(node->watcher, actor));
}

/* Groups are told last of what a session begins with, so that all is known once they are. */
static void wait_for_groups(struct pair *pair)
{
    c_log_hears(&pair->c.log, "joined " RACTOR_PG_DEFAULT_SCOPE " seeds rust_seed");
    c_log_hears(&pair->c.log, "joined interop types rust_types");
    peer_hears(&pair->rust, "joined " RACTOR_PG_DEFAULT_SCOPE " seeds c_seed");
    peer_hears(&pair->rust, "joined interop types c_types");
}

void pair_start(struct pair *pair, enum dialler dialler)
{
    c_node_start(&pair->c, "cookie");
    peer_start(&pair->rust, "rust", "cookie");
    if (dialler == C_DIALS)
        must(ractor_cluster_connect(pair->c.node, "127.0.0.1", pair->rust.port, CALL_MS));
    else
        peer_do(&pair->rust, "dial 127.0.0.1:%u", ractor_node_port(pair->c.node));
    c_log_hears(&pair->c.log, "session ready rust@localhost");
    if (peer_is_legacy())
        wait_for_groups(pair);
    else
        peer_hears(&pair->rust, "session ready c@localhost");
}

void pair_stop(struct pair *pair)
{
    peer_stop(&pair->rust);
    c_node_stop(&pair->c);
}

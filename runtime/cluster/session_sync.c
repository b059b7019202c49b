/* SPDX-License-Identifier: MIT */
/*
 * The NodeSession actor: tells the peer which actors and group members live here. It subscribes to
 * changes first and reads what there is then, so that nothing is missed; what it tells twice is the
 * same both times, and changes come in the order in which they happened.
 *
 * Of the session it uses what is read-only, and the tasks by which it reaches the loop.
 */
#include "cluster/session.h"

#include "base/alloc.h"
#include "cluster/dial.h"
#include "cluster/offers.h"

#include <ractor/pg.h>
#include <ractor/registry.h>

#include <stdatomic.h>
#include <string.h>

/* Longer names are not told; the actor is. */
#define NAME_BYTES 256
#define BATCH_ACTORS 128

struct state {
    struct rt_session *session;
    /* (pid, 0), if not all are told of: */
    struct rt_pair_map told;       /* whose end is to be told */
    struct rt_pair_map told_names; /* whose name is, when it is dropped */
};

/* Actors on their way into one message. */
struct batch {
    struct rt_session *session;
    struct rt_pair_map *told;
    enum rt_control_kind kind;
    ractor_string scope, group;
    size_t n;
    ractor_status status; /* the first failure */
    struct rt_actor_entry entries[BATCH_ACTORS];
    char names[BATCH_ACTORS][NAME_BYTES];
};

/* Tells the enum of a local actor, to peers that understand it. */
static void add_type(const struct rt_session *session, ractor_ref actor,
                     struct rt_actor_entry *entry)
{
    const ractor_message_type *type = ractor_type_of(actor);
    if (type == NULL || type->fingerprint == 0 ||
        (rt_link_extensions(session->link) & RT_EXTENSION_FINGERPRINT) == 0)
        return;
    entry->fingerprint =
        ractor_is_factory(actor) ? rt_factory_fingerprint(type->fingerprint) : type->fingerprint;
    entry->type = ractor_string_from(type->name);
}

static ractor_status send_control(struct rt_session *session, const struct rt_control_out *out)
{
    return rt_link_send_control(session->link, session->incarnation, out);
}

static void batch_send(struct batch *batch)
{
    struct rt_control_out out = {
        .kind = batch->kind,
        .actors = batch->entries,
        .n_actors = batch->n,
        .scope = batch->scope,
        .group = batch->group,
    };
    if (batch->n != 0 && batch->status == RACTOR_OK)
        batch->status = send_control(batch->session, &out);
    batch->n = 0;
}

static void batch_add(struct batch *batch, ractor_ref actor)
{
    struct rt_actor_entry *entry = &batch->entries[batch->n];
    char *name = batch->names[batch->n];
    size_t length = ractor_name_of(actor, name, NAME_BYTES);
    *entry = (struct rt_actor_entry){.pid = actor.pid};
    add_type(batch->session, actor, entry);
    if (length != 0 && length < NAME_BYTES) {
        entry->has_name = true;
        entry->name.data = name;
        entry->name.length = length;
    }
    if (++batch->n == BATCH_ACTORS)
        batch_send(batch);
}

/* ------------------------------------------------------------------ what is shown */

/* Notes whom the peer hears of, so that it hears of no other end. Without a choice all are told. */
static ractor_status note_told(const struct rt_session *session, struct rt_pair_map *told,
                               uint64_t pid)
{
    static char is_there;
    if (session->node->is_visible == NULL)
        return RACTOR_OK;
    ractor_status status = rt_pair_map_add(told, (struct rt_pair){pid, 0}, &is_there);
    return status == RACTOR_EEXIST ? RACTOR_OK : status;
}

static bool was_told(const struct rt_session *session, struct rt_pair_map *told, uint64_t pid)
{
    return session->node->is_visible == NULL ||
           rt_pair_map_take(told, (struct rt_pair){pid, 0}) != NULL;
}

static bool shows(const struct batch *batch, ractor_ref actor)
{
    return batch->kind == RT_CONTROL_SPAWN
               ? rt_session_shows(batch->session, actor)
               : rt_session_shows_member(batch->session, actor, batch->scope, batch->group);
}

/* ------------------------------------------------------------------ what there is */

static void visit_pid(void *batch_, ractor_ref actor)
{
    struct batch *batch = batch_;
    if (batch->status != RACTOR_OK || !ractor_is_remotable(actor) || !shows(batch, actor))
        return;
    batch->status = note_told(batch->session, batch->told, actor.pid);
    if (batch->status == RACTOR_OK)
        batch_add(batch, actor);
}

static ractor_status tell_actors(struct batch *batch)
{
    batch->kind = RT_CONTROL_SPAWN;
    ractor_visit_pids(batch->session->node->runtime, visit_pid, batch);
    batch_send(batch);
    return batch->status;
}

/* The local members of a group; they may grow between the two looks. Gives: rt_free. */
static ractor_ref *local_members(ractor_runtime *runtime, const char *scope, const char *group,
                                 size_t *n)
{
    size_t capacity = ractor_pg_local_members(runtime, scope, group, NULL, 0) + 16;
    ractor_ref *members = rt_calloc(capacity, sizeof *members);
    if (members == NULL)
        return NULL;
    *n = ractor_pg_local_members(runtime, scope, group, members, capacity);
    if (*n > capacity)
        *n = capacity; /* those that joined since are on their way as events */
    return members;
}

static void visit_group(void *batch_, const char *scope, const char *group, size_t n_members)
{
    struct batch *batch = batch_;
    size_t n = 0;
    (void)n_members;
    ractor_ref *members = local_members(batch->session->node->runtime, scope, group, &n);
    if (members == NULL) {
        batch->status = RACTOR_ENOMEM;
        return;
    }
    batch->scope = ractor_string_from(scope);
    batch->group = ractor_string_from(group);
    for (size_t i = 0; i < n; i++)
        visit_pid(batch, members[i]);
    batch_send(batch);
    rt_free(members);
}

static ractor_status tell_groups(struct batch *batch)
{
    batch->kind = RT_CONTROL_PG_JOIN;
    ractor_status status =
        ractor_pg_visit_groups(batch->session->node->runtime, visit_group, batch);
    return status != RACTOR_OK ? status : batch->status;
}

static ractor_status ask_for_peers(struct rt_session *session)
{
    auth_NameMessage self = auth_NameMessage_init_zero;
    const struct rt_identity *identity = &session->node->identity;
    struct rt_control_out out = {.kind = RT_CONTROL_ENUMERATE, .names = &self, .n_names = 1};
    memcpy(self.name, identity->name, sizeof self.name);
    memcpy(self.connection_string, identity->connection_string, sizeof self.connection_string);
    self.has_flags = true;
    self.flags.version = RT_PROTOCOL_VERSION;
    return send_control(session, &out);
}

static ractor_status tell_names(ractor_context *ctx, struct state *state)
{
    struct rt_session *session = state->session;
    struct rt_name_change *claims = NULL;
    size_t n = 0;
    if ((rt_link_extensions(session->link) & RT_EXTENSION_NAMES) == 0)
        return RACTOR_OK;
    ractor_status status = rt_names_subscribe(session, ractor_self(ctx), &claims, &n);
    for (size_t i = 0; i < n && status == RACTOR_OK; i++)
        status = rt_session_tell_name(session, &state->told_names, &claims[i]);
    rt_free(claims);
    return status;
}

static ractor_status tell_all(ractor_context *ctx, struct state *state)
{
    struct rt_session *session = state->session;
    struct rt_control_out ready = {.kind = RT_CONTROL_READY};
    struct batch *batch = rt_calloc(1, sizeof *batch);
    if (batch == NULL)
        return RACTOR_ENOMEM;
    batch->session = session;
    batch->told = &state->told;
    ractor_status status = RACTOR_OK;
    if (session->node->is_transitive)
        status = ask_for_peers(session);
    if (status == RACTOR_OK)
        status = ractor_monitor_pids(ractor_self(ctx));
    if (status == RACTOR_OK)
        status = tell_actors(batch);
    if (status == RACTOR_OK)
        status = ractor_pg_monitor(ractor_self(ctx), RACTOR_PG_ALL_SCOPES, RACTOR_PG_ALL_GROUPS);
    if (status == RACTOR_OK)
        status = tell_groups(batch);
    if (status == RACTOR_OK)
        status = tell_names(ctx, state);
    if (status == RACTOR_OK)
        status = send_control(session, &ready);
    rt_free(batch);
    return status;
}

/* ------------------------------------------------------------------ what changes */

/* How the actor has ended, for peers that understand it. */
static void add_ending(const struct rt_session *session, const ractor_supervision_event *event,
                       struct rt_note *ending, struct rt_control_out *out)
{
    if ((rt_link_extensions(session->link) & RT_EXTENSION_ENDINGS) == 0)
        return;
    ending->number = event->actor.pid;
    ending->detail = (uint64_t) - (int64_t)event->status;
    ending->text = rt_note_text_from(event->reason.data);
    out->notes = ending;
    out->n_notes = 1;
}

static ractor_status tell_pid(struct state *state, const ractor_supervision_event *event)
{
    struct rt_session *session = state->session;
    struct rt_note ending = {.number = 0};
    struct rt_actor_entry entry = {
        .pid = event->actor.pid, .has_name = event->name.length != 0, .name = event->name};
    struct rt_control_out out = {
        .kind = event->kind == RACTOR_EVENT_PID_SPAWNED ? RT_CONTROL_SPAWN : RT_CONTROL_TERMINATE,
        .actors = &entry,
        .n_actors = 1,
    };
    if (entry.name.length >= NAME_BYTES)
        entry.has_name = false;
    if (out.kind == RT_CONTROL_TERMINATE && !was_told(session, &state->told, entry.pid))
        return RACTOR_OK;
    if (out.kind == RT_CONTROL_SPAWN) {
        if (!rt_session_shows(session, event->actor))
            return RACTOR_OK;
        ractor_status status = note_told(session, &state->told, entry.pid);
        if (status != RACTOR_OK)
            return status;
    }
    if (out.kind == RT_CONTROL_SPAWN)
        add_type(session, event->actor, &entry);
    else
        add_ending(session, event, &ending, &out);
    return send_control(session, &out);
}

static ractor_status tell_group(struct state *state, const ractor_supervision_event *event)
{
    struct batch *batch = rt_calloc(1, sizeof *batch);
    if (batch == NULL)
        return RACTOR_ENOMEM;
    batch->session = state->session;
    batch->told = &state->told;
    batch->kind =
        event->kind == RACTOR_EVENT_GROUP_JOINED ? RT_CONTROL_PG_JOIN : RT_CONTROL_PG_LEAVE;
    batch->scope = event->scope;
    batch->group = event->group;
    for (uint32_t i = 0; i < event->n_members; i++)
        visit_pid(batch, event->members[i]);
    batch_send(batch);
    ractor_status status = batch->status;
    rt_free(batch);
    return status;
}

static bool has_remotable(const ractor_supervision_event *event)
{
    for (uint32_t i = 0; i < event->n_members; i++) {
        if (ractor_is_remotable(event->members[i]))
            return true;
    }
    return false;
}

/* A session whose link has closed is about to stop this actor: no failure of it. */
static ractor_status forgive(ractor_status status)
{
    return status == RACTOR_ENODE ? RACTOR_OK : status;
}

static ractor_status on_event(ractor_context *ctx, void *state_,
                              const ractor_supervision_event *event)
{
    struct state *state = state_;
    (void)ctx;
    switch (event->kind) {
    case RACTOR_EVENT_PID_SPAWNED:
    case RACTOR_EVENT_PID_TERMINATED:
        return forgive(tell_pid(state, event));
    case RACTOR_EVENT_GROUP_JOINED:
    case RACTOR_EVENT_GROUP_LEFT:
        return has_remotable(event) ? forgive(tell_group(state, event)) : RACTOR_OK;
    case RACTOR_EVENT_ACTOR_STARTED:
    case RACTOR_EVENT_ACTOR_TERMINATED:
    case RACTOR_EVENT_ACTOR_FAILED:
    case RACTOR_EVENT_NAME_LOST:
        break;
    }
    return RACTOR_OK;
}

/* ------------------------------------------------------------------ actors spawned for the peer */

/* Its start, which may be told again by its event. Not if it is ending: that may have been told. */
static ractor_status tell_start(struct rt_session *session, ractor_ref actor)
{
    char name[NAME_BYTES];
    struct rt_actor_entry entry = {.pid = actor.pid};
    struct rt_control_out out = {.kind = RT_CONTROL_SPAWN, .actors = &entry, .n_actors = 1};
    size_t length = ractor_name_of(actor, name, sizeof name);
    entry.has_name = length != 0 && length < sizeof name;
    entry.name = (ractor_string){name, length};
    add_type(session, actor, &entry);
    if (ractor_status_of(actor) >= RACTOR_ACTOR_STOPPING)
        return RACTOR_OK;
    return send_control(session, &out);
}

static ractor_status tell_answer(struct rt_session *session, const struct rt_spawn_answer *answer)
{
    const struct rt_spawn_outcome *outcome = &answer->outcome;
    struct rt_note note = {.number = answer->id};
    struct rt_control_out out = {.kind = RT_CONTROL_SPAWN_ANSWER, .notes = &note, .n_notes = 1};
    ractor_status status = outcome->status;
    if (status == RACTOR_OK && ractor_is_remotable(outcome->actor) &&
        !rt_session_shows(session, outcome->actor))
        status = RACTOR_EDENIED;
    if (status != RACTOR_OK) {
        note.status = (uint64_t) - (int64_t)status;
        ractor_status sent = send_control(session, &out);
        return sent == RACTOR_OK && outcome->status == RACTOR_OK ? status : sent;
    }
    note.detail = outcome->actor.pid;
    note.flags = outcome->is_new ? RT_SPAWN_IS_NEW : 0;
    status = tell_start(session, outcome->actor);
    return status == RACTOR_OK ? send_control(session, &out) : status;
}

/* A failure that is the peer's to know is none of the session's. */
static ractor_status on_spawn_answer(struct rt_session *session,
                                     const struct rt_spawn_answer *answer, ractor_port *port)
{
    static const ractor_unit nothing;
    (void)atomic_fetch_sub_explicit(&session->n_jobs, 1, memory_order_relaxed);
    ractor_status status = tell_answer(session, answer);
    if (status == RACTOR_OK)
        (void)ractor_port_reply(port, &rt_dial_outcome_codec, &nothing);
    else
        (void)ractor_port_fail(port, status);
    return status == RACTOR_EDENIED ? RACTOR_OK : status;
}

static ractor_status dispatch(const void *handlers, ractor_context *ctx, void *state_, uint32_t tag,
                              const void *args, ractor_port *port)
{
    struct state *state = state_;
    (void)handlers;
    (void)ctx;
    if (tag == RT_SESSION_NAME_CHANGE)
        return forgive(rt_session_tell_name(state->session, &state->told_names, args));
    return forgive(on_spawn_answer(state->session, args, port));
}

static const char *missing(const void *handlers)
{
    (void)handlers;
    return NULL;
}

static const ractor_codec answer_codec = {
    .size = sizeof(struct rt_spawn_answer),
    .align = _Alignof(struct rt_spawn_answer),
};

static const ractor_codec name_change_codec = {
    .size = sizeof(struct rt_name_change),
    .align = _Alignof(struct rt_name_change),
};

static const ractor_variant variants[] = {
    [RT_SESSION_SPAWN_ANSWER] = {"SpawnAnswer", &answer_codec, &rt_dial_outcome_codec,
                                 RACTOR_VARIANT_RPC, 0},
    [RT_SESSION_NAME_CHANGE] = {"NameChange", &name_change_codec, NULL, 0, 0},
};

const ractor_message_type rt_session_type = {
    .name = "ractor.NodeSession",
    .variants = variants,
    .n_variants = sizeof variants / sizeof variants[0],
    .flags = RACTOR_TYPE_LOCAL,
    .dispatch = dispatch,
    .missing = missing,
};

/* ------------------------------------------------------------------ the actor's life */

/* On the loop's thread, which spawns it. */
static ractor_status pre_start(ractor_context *ctx, void *state_, const void *args)
{
    struct state *state = state_;
    struct rt_session *const *session = args;
    (void)ctx;
    state->session = *session;
    state->session->has_actor = true;
    rt_pair_map_init(&state->told, state->session->node->seed);
    rt_pair_map_init(&state->told_names, state->session->node->seed);
    return RACTOR_OK;
}

static ractor_status post_start(ractor_context *ctx, void *state_)
{
    struct rt_session *session = ((struct state *)state_)->session;
    ractor_status status = tell_all(ctx, state_);
    if (status == RACTOR_OK)
        rt_loop_post(&session->node->loop, &session->synced_task);
    return forgive(status);
}

static void fini(void *state_)
{
    struct state *state = state_;
    struct rt_session *session = state->session;
    rt_pair_map_fini(&state->told);
    rt_pair_map_fini(&state->told_names);
    if (session != NULL)
        rt_loop_post(&session->node->loop, &session->ended_task);
}

static const ractor_actor_class session_class = {
    .messages = &rt_session_type,
    .handlers = &rt_session_type, /* unused, but a table is wanted */
    .name = "NodeSession",
    .state_bytes = sizeof(struct state),
    .pre_start = pre_start,
    .post_start = post_start,
    .handle_supervisor_event = on_event,
    .fini = fini,
};

ractor_status rt_session_spawn_actor(struct rt_session *session)
{
    ractor_spawn_options options = {.supervisor = session->node->server};
    return ractor_spawn(session->node->runtime, &session_class, &options, &session,
                        &session->actor);
}

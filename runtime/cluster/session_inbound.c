/* SPDX-License-Identifier: MIT */
/* What an authenticated peer sends, in the order of its sending, on the loop's thread. */
#include "cluster/session.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "cluster/dial.h"
#include "cluster/offers.h"

#include <ractor/pg.h>

#include <stdio.h>
#include <string.h>

/* ------------------------------------------------------------------ casts, calls, replies */

/* What lies beside a message. */
struct extras {
    ractor_trace_context trace;
    struct rt_inbound_job job;
};

/* The clock of the sender's machine may be ahead of this one's: then the job is new. */
static bool read_job(const struct rt_node_message *message, struct rt_inbound_job *job)
{
    struct rt_job_metadata metadata;
    if (!rt_job_decode(message, &metadata))
        return false;
    uint64_t now_ns = rt_calendar_ns();
    *job = (struct rt_inbound_job){
        .key = metadata.key,
        .age_ns = now_ns > metadata.submitted_ns ? now_ns - metadata.submitted_ns : 0,
        .ttl_ns = metadata.ttl_ns,
        .n_retries = message->n_retries < UINT32_MAX ? (uint32_t)message->n_retries : UINT32_MAX,
    };
    return true;
}

/* `extras` is room for what the message brings. */
static struct rt_inbound inbound_of(const struct rt_node_message *message, struct extras *extras)
{
    struct rt_inbound in = {.pid = message->to,
                            .variant = message->variant,
                            .args = message->what,
                            .starts = message->starts};
    if (rt_trace_decode(message, &extras->trace))
        in.trace = &extras->trace;
    if (read_job(message, &extras->job))
        in.job = &extras->job;
    return in;
}

/* Tells of what is refused whoever asks, and hides what the peer must not see: to it, nobody is
 * there. */
static ractor_status admit(struct rt_session *session, const struct rt_node_message *message)
{
    if (!rt_session_hides(session, message->to))
        return RACTOR_OK;
    rt_session_deny(session, message->variant, message->to);
    return RACTOR_ENOENT;
}

static void receive_cast(struct rt_session *session, const struct rt_node_message *message)
{
    struct extras extras;
    struct rt_inbound in = inbound_of(message, &extras);
    ractor_status status = admit(session, message);
    if (status == RACTOR_OK)
        status = ractor_inbound_cast_traced(session->node->runtime, &in);
    if (status == RACTOR_EDENIED)
        rt_session_deny(session, message->variant, message->to);
    if (status != RACTOR_OK)
        rt_logf(session->node->log, RACTOR_LOG_DEBUG, "session %llu: cast %.*s to actor %llu: %s",
                (unsigned long long)session->id, RACTOR_STR_ARG(message->variant),
                (unsigned long long)message->to, ractor_strerror(status));
}

static void receive_call(struct rt_session *session, const struct rt_node_message *message)
{
    struct rt_return_address from = {
        .ops = &rt_link_return_ops,
        .link = session->link,
        .incarnation = session->incarnation,
        .to = message->to,
        .tag = message->tag,
    };
    uint32_t timeout_ms = RACTOR_TIMEOUT_NONE;
    if (message->has_timeout && message->timeout_ms < RACTOR_TIMEOUT_NONE)
        timeout_ms = (uint32_t)message->timeout_ms;
    struct extras extras;
    struct rt_inbound in = inbound_of(message, &extras);
    ractor_status status = admit(session, message);
    if (status == RACTOR_OK)
        status = ractor_inbound_call_traced(session->node->runtime, &in, timeout_ms, &from);
    if (status == RACTOR_OK) {
        rt_session_watch_deadline(session, timeout_ms);
        return;
    }
    if (status == RACTOR_EDENIED)
        rt_session_deny(session, message->variant, message->to);
    rt_logf(session->node->log, RACTOR_LOG_DEBUG, "session %llu: call %.*s of actor %llu: %s",
            (unsigned long long)session->id, RACTOR_STR_ARG(message->variant),
            (unsigned long long)message->to, ractor_strerror(status));
    (void)rt_link_send_failure(&from, status);
}

static void receive_cancel(struct rt_session *session, const struct rt_node_message *message)
{
    ractor_port port;
    if (rt_link_take_inbound(session->link, session->incarnation, message->to, message->tag, &port))
        ractor_inbound_cancel(session->node->runtime, message->to, &port);
}

static void receive_reply(struct rt_session *session, const struct rt_node_message *message)
{
    ractor_port port;
    if (!rt_link_take_call(session->link, session->incarnation, message->to, message->tag, &port))
        return; /* the caller has given up */
    if (message->failure != 0)
        (void)ractor_port_fail(&port, rt_failure_from(message->failure));
    else
        (void)ractor_port_complete(&port, message->what, message->starts);
}

void rt_session_receive_node(struct rt_session *session, ractor_bytes body)
{
    struct rt_node_message message;
    if (rt_node_decode(body, &message) != RACTOR_OK) {
        rt_session_close(session, RACTOR_EPROTO, "a malformed node message");
        return;
    }
    switch (message.kind) {
    case RT_NODE_CAST:
        receive_cast(session, &message);
        break;
    case RT_NODE_CALL:
        receive_call(session, &message);
        break;
    case RT_NODE_REPLY:
        receive_reply(session, &message);
        break;
    case RT_NODE_CANCEL:
        receive_cancel(session, &message);
        break;
    case RT_NODE_NONE:
        break;
    }
}

/* ------------------------------------------------------------------ the peer's actors */

static char *copy_text(ractor_string text)
{
    char *copy = rt_alloc(text.length + 1);
    if (copy == NULL)
        return NULL;
    if (text.length != 0)
        memcpy(copy, text.data, text.length);
    copy[text.length] = '\0';
    return copy;
}

static ractor_status add_actor(struct rt_session *session, const struct rt_actor_entry *entry,
                               const char *name, ractor_ref *ref)
{
    struct rt_remote_address address = {
        .ops = &rt_link_remote_ops,
        .link = session->link,
        .incarnation = session->incarnation,
        .pid = entry->pid,
    };
    static const struct rt_remote_ending forgotten = {RACTOR_EVENT_ACTOR_TERMINATED, RACTOR_ENODE,
                                                      "out of memory"};
    ractor_ref nobody = {NULL, 0};
    struct rt_remote_actor *actor;
    ractor_status status = rt_remote_actor_new(session->link, entry, &actor);
    if (status != RACTOR_OK)
        return status;
    status = ractor_remote_spawn(session->node->runtime, &address, name, nobody, &actor->ref);
    if (status == RACTOR_OK) {
        *ref = actor->ref;
        status = rt_link_add_actor(session->link, actor, name);
        if (status != RACTOR_OK)
            ractor_remote_end(*ref, &forgotten);
    }
    if (status != RACTOR_OK)
        rt_remote_actor_free(session->link, actor, status);
    return status;
}

/* The reference to an actor of the peer, made when it is new. */
static ractor_status get_actor(struct rt_session *session, const struct rt_actor_entry *entry,
                               ractor_ref *ref)
{
    char *name = NULL;
    if (rt_link_find_actor(session->link, entry->pid, ref) == RACTOR_OK)
        return RACTOR_OK;
    if (entry->has_name) {
        name = copy_text(entry->name);
        if (name == NULL)
            return RACTOR_ENOMEM;
    }
    ractor_status status = add_actor(session, entry, name, ref);
    rt_free(name);
    return status;
}

static void close_overfull(struct rt_session *session, ractor_status status)
{
    char why[160];
    (void)snprintf(why, sizeof why,
                   "the peer has announced actors, groups and names of more than "
                   "announced_limit_bytes, which is %zu",
                   session->node->announced_limit_bytes);
    rt_session_close(session, status,
                     status == RACTOR_ELIMIT ? why : "what the peer announces finds no memory");
}

static void on_spawn(struct rt_session *session, const struct rt_control *control)
{
    struct rt_wire_in in = rt_wire_in_of(control->body);
    struct rt_actor_entry entry;
    enum rt_wire_step step;
    ractor_ref ref;
    while ((step = rt_control_next_actor(&in, control, &entry)) == RT_WIRE_FIELD) {
        ractor_status status = get_actor(session, &entry, &ref);
        if (status != RACTOR_OK) {
            close_overfull(session, status);
            return;
        }
    }
    if (step == RT_WIRE_BAD)
        rt_session_close(session, RACTOR_EPROTO, "a malformed spawn");
}

/* Of a peer that does not tell how. */
static const struct rt_remote_ending ended_somehow = {RACTOR_EVENT_ACTOR_TERMINATED, RACTOR_OK,
                                                      "remote"};

static void end_actor(struct rt_session *session, uint64_t pid, const struct rt_remote_ending *how)
{
    ractor_ref ref;
    if (rt_link_find_actor(session->link, pid, &ref) != RACTOR_OK)
        return;
    rt_names_peer_actor_ended(session, pid);
    /* Ended first: once the actor cannot be found any more, nothing can be sent to it. */
    ractor_remote_end(ref, how);
    rt_remote_actor_free(session->link, rt_link_take_actor(session->link, pid), RACTOR_ENOENT);
}

/* As text: up to its first NUL, and no longer than one may be. */
static void copy_reason(const struct rt_note *note, char reason[RT_NOTE_TEXT_BYTES + 1])
{
    size_t length = note->text.length < RT_NOTE_TEXT_BYTES ? note->text.length : RT_NOTE_TEXT_BYTES;
    if (length != 0)
        memcpy(reason, note->text.data, length);
    reason[length] = '\0';
}

static void end_as_told(struct rt_session *session, const struct rt_note *ending)
{
    char reason[RT_NOTE_TEXT_BYTES + 1];
    copy_reason(ending, reason);
    struct rt_remote_ending how = {RACTOR_EVENT_ACTOR_TERMINATED, RACTOR_OK,
                                   reason[0] != '\0' ? reason : NULL};
    if (ending->detail != 0) {
        how.kind = RACTOR_EVENT_ACTOR_FAILED;
        how.status = rt_failure_from(ending->detail);
    }
    end_actor(session, ending->number, &how);
}

static void on_terminate(struct rt_session *session, const struct rt_control *control)
{
    struct rt_wire_in in = rt_wire_in_of(control->body);
    struct rt_pid_iterator pids = rt_control_pids(control);
    struct rt_note ending;
    enum rt_wire_step step;
    uint64_t pid;
    while ((step = rt_control_next_ending(&in, &ending)) == RT_WIRE_FIELD)
        end_as_told(session, &ending);
    while (step == RT_WIRE_END && (step = rt_control_next_pid(&pids, &pid)) == RT_WIRE_FIELD) {
        end_actor(session, pid, &ended_somehow);
        step = RT_WIRE_END;
    }
    if (step == RT_WIRE_BAD)
        rt_session_close(session, RACTOR_EPROTO, "a malformed terminate");
}

static void on_exit(struct rt_session *session, const struct rt_note *note)
{
    char reason[RT_NOTE_TEXT_BYTES + 1];
    if (note->detail < RT_EXIT_STOP || note->detail > RT_EXIT_DRAIN)
        return; /* of a later version */
    if (rt_session_hides(session, note->number)) {
        rt_session_deny(session, RACTOR_STR("an order to end"), note->number);
        return;
    }
    copy_reason(note, reason);
    ractor_inbound_exit(session->node->runtime, note->number, (enum rt_exit)note->detail,
                        reason[0] != '\0' ? reason : NULL);
}

/* ------------------------------------------------------------------ the peer's groups */

#define GROUP_BATCH 64

/* References that join or leave together. */
struct members {
    ractor_ref refs[GROUP_BATCH];
    size_t n;
};

static ractor_status change_group(struct rt_session *session, const struct rt_control *control,
                                  const char *scope, const char *group, struct members *members)
{
    ractor_status status = RACTOR_OK;
    if (control->kind == RT_CONTROL_PG_JOIN)
        status =
            ractor_remote_join(scope, group, members->refs, members->n, &session->link->announced);
    else
        ractor_pg_leave(scope, group, members->refs, members->n);
    members->n = 0;
    return status == RACTOR_EINVAL ? RACTOR_OK : status; /* a reserved name, which is no group */
}

/* Which actor a group change means. A join makes a reference to an actor that is not known. */
static ractor_status get_member(struct rt_session *session, const struct rt_control *control,
                                const struct rt_actor_entry *entry, ractor_ref *ref)
{
    if (control->kind == RT_CONTROL_PG_JOIN)
        return get_actor(session, entry, ref);
    return rt_link_find_actor(session->link, entry->pid, ref);
}

static void change_members(struct rt_session *session, const struct rt_control *control,
                           const char *scope, const char *group)
{
    struct rt_wire_in in = rt_wire_in_of(control->body);
    struct rt_actor_entry entry;
    enum rt_wire_step step;
    struct members members = {.n = 0};
    ractor_status status = RACTOR_OK;
    while (status == RACTOR_OK &&
           (step = rt_control_next_actor(&in, control, &entry)) == RT_WIRE_FIELD) {
        status = get_member(session, control, &entry, &members.refs[members.n]);
        if (status == RACTOR_OK)
            members.n++;
        else if (status == RACTOR_ENOENT)
            status = RACTOR_OK;
        if (members.n == GROUP_BATCH)
            status = change_group(session, control, scope, group, &members);
    }
    if (status == RACTOR_OK && step != RT_WIRE_BAD && members.n != 0)
        status = change_group(session, control, scope, group, &members);
    if (status != RACTOR_OK)
        close_overfull(session, status);
    else if (step == RT_WIRE_BAD)
        rt_session_close(session, RACTOR_EPROTO, "a malformed group change");
}

static void on_group_change(struct rt_session *session, const struct rt_control *control)
{
    char *scope = copy_text(control->scope);
    char *group = copy_text(control->group);
    if (scope != NULL && group != NULL)
        change_members(session, control, scope, group);
    else
        rt_session_close(session, RACTOR_ENOMEM, "out of memory");
    rt_free(scope);
    rt_free(group);
}

static void on_name_claim(struct rt_session *session, const struct rt_note *note)
{
    ractor_status status = rt_names_claimed(session, note);
    if (status == RACTOR_EPROTO)
        rt_session_close(session, status, "a malformed name");
    else if (status != RACTOR_OK)
        close_overfull(session, status);
}

/* ------------------------------------------------------------------ the peer's peers */

/* Tells the names of authenticated peers, but the asker's. */
static void on_enumerate(struct rt_session *session, const struct rt_control *control)
{
    ractor_node *node = session->node;
    auth_NameMessage asker;
    size_t n = 0;
    if (rt_control_asker(control, &asker) != RACTOR_OK)
        return;
    for (struct rt_session *s = node->sessions; s != NULL; s = s->next)
        n++;
    auth_NameMessage *names = rt_calloc(n, sizeof *names);
    if (names == NULL)
        return;
    n = 0;
    for (struct rt_session *s = node->sessions; s != NULL; s = s->next) {
        const auth_NameMessage *peer = &s->handshake.peer;
        if (!rt_session_is_up(s) || strcmp(peer->name, asker.name) == 0 ||
            strcmp(peer->connection_string, asker.connection_string) == 0)
            continue;
        names[n] = *peer;
        names[n++].connection_id = 0;
    }
    struct rt_control_out out = {.kind = RT_CONTROL_NODE_SESSIONS, .names = names, .n_names = n};
    rt_session_send_control(session, &out);
    rt_free(names);
}

static bool is_known(const ractor_node *node, const auth_NameMessage *name)
{
    if (strcmp(name->name, node->identity.name) == 0 ||
        strcmp(name->connection_string, node->identity.connection_string) == 0)
        return true;
    for (const struct rt_session *s = node->sessions; s != NULL; s = s->next) {
        if (s->state != RT_SESSION_CLOSING &&
            (strcmp(name->name, s->handshake.peer.name) == 0 ||
             strcmp(name->connection_string, s->handshake.peer.connection_string) == 0))
            return true;
    }
    return false;
}

static void on_node_sessions(struct rt_session *session, const struct rt_control *control)
{
    ractor_node *node = session->node;
    struct rt_wire_in in = rt_wire_in_of(control->body);
    auth_NameMessage name;
    bool is_usable = false;
    while (node->is_transitive &&
           rt_control_next_session(&in, &name, &is_usable) == RT_WIRE_FIELD) {
        struct rt_dial_target target = {.is_encrypted = rt_tls_has_client(&node->tls)};
        if (is_usable && !is_known(node, &name) && rt_dial_parse(name.connection_string, &target))
            rt_dial_unasked(node, &target);
    }
}

/* ------------------------------------------------------------------ all */

void rt_session_receive_control(struct rt_session *session, ractor_bytes body)
{
    struct rt_control control;
    if (rt_control_decode(body, &control) != RACTOR_OK) {
        rt_session_close(session, RACTOR_EPROTO, "a malformed control message");
        return;
    }
    switch (control.kind) {
    case RT_CONTROL_SPAWN:
        on_spawn(session, &control);
        break;
    case RT_CONTROL_TERMINATE:
        on_terminate(session, &control);
        break;
    case RT_CONTROL_EXIT:
        on_exit(session, &control.note);
        break;
    case RT_CONTROL_NAME_CLAIM:
        on_name_claim(session, &control.note);
        break;
    case RT_CONTROL_NAME_DROP:
        rt_names_dropped(session, &control.note);
        break;
    case RT_CONTROL_SPAWN_ASK:
        rt_offers_asked(session, &control.note);
        break;
    case RT_CONTROL_SPAWN_ANSWER:
        rt_offers_answered(session, &control.note);
        break;
    case RT_CONTROL_PING:
        rt_session_receive_ping(session, &control);
        break;
    case RT_CONTROL_PG_JOIN:
    case RT_CONTROL_PG_LEAVE:
        on_group_change(session, &control);
        break;
    case RT_CONTROL_ENUMERATE:
        on_enumerate(session, &control);
        break;
    case RT_CONTROL_NODE_SESSIONS:
        on_node_sessions(session, &control);
        break;
    case RT_CONTROL_READY:
        session->has_peer_sync = true;
        rt_session_check_ready(session);
        break;
    case RT_CONTROL_PONG:
        rt_session_receive_pong(session);
        break;
    case RT_CONTROL_NONE:
        break;
    }
}

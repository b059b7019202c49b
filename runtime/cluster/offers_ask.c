/* SPDX-License-Identifier: MIT */
/* The asking side of remote spawn: who waits for an answer, on its stack, in the node's list. */
#include "cluster/offers.h"

#include "cluster/session.h"

#include <ractor/supervision.h>

#include <string.h>

struct rt_spawn_question {
    struct rt_spawn_question *next; /* under the node's lock, as the rest but `port` */
    uint64_t id;
    const struct rt_session *session;
    ractor_port port;
    bool is_over;
    ractor_status status;
    ractor_ref actor;
};

/* ------------------------------------------------------------------ under the node's lock */

static struct rt_spawn_question **find_question(ractor_node *node, uint64_t id)
{
    struct rt_spawn_question **at = &node->questions;
    while (*at != NULL && (*at)->id != id)
        at = &(*at)->next;
    return at;
}

static void end_question(struct rt_spawn_question *question, ractor_status status)
{
    question->is_over = true;
    question->status = status;
    ractor_pause_end(&question->port);
}

static struct rt_session *find_session(ractor_node *node, const char *peer)
{
    struct rt_session *session = node->sessions;
    while (session != NULL && (session->is_closed || !session->info.is_ready ||
                               strcmp(session->info.peer_name, peer) != 0))
        session = session->next;
    return session;
}

/* Where the question goes, in words that hold when the session does not. */
struct way {
    struct rt_link *link;
    uint64_t incarnation;
};

static ractor_status list(ractor_node *node, const char *peer, struct rt_spawn_question *question,
                          struct way *way)
{
    struct rt_session *session = find_session(node, peer);
    if (session == NULL)
        return RACTOR_ENODE;
    if ((rt_link_extensions(session->link) & RT_EXTENSION_SPAWN) == 0)
        return RACTOR_ENOTSUP;
    question->id = ++node->last_question_id;
    question->session = session;
    question->next = node->questions;
    node->questions = question;
    *way = (struct way){session->link, session->incarnation};
    return RACTOR_OK;
}

/* ------------------------------------------------------------------ asking */

static ractor_status send_question(const struct way *way, const struct rt_spawn_wish *wish,
                                   uint64_t id)
{
    const ractor_spawn_request *request = &wish->request;
    struct rt_note note = {
        .number = id,
        .text = {(const uint8_t *)request->kind, strlen(request->kind)},
        .data = request->args,
        .flags = wish->finds_first ? RT_SPAWN_FINDS_FIRST : 0,
    };
    if (request->name != NULL)
        note.extra = (ractor_bytes){(const uint8_t *)request->name, strlen(request->name)};
    struct rt_control_out out = {.kind = RT_CONTROL_SPAWN_ASK, .notes = &note, .n_notes = 1};
    return rt_link_send_control(way->link, way->incarnation, &out);
}

/* Sends and waits. The question is listed. */
static ractor_status await(ractor_node *node, struct rt_spawn_question *question,
                           const struct way *way, const struct rt_spawn_wish *wish,
                           uint32_t timeout_ms)
{
    ractor_status sent = send_question(way, wish, question->id);
    if (sent != RACTOR_OK)
        ractor_pause_end(&question->port); /* so that the wait, which spends it, is none */
    ractor_status status = ractor_pause(&question->port, timeout_ms);
    (void)pthread_mutex_lock(&node->lock);
    *find_question(node, question->id) = question->next;
    if (question->is_over)
        status = question->status;
    else if (sent != RACTOR_OK)
        status = sent;
    (void)pthread_mutex_unlock(&node->lock);
    return status;
}

ractor_status rt_offers_ask(ractor_node *node, const char *peer, const struct rt_spawn_wish *wish,
                            uint32_t timeout_ms, ractor_ref *ref)
{
    struct rt_spawn_question question = {.is_over = false};
    struct way way;
    ractor_status status = ractor_pause_open(node->runtime, &question.port);
    if (status != RACTOR_OK)
        return status;
    (void)pthread_mutex_lock(&node->lock);
    status = list(node, peer, &question, &way);
    (void)pthread_mutex_unlock(&node->lock);
    if (status != RACTOR_OK) {
        ractor_pause_end(&question.port);
        ractor_status spent = ractor_pause(&question.port, RACTOR_TIMEOUT_NONE);
        (void)spent; /* it is over: this only gives it back */
        return status;
    }
    status = await(node, &question, &way, wish, timeout_ms);
    if (status == RACTOR_OK)
        *ref = question.actor;
    return status;
}

static bool is_name(const char *text)
{
    ractor_string name = ractor_string_from(text);
    return name.length != 0 && name.length <= RACTOR_SPAWN_NAME_BYTES &&
           rt_wire_is_name((ractor_bytes){(const uint8_t *)name.data, name.length});
}

ractor_status rt_offers_wish(const ractor_remote_spawn_options *options, struct rt_spawn_wish *wish)
{
    if (!is_name(options->kind) || (options->name != NULL && !is_name(options->name)))
        return RACTOR_EINVAL;
    if (options->args.length > RACTOR_SPAWN_ARGS_BYTES)
        return RACTOR_ELIMIT;
    wish->request.kind = options->kind;
    wish->request.name = options->name;
    wish->request.args = options->args;
    return RACTOR_OK;
}

ractor_status ractor_node_spawn(ractor_node *node, const char *peer,
                                const ractor_remote_spawn_options *options, uint32_t timeout_ms,
                                ractor_ref *ref)
{
    ractor_ref actor;
    struct rt_spawn_wish wish = {.finds_first = false};
    if (node == NULL || peer == NULL || options == NULL)
        return RACTOR_EINVAL;
    ractor_status status = rt_offers_wish(options, &wish);
    if (status == RACTOR_OK)
        status = rt_offers_ask(node, peer, &wish, timeout_ms, &actor);
    if (status == RACTOR_OK && ractor_ref_is_some(options->supervisor)) {
        status = ractor_link(actor, options->supervisor);
        if (status != RACTOR_OK)
            ractor_stop(actor, "its supervisor is ending");
    }
    if (status == RACTOR_OK)
        *ref = actor;
    return status;
}

/* ------------------------------------------------------------------ what the loop hears */

/* Nobody waits any more: what was made for this asker is ended. */
static void undo(const struct rt_session *session, const struct rt_note *note)
{
    ractor_ref actor;
    if ((note->flags & RT_SPAWN_IS_NEW) != 0 && note->status == 0 &&
        rt_link_find_actor(session->link, note->detail, &actor) == RACTOR_OK)
        ractor_stop(actor, "nobody waits for it");
}

void rt_offers_answered(struct rt_session *session, const struct rt_note *note)
{
    ractor_node *node = session->node;
    ractor_status status = note->status != 0 ? rt_failure_from(note->status) : RACTOR_OK;
    (void)pthread_mutex_lock(&node->lock);
    struct rt_spawn_question *question = *find_question(node, note->number);
    bool is_awaited = question != NULL && question->session == session && !question->is_over;
    if (is_awaited) {
        if (status == RACTOR_OK)
            status = rt_link_find_actor(session->link, note->detail, &question->actor);
        end_question(question, status);
    }
    (void)pthread_mutex_unlock(&node->lock);
    if (!is_awaited)
        undo(session, note);
}

void rt_offers_session_ended(struct rt_session *session)
{
    ractor_node *node = session->node;
    (void)pthread_mutex_lock(&node->lock);
    for (struct rt_spawn_question *q = node->questions; q != NULL; q = q->next) {
        if (q->session == session && !q->is_over)
            end_question(q, RACTOR_ENODE);
    }
    (void)pthread_mutex_unlock(&node->lock);
}

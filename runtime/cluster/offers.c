/* SPDX-License-Identifier: MIT */
/* The offering side of remote spawn. */
#include "cluster/offers.h"

#include "base/alloc.h"
#include "cluster/session.h"

#include <ractor/registry.h>

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

/* Jobs of one session at once. */
#define MAX_JOBS 256

static bool is_short(const char *text)
{
    return text != NULL && text[0] != '\0' && strlen(text) <= RACTOR_SPAWN_NAME_BYTES;
}

/* ------------------------------------------------------------------ offers */

/* Under the node's lock. Where the offer is, or would be. */
static struct rt_offer **find_offer(ractor_node *node, const char *kind)
{
    struct rt_offer **at = &node->offers;
    while (*at != NULL && strcmp((*at)->kind, kind) != 0)
        at = &(*at)->next;
    return at;
}

ractor_status ractor_node_offer(ractor_node *node, const char *kind, ractor_spawn_fn spawn,
                                void *user)
{
    if (node == NULL || spawn == NULL || !is_short(kind))
        return RACTOR_EINVAL;
    size_t length = strlen(kind);
    struct rt_offer *offer = rt_calloc(1, sizeof *offer + length + 1);
    if (offer == NULL)
        return RACTOR_ENOMEM;
    offer->spawn = spawn;
    offer->user = user;
    memcpy(offer->kind, kind, length);
    (void)pthread_mutex_lock(&node->lock);
    struct rt_offer **at = find_offer(node, kind);
    bool is_known = *at != NULL;
    if (!is_known)
        *at = offer;
    (void)pthread_mutex_unlock(&node->lock);
    if (is_known)
        rt_free(offer);
    return is_known ? RACTOR_EEXIST : RACTOR_OK;
}

void ractor_node_withdraw(ractor_node *node, const char *kind)
{
    if (node == NULL || kind == NULL)
        return;
    (void)pthread_mutex_lock(&node->lock);
    struct rt_offer **at = find_offer(node, kind);
    struct rt_offer *offer = *at;
    if (offer != NULL)
        *at = offer->next;
    (void)pthread_mutex_unlock(&node->lock);
    rt_free(offer);
}

void rt_offers_free(ractor_node *node)
{
    while (node->offers != NULL) {
        struct rt_offer *next = node->offers->next;
        rt_free(node->offers);
        node->offers = next;
    }
}

/* What an offer is made of, so that it may be withdrawn meanwhile. */
struct work {
    ractor_spawn_fn spawn;
    void *user;
};

static ractor_status find_work(ractor_node *node, const char *kind, struct work *work)
{
    (void)pthread_mutex_lock(&node->lock);
    const struct rt_offer *offer = *find_offer(node, kind);
    if (offer != NULL)
        *work = (struct work){offer->spawn, offer->user};
    (void)pthread_mutex_unlock(&node->lock);
    return offer != NULL ? RACTOR_OK : RACTOR_ENOTSUP;
}

/* ------------------------------------------------------------------ spawning */

static bool find_bearer(ractor_runtime *runtime, const struct rt_spawn_wish *wish,
                        struct rt_spawn_outcome *outcome)
{
    ractor_ref found;
    if (!wish->finds_first ||
        ractor_find_name(runtime, wish->request.name, NULL, &found) != RACTOR_OK ||
        ractor_status_of(found) >= RACTOR_ACTOR_STOPPING || !ractor_is_remotable(found))
        return false;
    *outcome = (struct rt_spawn_outcome){.status = RACTOR_OK, .actor = found};
    return true;
}

static bool has_name(ractor_ref actor, const char *name)
{
    char text[RACTOR_SPAWN_NAME_BYTES + 1];
    return ractor_name_of(actor, text, sizeof text) == strlen(name) && strcmp(text, name) == 0;
}

/* What the function has made must be what was asked for, if it still lives. */
static ractor_status check_made(ractor_ref actor, const char *name)
{
    if (ractor_status_of(actor) >= RACTOR_ACTOR_STOPPING)
        return RACTOR_OK; /* the asker will hear that it has ended */
    if (ractor_is_remotable(actor) && (name == NULL || has_name(actor, name)))
        return RACTOR_OK;
    if (ractor_status_of(actor) >= RACTOR_ACTOR_STOPPING)
        return RACTOR_OK;
    ractor_stop(actor, "not what was to be spawned");
    return RACTOR_EINVAL;
}

/* Of two that look for a name at once, one spawns, and the other finds. */
static void fulfil(ractor_runtime *runtime, const struct work *work,
                   const struct rt_spawn_wish *wish, struct rt_spawn_outcome *outcome)
{
    if (find_bearer(runtime, wish, outcome))
        return;
    *outcome = (struct rt_spawn_outcome){.is_new = true};
    outcome->status = work->spawn(work->user, runtime, &wish->request, &outcome->actor);
    if (outcome->status == RACTOR_EEXIST && find_bearer(runtime, wish, outcome))
        return;
    if (outcome->status == RACTOR_OK)
        outcome->status = check_made(outcome->actor, wish->request.name);
}

ractor_status rt_offers_fulfil(ractor_node *node, const struct rt_spawn_wish *wish, ractor_ref *ref)
{
    struct rt_spawn_outcome outcome;
    struct work work;
    ractor_status status = find_work(node, wish->request.kind, &work);
    if (status != RACTOR_OK)
        return status;
    fulfil(node->runtime, &work, wish, &outcome);
    if (outcome.status == RACTOR_OK)
        *ref = outcome.actor;
    return outcome.status;
}

/* ------------------------------------------------------------------ a job */

/* Its own memory: the node may end while it runs. */
struct job {
    struct work work;
    struct rt_spawn_wish wish;
    ractor_ref session; /* the session's actor */
    uint64_t id;
    char peer[sizeof((struct rt_identity *)NULL)->name];
    char kind[RACTOR_SPAWN_NAME_BYTES + 1];
    char name[RACTOR_SPAWN_NAME_BYTES + 1];
    uint8_t args[];
};

/* Leaves NULL behind: from here on `fini` frees it. */
static ractor_status take_job(ractor_context *ctx, void *state, const void *args)
{
    struct job **given = *(struct job * *const *)args;
    (void)ctx;
    *(struct job **)state = *given;
    *given = NULL;
    return RACTOR_OK;
}

static ractor_status do_job(ractor_context *ctx, void *state)
{
    const struct job *job = *(struct job **)state;
    struct rt_spawn_answer answer = {.id = job->id};
    fulfil(ractor_context_runtime(ctx), &job->work, &job->wish, &answer.outcome);
    ractor_unit nothing;
    ractor_status status = ractor_call(job->session, &rt_session_type, RT_SESSION_SPAWN_ANSWER,
                                       &answer, RACTOR_TIMEOUT_NONE, &nothing, NULL);
    if (status != RACTOR_OK && answer.outcome.status == RACTOR_OK && answer.outcome.is_new)
        ractor_stop(answer.outcome.actor, "nobody waits for it"); /* the session has ended */
    ractor_stop(ractor_self(ctx), NULL);
    return RACTOR_OK;
}

static void free_job(void *state)
{
    rt_free(*(struct job **)state);
}

static const ractor_actor_class job_class = {
    .name = "remote spawn",
    .state_bytes = sizeof(struct job *),
    .pre_start = take_job,
    .post_start = do_job,
    .fini = free_job,
};

static void copy_text(char *to, ractor_bytes text)
{
    if (text.length != 0)
        memcpy(to, text.data, text.length);
    to[text.length] = '\0';
}

static struct job *new_job(const struct rt_session *session, const struct rt_note *note)
{
    struct job *job = rt_calloc(1, sizeof *job + note->data.length);
    if (job == NULL)
        return NULL;
    job->session = session->actor;
    job->id = note->number;
    (void)snprintf(job->peer, sizeof job->peer, "%s", session->info.peer_name);
    copy_text(job->kind, note->text);
    copy_text(job->name, note->extra);
    if (note->data.length != 0)
        memcpy(job->args, note->data.data, note->data.length);
    job->wish = (struct rt_spawn_wish){
        .request = {.peer = job->peer,
                    .kind = job->kind,
                    .name = note->extra.length != 0 ? job->name : NULL,
                    .args = {note->data.length != 0 ? job->args : NULL, note->data.length}},
        .finds_first = (note->flags & RT_SPAWN_FINDS_FIRST) != 0,
    };
    return job;
}

/* ------------------------------------------------------------------ what a peer asks */

static bool is_name(ractor_bytes text)
{
    return text.length <= RACTOR_SPAWN_NAME_BYTES && rt_wire_is_name(text);
}

static ractor_status check_question(const struct rt_session *session, const struct rt_note *note)
{
    bool finds_first = (note->flags & RT_SPAWN_FINDS_FIRST) != 0;
    if (note->text.length == 0 || !is_name(note->text) || !is_name(note->extra) ||
        (finds_first && note->extra.length == 0))
        return RACTOR_EINVAL;
    if (note->data.length > RACTOR_SPAWN_ARGS_BYTES)
        return RACTOR_ELIMIT;
    /* relaxed: only the session's actor takes away from it. */
    if (atomic_load_explicit(&session->n_jobs, memory_order_relaxed) >= MAX_JOBS)
        return RACTOR_EOVERLOAD;
    return RACTOR_OK;
}

static ractor_status start_job(struct rt_session *session, const struct rt_note *note)
{
    ractor_spawn_options options = {.supervisor = session->node->server};
    ractor_ref actor;
    struct job **given;
    ractor_status status = check_question(session, note);
    if (status != RACTOR_OK)
        return status;
    struct job *job = new_job(session, note);
    if (job == NULL)
        return RACTOR_ENOMEM;
    status = find_work(session->node, job->kind, &job->work);
    if (status != RACTOR_OK) {
        rt_free(job);
        return status;
    }
    (void)atomic_fetch_add_explicit(&session->n_jobs, 1, memory_order_relaxed);
    given = &job;
    status = ractor_spawn(session->node->runtime, &job_class, &options, &given, &actor);
    rt_free(job);
    if (status != RACTOR_OK)
        (void)atomic_fetch_sub_explicit(&session->n_jobs, 1, memory_order_relaxed);
    return status;
}

void rt_offers_asked(struct rt_session *session, const struct rt_note *note)
{
    struct rt_note answer = {.number = note->number};
    struct rt_control_out out = {.kind = RT_CONTROL_SPAWN_ANSWER, .notes = &answer, .n_notes = 1};
    ractor_status status = start_job(session, note);
    if (status == RACTOR_OK)
        return;
    answer.status = (uint64_t) - (int64_t)status;
    rt_session_send_control(session, &out);
}

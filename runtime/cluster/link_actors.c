/* SPDX-License-Identifier: MIT */
#include "cluster/link.h"

#include "base/alloc.h"
#include "base/log.h"

#include <ractor/actor.h>

#include <openssl/evp.h>

#include <string.h>

static struct rt_pair pid_key(uint64_t pid)
{
    struct rt_pair key = {pid, 0};
    return key;
}

/* Two names share a digest's first 16 bytes only if somebody breaks SHA-256. */
static ractor_status name_key(const char *name, struct rt_pair *key)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    if (EVP_Digest(name, strlen(name), digest, NULL, EVP_sha256(), NULL) != 1)
        return RACTOR_ENOMEM;
    memcpy(key, digest, sizeof *key);
    return RACTOR_OK;
}

static size_t cost_of(const struct rt_actor_entry *entry, size_t type_length)
{
    return RT_ANNOUNCED_ACTOR_BYTES + type_length +
           (entry->has_name ? RT_ANNOUNCED_NAME_BYTES + entry->name.length : 0);
}

ractor_status rt_remote_actor_new(struct rt_link *link, const struct rt_actor_entry *entry,
                                  struct rt_remote_actor **actor)
{
    size_t length =
        entry->type.length < RT_TYPE_NAME_BYTES ? entry->type.length : RT_TYPE_NAME_BYTES;
    size_t cost = cost_of(entry, length);
    if (!rt_account_take(&link->announced, cost))
        return RACTOR_ELIMIT;
    struct rt_remote_actor *made = rt_calloc(1, sizeof *made + length + 1);
    if (made == NULL) {
        rt_account_give(&link->announced, cost);
        return RACTOR_ENOMEM;
    }
    made->pid = entry->pid;
    made->fingerprint = entry->fingerprint;
    made->counted_bytes = cost;
    if (length != 0)
        memcpy(made->type, entry->type.data, length);
    *actor = made;
    return RACTOR_OK;
}

ractor_status rt_link_add_actor(struct rt_link *link, struct rt_remote_actor *actor,
                                const char *name)
{
    ractor_status status = RACTOR_OK;
    if (name != NULL)
        status = name_key(name, &actor->name_key);
    if (status != RACTOR_OK)
        return status;
    (void)pthread_mutex_lock(&link->lock);
    status = rt_pair_map_add(&link->remotes, pid_key(actor->pid), actor);
    if (status == RACTOR_OK && name != NULL) {
        /* A name that is taken: its former bearer's end has not arrived yet. The younger wins. */
        struct rt_remote_actor *former = rt_pair_map_take(&link->names, actor->name_key);
        if (former != NULL)
            former->has_name = false;
        status = rt_pair_map_add(&link->names, actor->name_key, actor);
        actor->has_name = status == RACTOR_OK;
        if (status != RACTOR_OK)
            (void)rt_pair_map_take(&link->remotes, pid_key(actor->pid));
    }
    (void)pthread_mutex_unlock(&link->lock);
    return status;
}

static ractor_status find(struct rt_link *link, const struct rt_pair_map *map, struct rt_pair key,
                          ractor_ref *ref)
{
    (void)pthread_mutex_lock(&link->lock);
    const struct rt_remote_actor *actor = rt_pair_map_find(map, key);
    if (actor != NULL)
        *ref = actor->ref;
    (void)pthread_mutex_unlock(&link->lock);
    return actor != NULL ? RACTOR_OK : RACTOR_ENOENT;
}

ractor_status rt_link_find_actor(struct rt_link *link, uint64_t pid, ractor_ref *ref)
{
    return find(link, &link->remotes, pid_key(pid), ref);
}

ractor_status rt_link_find_name(struct rt_link *link, const char *name, ractor_ref *ref)
{
    struct rt_pair key;
    ractor_ref found;
    ractor_status status = name_key(name, &key);
    if (status == RACTOR_OK)
        status = find(link, &link->names, key, &found);
    if (status != RACTOR_OK)
        return status;
    /* An actor that ends is taken out of the names after its end has been told. */
    if (ractor_status_of(found) == RACTOR_ACTOR_STOPPED)
        return RACTOR_ENOENT;
    *ref = found;
    return RACTOR_OK;
}

struct rt_remote_actor *rt_link_take_actor(struct rt_link *link, uint64_t pid)
{
    (void)pthread_mutex_lock(&link->lock);
    struct rt_remote_actor *actor = rt_pair_map_take(&link->remotes, pid_key(pid));
    if (actor != NULL) {
        if (actor->has_name)
            (void)rt_pair_map_take(&link->names, actor->name_key);
        for (struct rt_pending_call *call = actor->calls; call != NULL; call = call->next) {
            struct rt_pair key = {actor->pid, call->tag};
            (void)rt_pair_map_take(&link->calls, key);
        }
    }
    (void)pthread_mutex_unlock(&link->lock);
    return actor;
}

void rt_link_measure(struct rt_link *link, ractor_session_info *info)
{
    (void)pthread_mutex_lock(&link->lock);
    info->n_remote_actors = link->remotes.count;
    info->out_bytes = link->unsent_bytes;
    (void)pthread_mutex_unlock(&link->lock);
    info->announced_bytes = rt_account_taken(&link->announced);
}

/* As an actor that takes such messages is known by. */
static uint64_t fingerprint_for(const struct rt_outbound *message, const ractor_message_type *type)
{
    return message->job != NULL ? rt_factory_fingerprint(type->fingerprint) : type->fingerprint;
}

static void refuse_type(struct rt_link *link, struct rt_remote_actor *actor,
                        const struct rt_outbound *message)
{
    const ractor_message_type *type = message->type;
    bool is_job = message->job != NULL;
    if (actor->was_refused)
        return;
    actor->was_refused = true;
    if (actor->fingerprint == rt_factory_fingerprint(fingerprint_for(message, type))) {
        rt_logf(ractor_runtime_log(link->runtime), RACTOR_LOG_ERROR,
                "actor %llu of the peer, which takes %s, is %s factory: it was sent %s",
                (unsigned long long)actor->pid, actor->type, is_job ? "no" : "a",
                is_job ? "a job" : "what is no job");
        return;
    }
    rt_logf(ractor_runtime_log(link->runtime), RACTOR_LOG_ERROR,
            "actor %llu of the peer takes %s with the fingerprint %016llx, this node's %s has "
            "%016llx: the schemas differ",
            (unsigned long long)actor->pid, actor->type, (unsigned long long)actor->fingerprint,
            type->name, (unsigned long long)type->fingerprint);
}

/* Whether an actor with this fingerprint takes the message: its enum's, or one of a part of it. */
static bool takes(uint64_t fingerprint, const struct rt_outbound *message)
{
    const ractor_message_type *whole = message->type->whole;
    return fingerprint == fingerprint_for(message, message->type) ||
           (whole != NULL && fingerprint == fingerprint_for(message, whole));
}

ractor_status rt_link_check_type(struct rt_link *link, uint64_t pid,
                                 const struct rt_outbound *message)
{
    const ractor_message_type *type = message->type;
    bool is_job = message->job != NULL;
    if (type->fingerprint == 0 ||
        (link->checked_pid == pid && link->checked_type == type && link->checked_job == is_job))
        return RACTOR_OK;
    struct rt_remote_actor *actor = rt_pair_map_find(&link->remotes, pid_key(pid));
    if (actor != NULL && actor->fingerprint != 0 && !takes(actor->fingerprint, message)) {
        refuse_type(link, actor, message);
        return RACTOR_ETYPE;
    }
    link->checked_pid = pid;
    link->checked_type = type;
    link->checked_job = is_job;
    return RACTOR_OK;
}

static struct rt_pending_call *new_call(struct rt_link *link)
{
    struct rt_pending_call *call = link->free_calls;
    if (call == NULL)
        return rt_alloc(sizeof *call);
    link->free_calls = call->next;
    return call;
}

ractor_status rt_link_add_call(struct rt_link *link, uint64_t pid, uint64_t tag, ractor_port port)
{
    /* The actor may have ended since the caller looked: such a call would wait for nothing. */
    struct rt_remote_actor *callee = rt_pair_map_find(&link->remotes, pid_key(pid));
    if (callee == NULL)
        return RACTOR_ENOENT;
    struct rt_pending_call *call = new_call(link);
    if (call == NULL)
        return RACTOR_ENOMEM;
    *call = (struct rt_pending_call){.port = port, .tag = tag, .callee = callee};
    struct rt_pair key = {pid, tag};
    ractor_status status = rt_pair_map_add(&link->calls, key, call);
    if (status != RACTOR_OK) {
        rt_free(call);
        return status == RACTOR_EEXIST ? RACTOR_EINVAL : status;
    }
    call->next = callee->calls;
    if (call->next != NULL)
        call->next->previous = call;
    callee->calls = call;
    return RACTOR_OK;
}

static void unlist(struct rt_pending_call *call)
{
    if (call->next != NULL)
        call->next->previous = call->previous;
    if (call->previous != NULL)
        call->previous->next = call->next;
    else
        call->callee->calls = call->next;
}

bool rt_link_take_call(struct rt_link *link, uint64_t incarnation, uint64_t pid, uint64_t tag,
                       ractor_port *port)
{
    struct rt_pending_call *call = NULL;
    struct rt_pair key = {pid, tag};
    (void)pthread_mutex_lock(&link->lock);
    if (link->is_open && link->incarnation == incarnation)
        call = rt_pair_map_take(&link->calls, key);
    if (call != NULL) {
        *port = call->port;
        unlist(call);
        call->next = link->free_calls;
        link->free_calls = call;
    }
    (void)pthread_mutex_unlock(&link->lock);
    return call != NULL;
}

void rt_remote_actor_free(struct rt_link *link, struct rt_remote_actor *actor, ractor_status status)
{
    while (actor->calls != NULL) {
        struct rt_pending_call *call = actor->calls;
        actor->calls = call->next;
        (void)ractor_port_fail(&call->port, status);
        rt_free(call);
    }
    rt_account_give(&link->announced, actor->counted_bytes);
    rt_free(actor);
}

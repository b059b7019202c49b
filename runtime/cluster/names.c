/* SPDX-License-Identifier: MIT */
#include "cluster/names.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/hash.h"
#include "cluster/offers.h"
#include "cluster/session.h"

#include <ractor/supervision.h>

#include <stdio.h>
#include <string.h>

struct rt_name_claim {
    struct rt_cluster_name *name;
    struct rt_name_claim *next; /* of the name */
    struct rt_session *session; /* whose peer claims it; NULL: this node */
    uint64_t pid;               /* on its node */
    uint64_t time_ns;
    ractor_ref actor; /* of this node */
    ractor_name_policy policy;
};

struct rt_cluster_name {
    UT_hash_handle hh;
    struct rt_name_claim *claims;
    size_t length;
    char text[];
};

bool rt_names_precedes(uint64_t a_ns, const char *a, uint64_t b_ns, const char *b)
{
    return a_ns != b_ns ? a_ns < b_ns : strcmp(a, b) < 0;
}

bool rt_names_init(struct rt_names *names)
{
    rt_pair_map_init(&names->own, 0);
    return pthread_mutex_init(&names->lock, NULL) == 0;
}

/* ------------------------------------------------------------------ the table; under the lock */

static struct rt_cluster_name *find_name(const struct rt_names *names, ractor_string text)
{
    struct rt_cluster_name *name = NULL;
    HASH_FIND(hh, names->table, text.data, text.length, name);
    return name;
}

static struct rt_cluster_name *get_name(struct rt_names *names, ractor_string text)
{
    struct rt_cluster_name *name = find_name(names, text);
    if (name != NULL)
        return name;
    name = rt_calloc(1, sizeof *name + text.length + 1);
    if (name == NULL)
        return NULL;
    memcpy(name->text, text.data, text.length);
    name->length = text.length;
    HASH_ADD_KEYPTR(hh, names->table, name->text, name->length, name);
    if (name->hh.tbl != NULL)
        return name;
    rt_free(name);
    return NULL;
}

/* A name that nobody claims is forgotten. */
static void drop_unclaimed(struct rt_names *names, struct rt_cluster_name *name)
{
    if (name->claims != NULL)
        return;
    HASH_DELETE(hh, names->table, name);
    rt_free(name);
}

static struct rt_name_claim *claim_of(const struct rt_cluster_name *name,
                                      const struct rt_session *session)
{
    struct rt_name_claim *claim = name->claims;
    while (claim != NULL && claim->session != session)
        claim = claim->next;
    return claim;
}

/* The claims of one node, by pid: an actor has one name at most. */
static struct rt_pair_map *claims_of(struct rt_names *names, struct rt_session *session)
{
    return session != NULL ? &session->claims : &names->own;
}

static size_t cost_of(const struct rt_cluster_name *name)
{
    return RT_ANNOUNCED_CLAIM_BYTES + name->length;
}

/* The name and the node's claims keep it. The actor has none. RACTOR_ENOMEM. */
static ractor_status add_claim(struct rt_names *names, struct rt_cluster_name *name,
                               struct rt_session *session, uint64_t pid,
                               struct rt_name_claim **claim)
{
    struct rt_name_claim *made = rt_calloc(1, sizeof *made);
    if (made == NULL)
        return RACTOR_ENOMEM;
    made->name = name;
    made->session = session;
    made->pid = pid;
    ractor_status status =
        rt_pair_map_add(claims_of(names, session), (struct rt_pair){pid, 0}, made);
    if (status != RACTOR_OK) {
        rt_free(made);
        return RACTOR_ENOMEM;
    }
    made->next = name->claims;
    name->claims = made;
    *claim = made;
    return RACTOR_OK;
}

/* Its node's claims may still have it. Also frees the name, when it was the last one. */
static void drop_claim(struct rt_names *names, struct rt_name_claim *claim)
{
    struct rt_cluster_name *name = claim->name;
    struct rt_name_claim **at = &name->claims;
    while (*at != claim)
        at = &(*at)->next;
    *at = claim->next;
    if (claim->session != NULL)
        rt_account_give(&claim->session->link->announced, cost_of(name));
    rt_free(claim);
    drop_unclaimed(names, name);
}

static void free_claim(struct rt_names *names, struct rt_name_claim *claim)
{
    (void)rt_pair_map_take(claims_of(names, claim->session), (struct rt_pair){claim->pid, 0});
    drop_claim(names, claim);
}

static const char *node_of(const ractor_node *node, const struct rt_name_claim *claim)
{
    return claim->session != NULL ? claim->session->handshake.peer.name : node->identity.name;
}

/* The claim that counts. */
static struct rt_name_claim *first_claim(const ractor_node *node,
                                         const struct rt_cluster_name *name)
{
    struct rt_name_claim *first = name->claims;
    for (struct rt_name_claim *c = first; c != NULL; c = c->next) {
        if (rt_names_precedes(c->time_ns, node_of(node, c), first->time_ns, node_of(node, first)))
            first = c;
    }
    return first;
}

void rt_names_fini(struct rt_names *names)
{
    struct rt_cluster_name *name, *next;
    HASH_ITER(hh, names->table, name, next)
    {
        while (name->claims->next != NULL)
            free_claim(names, name->claims);
        free_claim(names, name->claims);
    }
    rt_pair_map_fini(&names->own);
    (void)pthread_mutex_destroy(&names->lock);
}

/* ------------------------------------------------------------------ telling; under the lock */

static struct rt_name_change change_of(const struct rt_name_claim *claim, bool is_claim)
{
    struct rt_name_change change = {
        .is_claim = is_claim, .actor = claim->actor, .time_ns = claim->time_ns};
    memcpy(change.name, claim->name->text, claim->name->length + 1);
    return change;
}

static void tell_all(ractor_node *node, const struct rt_name_claim *claim, bool is_claim)
{
    struct rt_name_change change = change_of(claim, is_claim);
    (void)pthread_mutex_lock(&node->lock);
    for (const struct rt_session *s = node->sessions; s != NULL; s = s->next) {
        if (s->is_closed || s->names_hearer.cell == NULL)
            continue;
        /* A peer that has missed a change would not agree any more: it begins anew. */
        if (ractor_send(s->names_hearer, &rt_session_type, RT_SESSION_NAME_CHANGE, &change) ==
            RACTOR_ENOMEM)
            ractor_kill(s->names_hearer);
    }
    (void)pthread_mutex_unlock(&node->lock);
}

ractor_status rt_names_subscribe(struct rt_session *session, ractor_ref hearer,
                                 struct rt_name_change **claims, size_t *n)
{
    struct rt_names *names = &session->node->names;
    const struct rt_name_claim *claim;
    size_t cursor = 0;
    *n = 0;
    (void)pthread_mutex_lock(&names->lock);
    *claims = rt_calloc(names->own.count + 1, sizeof **claims);
    while (*claims != NULL && (claim = rt_pair_map_next(&names->own, &cursor)) != NULL)
        (*claims)[(*n)++] = change_of(claim, true);
    if (*claims != NULL)
        session->names_hearer = hearer;
    (void)pthread_mutex_unlock(&names->lock);
    return *claims != NULL ? RACTOR_OK : RACTOR_ENOMEM;
}

/* ------------------------------------------------------------------ losing */

/* Who has lost a name to whom, to be told when the lock is free. */
struct loss {
    ractor_ref loser;
    ractor_ref winner; /* none when it is not known here yet */
    ractor_name_policy policy;
    char name[RACTOR_CLUSTER_NAME_BYTES + 1];
};

/* Under the lock. Takes this node's claim back if it is not the one that counts. */
static bool find_loss(ractor_node *node, struct rt_cluster_name *name, struct loss *loss)
{
    struct rt_name_claim *own = claim_of(name, NULL);
    const struct rt_name_claim *first = first_claim(node, name);
    if (own == NULL || first == own)
        return false;
    loss->loser = own->actor;
    loss->policy = own->policy;
    loss->winner = (ractor_ref){NULL, 0};
    (void)rt_link_find_actor(first->session->link, first->pid, &loss->winner);
    memcpy(loss->name, name->text, name->length + 1);
    tell_all(node, own, false);
    free_claim(&node->names, own);
    return true;
}

static void tell_loser(const ractor_node *node, const struct loss *loss, const char *peer)
{
    char reason[RACTOR_CLUSTER_NAME_BYTES + 16];
    rt_logf(node->log, RACTOR_LOG_WARN, "actor %llu has lost the name %s to one of %s",
            (unsigned long long)loss->loser.pid, loss->name, peer);
    if (loss->policy == RACTOR_NAME_TELL &&
        ractor_tell_name_lost(loss->loser, loss->name, loss->winner) == RACTOR_OK)
        return;
    (void)snprintf(reason, sizeof reason, "name taken: %s", loss->name);
    ractor_stop(loss->loser, reason);
}

/* ------------------------------------------------------------------ what peers tell */

static bool is_usable(ractor_bytes text)
{
    return text.length != 0 && text.length <= RACTOR_CLUSTER_NAME_BYTES && rt_wire_is_name(text);
}

/* Under the lock. The claim of a peer's actor to a name to which the peer has none. */
static ractor_status new_claim(struct rt_session *session, ractor_string text, uint64_t pid,
                               struct rt_name_claim **claim)
{
    struct rt_names *names = &session->node->names;
    struct rt_account *account = &session->link->announced;
    struct rt_cluster_name *name = get_name(names, text);
    if (name == NULL)
        return RACTOR_ENOMEM;
    ractor_status status = RACTOR_ELIMIT;
    if (rt_account_take(account, cost_of(name))) {
        status = add_claim(names, name, session, pid, claim);
        if (status != RACTOR_OK)
            rt_account_give(account, cost_of(name));
    }
    if (status != RACTOR_OK)
        drop_unclaimed(names, name);
    return status;
}

/* Under the lock. What a session claims takes the place of what it has claimed for the same actor,
 * and for the same name. */
static ractor_status take_claim(struct rt_session *session, const struct rt_note *note,
                                struct rt_cluster_name **name)
{
    struct rt_names *names = &session->node->names;
    ractor_string text = rt_wire_text(note->text);
    struct rt_name_claim *claim =
        rt_pair_map_find(&session->claims, (struct rt_pair){note->number, 0});
    bool is_same = claim != NULL && claim->name->length == text.length &&
                   memcmp(claim->name->text, text.data, text.length) == 0;
    if (!is_same) {
        if (claim != NULL)
            free_claim(names, claim);
        struct rt_cluster_name *found = find_name(names, text);
        claim = found != NULL ? claim_of(found, session) : NULL;
        if (claim != NULL)
            free_claim(names, claim);
        ractor_status status = new_claim(session, text, note->number, &claim);
        if (status != RACTOR_OK)
            return status;
    }
    claim->time_ns = note->detail;
    *name = claim->name;
    return RACTOR_OK;
}

ractor_status rt_names_claimed(struct rt_session *session, const struct rt_note *note)
{
    ractor_node *node = session->node;
    struct rt_cluster_name *name = NULL;
    struct loss loss;
    bool has_lost = false;
    if (!is_usable(note->text))
        return RACTOR_EPROTO;
    (void)pthread_mutex_lock(&node->names.lock);
    ractor_status status = take_claim(session, note, &name);
    if (status == RACTOR_OK)
        has_lost = find_loss(node, name, &loss);
    (void)pthread_mutex_unlock(&node->names.lock);
    if (has_lost)
        tell_loser(node, &loss, session->handshake.peer.name);
    return status;
}

void rt_names_dropped(struct rt_session *session, const struct rt_note *note)
{
    struct rt_names *names = &session->node->names;
    if (!is_usable(note->text))
        return;
    (void)pthread_mutex_lock(&names->lock);
    struct rt_cluster_name *name = find_name(names, rt_wire_text(note->text));
    struct rt_name_claim *claim = name != NULL ? claim_of(name, session) : NULL;
    if (claim != NULL && claim->pid == note->number)
        free_claim(names, claim);
    (void)pthread_mutex_unlock(&names->lock);
}

void rt_names_peer_actor_ended(struct rt_session *session, uint64_t pid)
{
    struct rt_names *names = &session->node->names;
    if (session->claims.count == 0)
        return; /* only the loop adds */
    (void)pthread_mutex_lock(&names->lock);
    struct rt_name_claim *claim = rt_pair_map_find(&session->claims, (struct rt_pair){pid, 0});
    if (claim != NULL)
        free_claim(names, claim);
    (void)pthread_mutex_unlock(&names->lock);
}

void rt_names_session_ended(struct rt_session *session)
{
    struct rt_names *names = &session->node->names;
    (void)pthread_mutex_lock(&names->lock);
    session->names_hearer = (ractor_ref){NULL, 0};
    struct rt_name_claim *claim;
    size_t cursor = 0;
    while ((claim = rt_pair_map_next(&session->claims, &cursor)) != NULL)
        drop_claim(names, claim);
    rt_pair_map_fini(&session->claims);
    (void)pthread_mutex_unlock(&names->lock);
}

/* ------------------------------------------------------------------ this node's actors */

/* A simulated node's calendar is its world's time. */
static uint64_t calendar_ns(const ractor_node *node)
{
    return node->network != NULL ? ractor_now_ns(node->runtime) : rt_calendar_ns();
}

/* Under the lock: the actor has no name, and the name no bearer. */
static ractor_status claim_for(ractor_node *node, ractor_string text, ractor_ref actor,
                               ractor_name_policy policy)
{
    struct rt_names *names = &node->names;
    struct rt_cluster_name *name = get_name(names, text);
    if (name == NULL)
        return RACTOR_ENOMEM;
    struct rt_name_claim *claim;
    ractor_status status = add_claim(names, name, NULL, actor.pid, &claim);
    if (status != RACTOR_OK) {
        drop_unclaimed(names, name);
        return status;
    }
    claim->actor = actor;
    claim->policy = policy;
    claim->time_ns = calendar_ns(node);
    tell_all(node, claim, true);
    return RACTOR_OK;
}

/* Under the lock. The claim of an actor of this node, if it is alive; else it is taken back. */
static struct rt_name_claim *living_claim(ractor_node *node, struct rt_name_claim *claim)
{
    if (claim == NULL || ractor_status_of(claim->actor) < RACTOR_ACTOR_STOPPING)
        return claim;
    tell_all(node, claim, false);
    free_claim(&node->names, claim);
    return NULL;
}

/* Under the lock. */
static ractor_status register_actor(ractor_node *node, ractor_string text, ractor_ref actor,
                                    ractor_name_policy policy)
{
    struct rt_names *names = &node->names;
    const struct rt_name_claim *present =
        living_claim(node, rt_pair_map_find(&names->own, (struct rt_pair){actor.pid, 0}));
    struct rt_cluster_name *name = find_name(names, text);
    if (name != NULL) {
        struct rt_name_claim *rival = claim_of(name, NULL);
        if (rival != NULL && living_claim(node, rival) == NULL)
            name = find_name(names, text); /* it may have gone with the claim */
    }
    if (present != NULL)
        return present->name == name ? RACTOR_OK : RACTOR_EEXIST;
    if (name != NULL)
        return RACTOR_EEXIST;
    ractor_status status = claim_for(node, text, actor, policy);
    /* Ended before the claim was there to be taken back: its monitor may have told already. */
    if (status == RACTOR_OK &&
        living_claim(node, rt_pair_map_find(&names->own, (struct rt_pair){actor.pid, 0})) == NULL)
        return RACTOR_ENOENT;
    return status;
}

ractor_status ractor_cluster_register(ractor_node *node, const char *name, ractor_ref actor,
                                      ractor_name_policy policy)
{
    ractor_string text = ractor_string_from(name);
    if (node == NULL || !is_usable((ractor_bytes){(const uint8_t *)text.data, text.length}) ||
        (policy != RACTOR_NAME_STOP && policy != RACTOR_NAME_TELL))
        return RACTOR_EINVAL;
    if (ractor_status_of(actor) >= RACTOR_ACTOR_STOPPING)
        return RACTOR_ENOENT;
    if (!ractor_is_remotable(actor))
        return RACTOR_EINVAL;
    ractor_status status = ractor_monitor(node->server, actor);
    if (status != RACTOR_OK)
        return status;
    (void)pthread_mutex_lock(&node->names.lock);
    status = register_actor(node, text, actor, policy);
    (void)pthread_mutex_unlock(&node->names.lock);
    return status;
}

void rt_names_actor_ended(ractor_node *node, ractor_ref actor)
{
    struct rt_names *names = &node->names;
    (void)pthread_mutex_lock(&names->lock);
    struct rt_name_claim *claim = rt_pair_map_find(&names->own, (struct rt_pair){actor.pid, 0});
    if (claim != NULL) {
        tell_all(node, claim, false);
        free_claim(names, claim);
    }
    (void)pthread_mutex_unlock(&names->lock);
}

ractor_status ractor_cluster_unregister(ractor_node *node, const char *name, ractor_ref actor)
{
    ractor_status status = RACTOR_ENOENT;
    if (node == NULL || name == NULL)
        return RACTOR_EINVAL;
    (void)pthread_mutex_lock(&node->names.lock);
    struct rt_name_claim *claim =
        rt_pair_map_find(&node->names.own, (struct rt_pair){actor.pid, 0});
    if (claim != NULL && strcmp(claim->name->text, name) == 0) {
        tell_all(node, claim, false);
        free_claim(&node->names, claim);
        status = RACTOR_OK;
    }
    (void)pthread_mutex_unlock(&node->names.lock);
    return status;
}

ractor_status ractor_cluster_whereis(ractor_node *node, const char *name, ractor_ref *ref)
{
    ractor_ref found = {NULL, 0};
    if (node == NULL || name == NULL)
        return RACTOR_EINVAL;
    (void)pthread_mutex_lock(&node->names.lock);
    const struct rt_cluster_name *entry = find_name(&node->names, ractor_string_from(name));
    const struct rt_name_claim *first = entry != NULL ? first_claim(node, entry) : NULL;
    if (first != NULL && first->session == NULL)
        found = first->actor;
    else if (first != NULL)
        (void)rt_link_find_actor(first->session->link, first->pid, &found);
    (void)pthread_mutex_unlock(&node->names.lock);
    if (ractor_status_of(found) >= RACTOR_ACTOR_STOPPING)
        return RACTOR_ENOENT;
    *ref = found;
    return RACTOR_OK;
}

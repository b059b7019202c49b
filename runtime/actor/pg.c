/* SPDX-License-Identifier: MIT */
/*
 * A membership is a node in two lists: that of its group, in the order of joining, and that of its
 * actor. All of it is guarded by one lock; events are linked into mailboxes under it, so that they
 * tell of changes in the order in which these happened.
 */
#include "actor/pg.h"

#include "actor/cell.h"
#include "actor/event.h"
#include "actor/remote.h"
#include "actor/runtime.h"
#include "base/account.h"
#include "base/alloc.h"
#include "base/hash.h"

#include <ractor/pg.h>

#include <stddef.h>
#include <string.h>

struct rt_membership {
    struct rt_group *group;
    ractor_ref actor;
    struct rt_membership *next_in_group;
    struct rt_membership **back_in_group;
    struct rt_membership *next_of_actor;
    struct rt_membership **back_of_actor;
    struct rt_account *account; /* that it is had on; NULL: none */
};

struct rt_group {
    UT_hash_handle hh;
    struct rt_membership *first;
    struct rt_membership **end;
    size_t n_members;
    size_t scope_length;
    size_t group_length;
    char key[]; /* scope NUL group NUL */
};

struct rt_group_monitor {
    struct rt_group_monitor *next;
    ractor_ref watcher;
    size_t scope_length;
    char key[]; /* scope NUL group NUL */
};

static const char *group_name(const struct rt_group *group)
{
    return group->key + group->scope_length + 1;
}

bool rt_groups_init(struct rt_groups *groups)
{
    return pthread_rwlock_init(&groups->lock, NULL) == 0;
}

void rt_groups_fini(struct rt_groups *groups)
{
    while (groups->monitors != NULL) {
        struct rt_group_monitor *next = groups->monitors->next;
        rt_free(groups->monitors);
        groups->monitors = next;
    }
    (void)pthread_rwlock_destroy(&groups->lock);
}

/* ------------------------------------------------------------------ keys */

/* "scope NUL group NUL" on the heap, with `header` bytes before it. */
static void *new_with_key(size_t header, const char *scope, const char *group)
{
    size_t scope_bytes = strlen(scope) + 1;
    size_t group_bytes = strlen(group) + 1;
    unsigned char *made = rt_calloc(1, header + scope_bytes + group_bytes);
    if (made == NULL)
        return NULL;
    memcpy(made + header, scope, scope_bytes);
    memcpy(made + header + scope_bytes, group, group_bytes);
    return made;
}

static const char *scope_or_default(const char *scope)
{
    return scope != NULL ? scope : RACTOR_PG_DEFAULT_SCOPE;
}

/* A table of thousands of groups is searched by key; a look at one group needs no heap for it. */
static struct rt_group *find_group(struct rt_groups *groups, const char *scope, const char *group)
{
    char small[256];
    size_t scope_length = strlen(scope);
    size_t group_length = strlen(group);
    size_t key_length = scope_length + 1 + group_length;
    char *key = key_length < sizeof small ? small : rt_alloc(key_length + 1);
    struct rt_group *found = NULL;
    if (key == NULL)
        return NULL;
    memcpy(key, scope, scope_length + 1);
    memcpy(key + scope_length + 1, group, group_length + 1);
    HASH_FIND(hh, groups->groups, key, key_length, found);
    if (key != small)
        rt_free(key);
    return found;
}

static struct rt_group *find_or_add_group(struct rt_groups *groups, const char *scope,
                                          const char *group)
{
    struct rt_group *found = find_group(groups, scope, group);
    if (found != NULL)
        return found;
    struct rt_group *made = new_with_key(offsetof(struct rt_group, key), scope, group);
    if (made == NULL)
        return NULL;
    made->scope_length = strlen(scope);
    made->group_length = strlen(group);
    made->end = &made->first;
    HASH_ADD_KEYPTR(hh, groups->groups, made->key, made->scope_length + 1 + made->group_length,
                    made);
    if (made->hh.tbl != NULL)
        return made;
    rt_free(made);
    return NULL;
}

static void drop_if_empty(struct rt_groups *groups, struct rt_group *group)
{
    if (group->n_members != 0)
        return;
    HASH_DELETE(hh, groups->groups, group);
    rt_free(group);
}

/* ------------------------------------------------------------------ telling */

static bool monitor_wants(const struct rt_group_monitor *monitor, const struct rt_group *group)
{
    const char *monitored_group = monitor->key + monitor->scope_length + 1;
    if (strcmp(monitor->key, RACTOR_PG_ALL_SCOPES) == 0)
        return true;
    if (strcmp(monitor->key, group->key) != 0)
        return false;
    return strcmp(monitored_group, RACTOR_PG_ALL_GROUPS) == 0 ||
           strcmp(monitored_group, group_name(group)) == 0;
}

static struct rt_event *new_group_event(ractor_event_kind kind, ractor_ref watcher,
                                        const struct rt_group *group, const ractor_ref *members,
                                        size_t n_members)
{
    size_t key_bytes = group->scope_length + 1 + group->group_length;
    struct rt_event *event = rt_event_new(kind, watcher, n_members * sizeof *members + key_bytes);
    if (event == NULL)
        return NULL;
    char *key = (char *)event->data + n_members * sizeof *members;
    memcpy(event->data, members, n_members * sizeof *members);
    memcpy(key, group->key, key_bytes);
    event->content.members = (const ractor_ref *)(const void *)event->data;
    event->content.n_members = (uint32_t)n_members;
    event->content.scope = (ractor_string){key, group->scope_length};
    event->content.group = (ractor_string){key + group->scope_length + 1, group->group_length};
    return event;
}

/* Under the lock. */
static void tell(struct rt_groups *groups, ractor_runtime *runtime, ractor_event_kind kind,
                 const struct rt_group *group, const ractor_ref *members, size_t n_members)
{
    for (struct rt_group_monitor *m = groups->monitors; m != NULL && n_members > 0; m = m->next) {
        if (!monitor_wants(m, group))
            continue;
        struct rt_event *event = new_group_event(kind, m->watcher, group, members, n_members);
        if (event != NULL)
            rt_event_send(event);
        else
            rt_logf(&runtime->log, RACTOR_LOG_ERROR, "no memory to tell a monitor of group %s",
                    group_name(group));
    }
}

/* ------------------------------------------------------------------ membership */

/* Looks through the actor's groups and the group's members side by side, for as long as the shorter
 * of the two lists is: an actor may be in very many groups, a group may have very many members. */
static struct rt_membership *find_membership(ractor_ref actor, const struct rt_group *group)
{
    struct rt_membership *its = actor.cell->groups;
    struct rt_membership *ours = group->first;
    while (its != NULL && ours != NULL) {
        if (its->group == group)
            return its;
        if (ours->actor.cell == actor.cell)
            return ours;
        its = its->next_of_actor;
        ours = ours->next_in_group;
    }
    return NULL;
}

/* Under the lock: an actor that has begun to leave its groups joins none. */
static bool may_join(ractor_ref actor, const struct rt_group *group)
{
    if (!rt_ref_is_alive(actor))
        return false;
    /* seq_cst, both: the actor's end sets the status and then reads has_joined; one of the two sees
     * the other (rt_groups_leave_all). */
    atomic_store_explicit(&actor.cell->has_joined, true, memory_order_seq_cst);
    return atomic_load_explicit(&actor.cell->status, memory_order_seq_cst) <
               RACTOR_ACTOR_STOPPING &&
           find_membership(actor, group) == NULL;
}

static void add_membership(struct rt_group *group, struct rt_membership *m, ractor_ref actor)
{
    m->group = group;
    m->actor = actor;
    m->next_in_group = NULL;
    m->back_in_group = group->end;
    *group->end = m;
    group->end = &m->next_in_group;
    group->n_members++;
    m->next_of_actor = actor.cell->groups;
    m->back_of_actor = &actor.cell->groups;
    if (m->next_of_actor != NULL)
        m->next_of_actor->back_of_actor = &m->next_of_actor;
    actor.cell->groups = m;
}

/* What a membership takes: itself, and the group, which may be there for it alone. */
static size_t cost_of(const struct rt_group *group)
{
    return RT_MEMBERSHIP_BYTES + group->scope_length + group->group_length;
}

/* Out of both lists; freed. */
static void remove_membership(struct rt_membership *m)
{
    *m->back_of_actor = m->next_of_actor;
    if (m->next_of_actor != NULL)
        m->next_of_actor->back_of_actor = m->back_of_actor;
    *m->back_in_group = m->next_in_group;
    if (m->next_in_group != NULL)
        m->next_in_group->back_in_group = m->back_in_group;
    else
        m->group->end = m->back_in_group;
    m->group->n_members--;
    if (m->account != NULL)
        rt_account_give(m->account, cost_of(m->group));
    rt_free(m);
}

/* Memory for all memberships before the first is added, so that a join is whole or nothing. */
static struct rt_membership *new_memberships(size_t count)
{
    struct rt_membership *list = NULL;
    for (size_t i = 0; i < count; i++) {
        struct rt_membership *m = rt_calloc(1, sizeof *m);
        if (m == NULL) {
            while (list != NULL) {
                struct rt_membership *next = list->next_of_actor;
                rt_free(list);
                list = next;
            }
            return NULL;
        }
        m->next_of_actor = list;
        list = m;
    }
    return list;
}

static void free_memberships(struct rt_membership *list)
{
    while (list != NULL) {
        struct rt_membership *next = list->next_of_actor;
        rt_free(list);
        list = next;
    }
}

static ractor_runtime *runtime_of(const ractor_ref *members, size_t n_members)
{
    for (size_t i = 0; i < n_members; i++)
        if (members[i].cell != NULL)
            return members[i].cell->runtime;
    return NULL;
}

/* Who joins, and on whose account; NULL: nobody counts. */
struct joiners {
    const ractor_ref *members;
    size_t n_members;
    struct rt_account *account;
    struct rt_membership *spare; /* one for each */
    ractor_ref *joined;          /* those that have */
    size_t n_joined;
};

/* Under the lock. Adds those that may join. RACTOR_ELIMIT: the account is empty. */
static ractor_status join_locked(struct rt_group *group, struct joiners *who)
{
    for (size_t i = 0; i < who->n_members; i++) {
        if (!may_join(who->members[i], group))
            continue;
        if (who->account != NULL && !rt_account_take(who->account, cost_of(group)))
            return RACTOR_ELIMIT;
        struct rt_membership *m = who->spare;
        who->spare = m->next_of_actor;
        m->account = who->account;
        add_membership(group, m, who->members[i]);
        who->joined[who->n_joined++] = who->members[i];
    }
    return RACTOR_OK;
}

ractor_status ractor_pg_join(const char *scope, const char *group, const ractor_ref *members,
                             size_t n_members)
{
    return ractor_remote_join(scope, group, members, n_members, NULL);
}

ractor_status ractor_remote_join(const char *scope, const char *group, const ractor_ref *members,
                                 size_t n_members, struct rt_account *account)
{
    struct joiners who = {.members = members, .n_members = n_members, .account = account};
    scope = scope_or_default(scope);
    if (group == NULL || strcmp(group, RACTOR_PG_ALL_GROUPS) == 0 ||
        strcmp(scope, RACTOR_PG_ALL_SCOPES) == 0)
        return RACTOR_EINVAL;
    ractor_runtime *runtime = runtime_of(members, n_members);
    if (runtime == NULL)
        return RACTOR_OK;
    who.spare = new_memberships(n_members);
    who.joined = rt_calloc(n_members, sizeof *who.joined);
    ractor_status status = RACTOR_ENOMEM;
    if (who.spare != NULL && who.joined != NULL) {
        struct rt_groups *groups = &runtime->groups;
        (void)pthread_rwlock_wrlock(&groups->lock);
        struct rt_group *found = find_or_add_group(groups, scope, group);
        if (found != NULL) {
            status = join_locked(found, &who);
            tell(groups, runtime, RACTOR_EVENT_GROUP_JOINED, found, who.joined, who.n_joined);
            drop_if_empty(groups, found);
        }
        (void)pthread_rwlock_unlock(&groups->lock);
    }
    free_memberships(who.spare);
    rt_free(who.joined);
    return status;
}

void ractor_pg_leave(const char *scope, const char *group, const ractor_ref *members,
                     size_t n_members)
{
    ractor_runtime *runtime = runtime_of(members, n_members);
    if (runtime == NULL || group == NULL)
        return;
    struct rt_groups *groups = &runtime->groups;
    (void)pthread_rwlock_wrlock(&groups->lock);
    struct rt_group *found = find_group(groups, scope_or_default(scope), group);
    for (size_t i = 0; found != NULL && i < n_members; i++) {
        if (!rt_ref_is_alive(members[i]))
            continue;
        struct rt_membership *m = find_membership(members[i], found);
        if (m == NULL)
            continue;
        remove_membership(m);
        tell(groups, runtime, RACTOR_EVENT_GROUP_LEFT, found, &members[i], 1);
    }
    if (found != NULL)
        drop_if_empty(groups, found);
    (void)pthread_rwlock_unlock(&groups->lock);
}

void rt_groups_leave_all(ractor_ref actor)
{
    struct rt_groups *groups = &actor.cell->runtime->groups;
    /* seq_cst: after the status was set; pairs with may_join. */
    if (!atomic_load_explicit(&actor.cell->has_joined, memory_order_seq_cst))
        return; /* and it never will have: its status is past joining */
    (void)pthread_rwlock_wrlock(&groups->lock);
    while (actor.cell->groups != NULL) {
        struct rt_group *group = actor.cell->groups->group;
        remove_membership(actor.cell->groups);
        tell(groups, actor.cell->runtime, RACTOR_EVENT_GROUP_LEFT, group, &actor, 1);
        drop_if_empty(groups, group);
    }
    (void)pthread_rwlock_unlock(&groups->lock);
}

/* ------------------------------------------------------------------ looking */

static size_t list_members(ractor_runtime *runtime, const char *scope, const char *group,
                           bool is_local_only, ractor_ref *members, size_t capacity)
{
    size_t n_members = 0;
    if (runtime == NULL || group == NULL)
        return 0;
    (void)pthread_rwlock_rdlock(&runtime->groups.lock);
    struct rt_group *found = find_group(&runtime->groups, scope_or_default(scope), group);
    for (struct rt_membership *m = found != NULL ? found->first : NULL; m != NULL;
         m = m->next_in_group) {
        if (is_local_only && rt_cell_is_remote(m->actor.cell))
            continue;
        if (n_members < capacity)
            members[n_members] = m->actor;
        n_members++;
    }
    (void)pthread_rwlock_unlock(&runtime->groups.lock);
    return n_members;
}

size_t ractor_pg_members(ractor_runtime *runtime, const char *scope, const char *group,
                         ractor_ref *members, size_t capacity)
{
    return list_members(runtime, scope, group, false, members, capacity);
}

size_t ractor_pg_local_members(ractor_runtime *runtime, const char *scope, const char *group,
                               ractor_ref *members, size_t capacity)
{
    return list_members(runtime, scope, group, true, members, capacity);
}

struct group_copy {
    struct group_copy *next;
    size_t scope_length;
    size_t n_members;
    char key[];
};

/* Under the lock. NULL at the end of the list when memory ran out, and then `*status` says so. */
static struct group_copy *copy_groups(struct rt_groups *groups, ractor_status *status)
{
    struct group_copy *list = NULL;
    struct group_copy **end = &list;
    for (struct rt_group *g = groups->groups; g != NULL; g = g->hh.next) {
        struct group_copy *copy =
            new_with_key(offsetof(struct group_copy, key), g->key, group_name(g));
        if (copy == NULL) {
            *status = RACTOR_ENOMEM;
            break;
        }
        copy->scope_length = g->scope_length;
        copy->n_members = g->n_members;
        *end = copy;
        end = &copy->next;
    }
    return list;
}

ractor_status ractor_pg_visit_groups(ractor_runtime *runtime,
                                     void (*visit)(void *user, const char *scope, const char *group,
                                                   size_t n_members),
                                     void *user)
{
    ractor_status status = RACTOR_OK;
    (void)pthread_rwlock_rdlock(&runtime->groups.lock);
    struct group_copy *list = copy_groups(&runtime->groups, &status);
    (void)pthread_rwlock_unlock(&runtime->groups.lock);
    while (list != NULL) {
        struct group_copy *next = list->next;
        if (status == RACTOR_OK)
            visit(user, list->key, list->key + list->scope_length + 1, list->n_members);
        rt_free(list);
        list = next;
    }
    return status;
}

/* ------------------------------------------------------------------ monitors */

/* Under the lock. The place of a monitor, or of the end; watchers that have ended are dropped. */
static struct rt_group_monitor **find_monitor(struct rt_groups *groups, ractor_ref watcher,
                                              const char *scope, const char *group)
{
    struct rt_group_monitor **link = &groups->monitors;
    while (*link != NULL) {
        struct rt_group_monitor *m = *link;
        if (!rt_ref_is_alive(m->watcher)) {
            *link = m->next;
            rt_free(m);
            continue;
        }
        if (ractor_ref_equal(m->watcher, watcher) && strcmp(m->key, scope) == 0 &&
            strcmp(m->key + m->scope_length + 1, group) == 0)
            break;
        link = &m->next;
    }
    return link;
}

ractor_status ractor_pg_monitor(ractor_ref watcher, const char *scope, const char *group)
{
    if (group == NULL)
        return RACTOR_EINVAL;
    if (!rt_ref_is_alive(watcher))
        return RACTOR_ENOENT;
    if (rt_cell_is_remote(watcher.cell))
        return RACTOR_ENOTSUP;
    scope = scope_or_default(scope);
    struct rt_group_monitor *monitor =
        new_with_key(offsetof(struct rt_group_monitor, key), scope, group);
    if (monitor == NULL)
        return RACTOR_ENOMEM;
    monitor->watcher = watcher;
    monitor->scope_length = strlen(scope);
    struct rt_groups *groups = &watcher.cell->runtime->groups;
    (void)pthread_rwlock_wrlock(&groups->lock);
    struct rt_group_monitor **place = find_monitor(groups, watcher, scope, group);
    if (*place == NULL) {
        *place = monitor;
        monitor = NULL;
    }
    (void)pthread_rwlock_unlock(&groups->lock);
    rt_free(monitor);
    return RACTOR_OK;
}

void ractor_pg_demonitor(ractor_ref watcher, const char *scope, const char *group)
{
    if (watcher.cell == NULL || group == NULL)
        return;
    struct rt_groups *groups = &watcher.cell->runtime->groups;
    (void)pthread_rwlock_wrlock(&groups->lock);
    struct rt_group_monitor **place = find_monitor(groups, watcher, scope_or_default(scope), group);
    struct rt_group_monitor *monitor = *place;
    if (monitor != NULL)
        *place = monitor->next;
    (void)pthread_rwlock_unlock(&groups->lock);
    rt_free(monitor);
}

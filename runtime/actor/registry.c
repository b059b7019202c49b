/* SPDX-License-Identifier: MIT */
#include "actor/registry.h"

#include "actor/cell.h"
#include "actor/event.h"
#include "actor/runtime.h"
#include "actor/tree.h"
#include "base/alloc.h"
#include "base/hash.h"

#include <ractor/registry.h>

#include <string.h>

struct rt_name {
    UT_hash_handle hh; /* in the registry when `is_public` */
    ractor_ref actor;
    bool is_public;
    size_t length;
    char text[];
};

bool rt_registry_init(struct rt_registry *registry)
{
    return pthread_rwlock_init(&registry->lock, NULL) == 0;
}

void rt_registry_fini(struct rt_registry *registry)
{
    rt_free(registry->watchers);
    (void)pthread_rwlock_destroy(&registry->lock);
}

/* ------------------------------------------------------------------ names */

ractor_status rt_registry_add(ractor_ref actor, const char *name, bool is_public)
{
    struct rt_registry *registry = &actor.cell->runtime->registry;
    size_t length = strlen(name);
    struct rt_name *entry = rt_calloc(1, sizeof *entry + length + 1);
    if (entry == NULL)
        return RACTOR_ENOMEM;
    entry->actor = actor;
    entry->is_public = is_public;
    entry->length = length;
    memcpy(entry->text, name, length + 1);

    ractor_status status = RACTOR_OK;
    (void)pthread_rwlock_wrlock(&registry->lock);
    if (is_public) {
        struct rt_name *taken = NULL;
        HASH_FIND(hh, registry->names, entry->text, length, taken);
        if (taken != NULL) {
            status = RACTOR_EEXIST;
        } else {
            HASH_ADD_KEYPTR(hh, registry->names, entry->text, length, entry);
            if (entry->hh.tbl == NULL)
                status = RACTOR_ENOMEM;
        }
    }
    if (status == RACTOR_OK)
        actor.cell->name = entry;
    (void)pthread_rwlock_unlock(&registry->lock);
    if (status != RACTOR_OK)
        rt_free(entry);
    return status;
}

void rt_registry_remove(ractor_ref actor)
{
    struct rt_registry *registry = &actor.cell->runtime->registry;
    /* The name is set before the actor starts, and only its end takes it away. */
    struct rt_name *entry = actor.cell->name;
    if (entry == NULL || !entry->is_public)
        return;
    (void)pthread_rwlock_wrlock(&registry->lock);
    HASH_DELETE(hh, registry->names, entry);
    entry->is_public = false;
    (void)pthread_rwlock_unlock(&registry->lock);
}

static void forget_text(ractor_ref actor)
{
    struct rt_registry *registry = &actor.cell->runtime->registry;
    struct rt_name *entry = actor.cell->name;
    if (entry == NULL)
        return;
    (void)pthread_rwlock_wrlock(&registry->lock);
    actor.cell->name = NULL;
    (void)pthread_rwlock_unlock(&registry->lock);
    rt_free(entry);
}

ractor_status ractor_find_name(ractor_runtime *runtime, const char *name,
                               const ractor_message_type *type, ractor_ref *ref)
{
    struct rt_name *entry = NULL;
    ractor_ref found = {NULL, 0};
    if (runtime == NULL || name == NULL)
        return RACTOR_EINVAL;
    size_t length = strlen(name);
    (void)pthread_rwlock_rdlock(&runtime->registry.lock);
    HASH_FIND(hh, runtime->registry.names, name, length, entry);
    if (entry != NULL)
        found = entry->actor;
    (void)pthread_rwlock_unlock(&runtime->registry.lock);
    if (!rt_ref_is_alive(found))
        return RACTOR_ENOENT;
    const ractor_message_type *its = atomic_load_explicit(&found.cell->type, memory_order_relaxed);
    if (type != NULL && its != type && (its == NULL || its != type->whole))
        return RACTOR_ETYPE;
    *ref = found;
    return RACTOR_OK;
}

/* A copy of the registry: the names one behind the other, each with its terminator. */
struct names_copy {
    ractor_ref *actors;
    char *text;
};

static ractor_status copy_names(struct rt_registry *registry, struct names_copy *copy,
                                size_t *count)
{
    size_t bytes = 0;
    size_t n_names = 0;
    ractor_status status = RACTOR_OK;
    (void)pthread_rwlock_rdlock(&registry->lock);
    for (struct rt_name *e = registry->names; e != NULL; e = e->hh.next)
        bytes += e->length + 1;
    n_names = HASH_COUNT(registry->names);
    copy->actors = rt_calloc(n_names, sizeof *copy->actors);
    copy->text = rt_alloc(bytes);
    if (copy->actors == NULL || copy->text == NULL) {
        status = RACTOR_ENOMEM;
    } else {
        char *at = copy->text;
        size_t i = 0;
        for (struct rt_name *e = registry->names; e != NULL; e = e->hh.next) {
            copy->actors[i++] = e->actor;
            memcpy(at, e->text, e->length + 1);
            at += e->length + 1;
        }
    }
    (void)pthread_rwlock_unlock(&registry->lock);
    *count = n_names;
    return status;
}

ractor_status ractor_visit_names(ractor_runtime *runtime,
                                 void (*visit)(void *user, const char *name, ractor_ref actor),
                                 void *user)
{
    struct names_copy copy;
    size_t n_names;
    ractor_status status = copy_names(&runtime->registry, &copy, &n_names);
    if (status == RACTOR_OK) {
        const char *name = copy.text;
        for (size_t i = 0; i < n_names; i++) {
            visit(user, name, copy.actors[i]);
            name += strlen(name) + 1;
        }
    }
    rt_free(copy.actors);
    rt_free(copy.text);
    return status;
}

size_t ractor_name_of(ractor_ref actor, char *name, size_t capacity)
{
    size_t length = 0;
    if (capacity > 0)
        name[0] = '\0';
    if (!rt_ref_is_alive(actor))
        return 0;
    (void)pthread_rwlock_rdlock(&actor.cell->runtime->registry.lock);
    const struct rt_name *entry = actor.cell->name;
    if (entry != NULL && entry->actor.pid == actor.pid) {
        length = entry->length;
        if (capacity > 0) {
            size_t n_copied = length < capacity ? length : capacity - 1;
            memcpy(name, entry->text, n_copied);
            name[n_copied] = '\0';
        }
    }
    (void)pthread_rwlock_unlock(&actor.cell->runtime->registry.lock);
    return length;
}

/* ------------------------------------------------------------------ pids */

ractor_status ractor_find_pid(ractor_runtime *runtime, uint64_t pid, ractor_ref *ref)
{
    ractor_ref found = {rt_table_find(&runtime->cells, pid), pid};
    if (!rt_ref_is_alive(found) || rt_cell_is_remote(found.cell))
        return RACTOR_ENOENT;
    *ref = found;
    return RACTOR_OK;
}

void ractor_visit_pids(ractor_runtime *runtime, void (*visit)(void *user, ractor_ref actor),
                       void *user)
{
    struct ractor_cell *cell;
    for (uint32_t i = 0; (cell = rt_table_at(&runtime->cells, i)) != NULL; i++) {
        ractor_ref ref = {cell, atomic_load_explicit(&cell->pid, memory_order_acquire)};
        /* seq_cst: a pid monitor that was made before this look hears of the end of whoever is not
         * seen to be ending; pairs with rt_actor_leave_world and the look at has_watchers. */
        if (ref.pid != 0 && !rt_cell_is_remote(cell) &&
            atomic_load_explicit(&cell->status, memory_order_seq_cst) < RACTOR_ACTOR_STOPPING)
            visit(user, ref);
    }
}

/* Under the lock. Room for one more watcher, those that have ended being dropped. */
static bool make_room(struct rt_registry *registry)
{
    uint32_t n_alive = 0;
    for (uint32_t i = 0; i < registry->n_watchers; i++)
        if (rt_ref_is_alive(registry->watchers[i]))
            registry->watchers[n_alive++] = registry->watchers[i];
    registry->n_watchers = n_alive;
    if (n_alive < registry->watcher_capacity)
        return true;
    uint32_t capacity = n_alive * 2 + 4;
    ractor_ref *larger = rt_realloc(registry->watchers, capacity * sizeof *larger);
    if (larger == NULL)
        return false;
    registry->watchers = larger;
    registry->watcher_capacity = capacity;
    return true;
}

ractor_status ractor_monitor_pids(ractor_ref watcher)
{
    ractor_status status = RACTOR_OK;
    if (!rt_ref_is_alive(watcher))
        return RACTOR_ENOENT;
    if (rt_cell_is_remote(watcher.cell))
        return RACTOR_ENOTSUP;
    struct rt_registry *registry = &watcher.cell->runtime->registry;
    (void)pthread_rwlock_wrlock(&registry->lock);
    bool is_known = false;
    for (uint32_t i = 0; i < registry->n_watchers; i++)
        is_known = is_known || ractor_ref_equal(registry->watchers[i], watcher);
    if (!is_known && make_room(registry))
        registry->watchers[registry->n_watchers++] = watcher;
    else if (!is_known)
        status = RACTOR_ENOMEM;
    /* seq_cst: set before the caller looks at the pids; pairs with tell_if_watched, which looks
     * after the pid was published. */
    atomic_store_explicit(&registry->has_watchers, registry->n_watchers, memory_order_seq_cst);
    (void)pthread_rwlock_unlock(&registry->lock);
    return status;
}

void ractor_demonitor_pids(ractor_ref watcher)
{
    if (watcher.cell == NULL)
        return;
    struct rt_registry *registry = &watcher.cell->runtime->registry;
    (void)pthread_rwlock_wrlock(&registry->lock);
    for (uint32_t i = 0; i < registry->n_watchers; i++) {
        if (!ractor_ref_equal(registry->watchers[i], watcher))
            continue;
        registry->watchers[i] = registry->watchers[--registry->n_watchers];
        break;
    }
    atomic_store_explicit(&registry->has_watchers, registry->n_watchers, memory_order_seq_cst);
    (void)pthread_rwlock_unlock(&registry->lock);
}

static struct rt_event *new_event(ractor_ref watcher, ractor_ref actor,
                                  const struct rt_ending *ending)
{
    const struct rt_name *name = actor.cell->name;
    size_t length = name != NULL ? name->length : 0;
    ractor_event_kind kind =
        ending != NULL ? RACTOR_EVENT_PID_TERMINATED : RACTOR_EVENT_PID_SPAWNED;
    struct rt_event *event = rt_event_new(kind, watcher, length);
    if (event == NULL)
        return NULL;
    if (length > 0)
        memcpy(event->data, name->text, length);
    event->content.actor = actor;
    event->content.name = (ractor_string){(const char *)event->data, length};
    if (ending == NULL)
        return event;
    event->content.status = ending->status;
    event->reason = rt_strdup(ending->reason);
    event->content.reason = ractor_string_from(event->reason);
    return event;
}

/* Under the lock. */
static void tell(struct rt_registry *registry, ractor_ref actor, const struct rt_ending *ending)
{
    for (uint32_t i = 0; i < registry->n_watchers; i++) {
        struct rt_event *event = new_event(registry->watchers[i], actor, ending);
        if (event != NULL)
            rt_event_send(event);
        else
            rt_logf(&actor.cell->runtime->log, RACTOR_LOG_ERROR,
                    "no memory to tell a monitor of pid %llu", (unsigned long long)actor.pid);
    }
}

static void tell_if_watched(ractor_ref actor, const struct rt_ending *ending)
{
    struct rt_registry *registry = &actor.cell->runtime->registry;
    const ractor_message_type *type = rt_cell_export(actor.cell);
    if (type == NULL || (type->flags & (RACTOR_TYPE_LOCAL | RACTOR_TYPE_NO_EXPORT)) != 0 ||
        rt_cell_is_remote(actor.cell) ||
        atomic_load_explicit(&registry->has_watchers, memory_order_seq_cst) == 0)
        return;
    (void)pthread_rwlock_rdlock(&registry->lock);
    tell(registry, actor, ending);
    (void)pthread_rwlock_unlock(&registry->lock);
}

void rt_registry_tell_started(ractor_ref actor)
{
    tell_if_watched(actor, NULL);
}

void rt_registry_tell_ended(ractor_ref actor, const struct rt_ending *ending)
{
    tell_if_watched(actor, ending);
    forget_text(actor);
}

/* SPDX-License-Identifier: MIT */
#include "actor/runtime.h"
#include "base/alloc.h"
#include "domain/process.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_START_MS 30000u

/* ------------------------------------------------------------------ opening */

static bool is_complete(const ractor_domain_entry *entry)
{
    const ractor_actor_class *class = entry->actor_class;
    if (entry->name == NULL || class == NULL || class->handle_any != NULL)
        return false;
    if (entry->args != NULL && (entry->args->wire_size == NULL || entry->args_bytes != 0))
        return false;
    const ractor_message_type *type = class->messages;
    if (type == NULL)
        return true;
    return (type->flags & RACTOR_TYPE_LOCAL) == 0 && class->handlers != NULL &&
           type->missing(class->handlers) == NULL;
}

static bool check_table(const struct rt_log *log, const ractor_domain_table *table)
{
    for (size_t i = 0; i < table->n_entries; i++) {
        const ractor_domain_entry *entry = &table->entries[i];
        bool is_good = is_complete(entry);
        for (size_t j = 0; is_good && j < i; j++)
            is_good = strcmp(table->entries[j].name, entry->name) != 0;
        if (is_good)
            continue;
        rt_logf(log, RACTOR_LOG_ERROR, "domain: entry %s of the table is incomplete or there twice",
                entry->name != NULL ? entry->name : "without a name");
        return false;
    }
    return true;
}

static ractor_status check(const ractor_runtime *runtime, const ractor_domain_options *options)
{
    if (runtime->host.world != NULL)
        return RACTOR_ENOTSUP;
    /* Such a child would start children for ever. */
    if (getenv(RT_DOMAIN_VARIABLE) != NULL) {
        rt_logf(&runtime->log, RACTOR_LOG_ERROR,
                "domain: main() must call ractor_domain_main() first");
        return RACTOR_EINVAL;
    }
    if (options->table == NULL || !check_table(&runtime->log, options->table))
        return RACTOR_EINVAL;
    return RACTOR_OK;
}

static void free_domain(ractor_domain *domain)
{
    rt_free((char *)(uintptr_t)domain->options.executable);
    rt_free(domain);
}

static bool init_locks(ractor_domain *domain)
{
    if (pthread_mutex_init(&domain->lock, NULL) != 0)
        return false;
    if (pthread_cond_init(&domain->has_fewer, NULL) == 0)
        return true;
    (void)pthread_mutex_destroy(&domain->lock);
    return false;
}

static bool init(ractor_domain *domain, ractor_runtime *runtime,
                 const ractor_domain_options *options)
{
    domain->runtime = runtime;
    domain->log = runtime->log;
    domain->clock = runtime->clock;
    domain->options = *options;
    domain->options.executable = rt_strdup(options->executable);
    if (options->n_workers == 0)
        domain->options.n_workers = 1;
    if (options->start_limit_ms == 0)
        domain->options.start_limit_ms = DEFAULT_START_MS;
    if (options->executable != NULL && domain->options.executable == NULL)
        return false;
    atomic_store_explicit(&domain->n_holds, 1, memory_order_relaxed);
    for (size_t i = 0; i < options->table->n_entries; i++) {
        domain->classes[i].domain = domain;
        domain->classes[i].entry = &options->table->entries[i];
        rt_proxy_class_init(&domain->classes[i]);
    }
    return init_locks(domain);
}

ractor_status ractor_domain_open(ractor_runtime *runtime, const ractor_domain_options *options,
                                 ractor_domain **domain)
{
    if (runtime == NULL || options == NULL || domain == NULL)
        return RACTOR_EINVAL;
    ractor_status status = check(runtime, options);
    if (status != RACTOR_OK)
        return status;
    size_t n_entries = options->table->n_entries;
    if (n_entries > SIZE_MAX / 2 / sizeof(struct rt_isolated))
        return RACTOR_EINVAL;
    ractor_domain *made = rt_calloc(1, sizeof *made + n_entries * sizeof(struct rt_isolated));
    if (made == NULL)
        return RACTOR_ENOMEM;
    if (!init(made, runtime, options)) {
        free_domain(made);
        return RACTOR_ENOMEM;
    }
    *domain = made;
    return RACTOR_OK;
}

ractor_status ractor_domain_class(ractor_domain *domain, const ractor_actor_class *actor_class,
                                  const ractor_actor_class **isolated)
{
    for (size_t i = 0; i < domain->options.table->n_entries; i++) {
        if (domain->classes[i].entry->actor_class == actor_class) {
            *isolated = &domain->classes[i].class;
            return RACTOR_OK;
        }
    }
    return RACTOR_ENOENT;
}

/* ------------------------------------------------------------------ closing */

void rt_domain_drop(ractor_domain *domain)
{
    /* acq_rel: the last one sees what the others have done. */
    if (atomic_fetch_sub_explicit(&domain->n_holds, 1, memory_order_acq_rel) != 1)
        return;
    (void)pthread_cond_destroy(&domain->has_fewer);
    (void)pthread_mutex_destroy(&domain->lock);
    free_domain(domain);
}

/* Those that nobody sits in any more may end by themselves. */
static void condemn_all(const ractor_domain *domain)
{
    for (struct rt_process *process = domain->processes; process != NULL; process = process->next) {
        (void)pthread_mutex_lock(&process->lock);
        if (process->n_taken == 0)
            rt_process_let_go(process);
        else
            rt_process_condemn(process, RACTOR_ENODE, "was killed: its domain was closed");
        (void)pthread_mutex_unlock(&process->lock);
    }
}

void ractor_domain_close(ractor_domain *domain)
{
    if (domain == NULL)
        return;
    (void)pthread_mutex_lock(&domain->lock);
    domain->is_closed = true;
    condemn_all(domain);
    while (domain->processes != NULL)
        (void)pthread_cond_wait(&domain->has_fewer, &domain->lock);
    (void)pthread_mutex_unlock(&domain->lock);
    rt_domain_drop(domain);
}

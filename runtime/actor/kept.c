/* SPDX-License-Identifier: MIT */
/* Memory of the layers above that must outlive the ports of a runtime. */
#include "actor/kept.h"

#include "actor/remote.h"
#include "actor/runtime.h"

bool rt_kept_init(ractor_runtime *runtime)
{
    runtime->kept = NULL;
    return pthread_mutex_init(&runtime->kept_lock, NULL) == 0;
}

void rt_kept_fini(ractor_runtime *runtime)
{
    while (runtime->kept != NULL) {
        struct rt_kept *kept = runtime->kept;
        runtime->kept = kept->next;
        kept->free(kept);
    }
    (void)pthread_mutex_destroy(&runtime->kept_lock);
}

struct rt_kept *ractor_kept_take(ractor_runtime *runtime, void (*free)(struct rt_kept *kept))
{
    (void)pthread_mutex_lock(&runtime->kept_lock);
    struct rt_kept **at = &runtime->kept;
    while (*at != NULL && (*at)->free != free)
        at = &(*at)->next;
    struct rt_kept *kept = *at;
    if (kept != NULL)
        *at = kept->next;
    (void)pthread_mutex_unlock(&runtime->kept_lock);
    return kept;
}

void ractor_kept_give(ractor_runtime *runtime, struct rt_kept *kept)
{
    (void)pthread_mutex_lock(&runtime->kept_lock);
    kept->next = runtime->kept;
    runtime->kept = kept;
    (void)pthread_mutex_unlock(&runtime->kept_lock);
}

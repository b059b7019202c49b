/* SPDX-License-Identifier: MIT */
/*
 * The port is a list of subscriptions that is never changed, only replaced: a publisher holds the
 * list that it has found, so that converters run without a lock and may subscribe and publish.
 */
#include "actor/call.h"
#include "actor/cell.h"
#include "actor/guests.h"
#include "actor/output/subscription.h"
#include "base/alloc.h"

#include <ractor/actor.h>
#include <ractor/output.h>

struct list {
    _Atomic uint64_t n_refs;
    size_t length;
    struct rt_subscription *items[]; /* each held by the list */
};

struct ractor_output {
    pthread_mutex_t lock;
    struct list *list; /* under lock; NULL: empty */
};

static void list_drop(struct list *list)
{
    /* acq_rel: the last one frees what the others have read. */
    if (list == NULL || atomic_fetch_sub_explicit(&list->n_refs, 1, memory_order_acq_rel) != 1)
        return;
    for (size_t i = 0; i < list->length; i++)
        rt_subscription_drop(list->items[i]);
    rt_free(list);
}

/* The present list, held; NULL when it is empty. */
static struct list *list_hold(ractor_output *output)
{
    (void)pthread_mutex_lock(&output->lock);
    struct list *list = output->list;
    if (list != NULL)
        (void)atomic_fetch_add_explicit(&list->n_refs, 1, memory_order_relaxed);
    (void)pthread_mutex_unlock(&output->lock);
    return list;
}

static bool is_wanted(const struct rt_subscription *subscription, ractor_ref but_not)
{
    return !atomic_load_explicit(&subscription->is_over, memory_order_relaxed) &&
           !ractor_ref_equal(subscription->subscriber, but_not);
}

/* Under the lock: the list without what is over and without `but_not`, plus one, if any. */
static ractor_status replace(ractor_output *output, ractor_ref but_not, struct rt_subscription *add,
                             struct list **before)
{
    size_t length = output->list != NULL ? output->list->length : 0;
    struct list *list = rt_calloc(1, sizeof *list + (length + 1) * sizeof list->items[0]);
    if (list == NULL)
        return RACTOR_ENOMEM;
    atomic_init(&list->n_refs, 1);
    for (size_t i = 0; i < length; i++) {
        struct rt_subscription *item = output->list->items[i];
        if (!is_wanted(item, but_not))
            continue;
        rt_subscription_hold(item);
        list->items[list->length++] = item;
    }
    if (add != NULL)
        list->items[list->length++] = add;
    *before = output->list;
    output->list = list;
    return RACTOR_OK;
}

static ractor_status change(ractor_output *output, ractor_ref but_not, struct rt_subscription *add)
{
    struct list *before = NULL;
    (void)pthread_mutex_lock(&output->lock);
    ractor_status status = replace(output, but_not, add, &before);
    (void)pthread_mutex_unlock(&output->lock);
    list_drop(before);
    return status;
}

ractor_status ractor_output_new(ractor_output **output)
{
    ractor_output *made = rt_calloc(1, sizeof *made);
    if (made == NULL)
        return RACTOR_ENOMEM;
    if (pthread_mutex_init(&made->lock, NULL) != 0) {
        rt_free(made);
        return RACTOR_ENOMEM;
    }
    *output = made;
    return RACTOR_OK;
}

void ractor_output_free(ractor_output *output)
{
    if (output == NULL)
        return;
    list_drop(output->list);
    (void)pthread_mutex_destroy(&output->lock);
    rt_free(output);
}

static ractor_status check_options(const ractor_subscription_options *options)
{
    const ractor_message_type *type = options->type;
    if (type == NULL || options->overflow > RACTOR_OVERFLOW_END)
        return RACTOR_EINVAL;
    if (options->convert != NULL)
        return RACTOR_OK;
    return options->tag < type->n_variants &&
                   (type->variants[options->tag].flags & RACTOR_VARIANT_RPC) == 0
               ? RACTOR_OK
               : RACTOR_EINVAL;
}

ractor_status ractor_output_subscribe(ractor_output *output, ractor_ref subscriber,
                                      const ractor_subscription_options *options)
{
    static const ractor_ref nobody = {NULL, 0};
    struct rt_subscription *subscription = NULL;
    ractor_status status = check_options(options);
    if (status == RACTOR_OK && !ractor_is_remote(subscriber))
        status = rt_check_target(subscriber, options->type);
    if (status == RACTOR_ETYPE && options->type->whole != NULL)
        status = rt_check_target(subscriber, options->type->whole);
    if (status == RACTOR_ESTOPPED)
        status = RACTOR_ENOENT;
    if (status == RACTOR_OK)
        status = rt_subscription_new(subscriber, options, &subscription);
    if (status != RACTOR_OK)
        return status;
    status = change(output, nobody, subscription);
    if (status != RACTOR_OK) {
        subscription->options.release = NULL;
        rt_subscription_drop(subscription);
    }
    return status;
}

ractor_status ractor_output_unsubscribe(ractor_output *output, ractor_ref subscriber)
{
    struct list *list = list_hold(output);
    bool is_there = false;
    for (size_t i = 0; list != NULL && i < list->length; i++)
        is_there = is_there || ractor_ref_equal(list->items[i]->subscriber, subscriber);
    list_drop(list);
    return is_there ? change(output, subscriber, NULL) : RACTOR_ENOENT;
}

static const ractor_ref nobody = {NULL, 0};

/* True: somebody's actor has ended. */
static bool publish_to_all(struct list *list, const void *value, ractor_status *status_)
{
    ractor_status status = RACTOR_OK;
    bool has_ended = false;
    for (size_t i = 0; i < list->length && status != RACTOR_ECANCELED; i++) {
        struct rt_subscription *item = list->items[i];
        if (!is_wanted(item, nobody)) {
            has_ended = true;
            continue;
        }
        ractor_status result = rt_subscription_publish(item, value);
        if (status == RACTOR_OK || result == RACTOR_ECANCELED)
            status = result;
        has_ended = has_ended || !is_wanted(item, nobody);
    }
    *status_ = status;
    return has_ended;
}

ractor_status ractor_output_publish(ractor_output *output, const void *value)
{
    ractor_status status = RACTOR_OK;
    bool has_ended = false;
    struct list *list = list_hold(output);
    if (list != NULL && list->length != 0) {
        ractor_runtime *runtime = list->items[0]->subscriber.cell->runtime;
        bool has_entered = rt_guest_enter(runtime); /* it may wait for a subscriber */
        status = RACTOR_ECANCELED;
        if (has_entered) {
            has_ended = publish_to_all(list, value, &status);
            rt_guest_leave(runtime);
        }
    }
    list_drop(list);
    if (has_ended)
        (void)change(output, nobody, NULL); /* without memory they go the next time */
    return status;
}

size_t ractor_output_subscribers(ractor_output *output)
{
    struct list *list = list_hold(output);
    size_t length = list != NULL ? list->length : 0;
    list_drop(list);
    return length;
}

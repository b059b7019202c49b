/* SPDX-License-Identifier: MIT */
/*
 * A dead letter is told under no lock: who tells it takes a hold on each subscription first. A
 * subscription that was ended meanwhile hears of it all the same, and is freed by the last hold.
 */
#include "actor/deadletter.h"

#include "actor/cell.h"
#include "actor/message.h"
#include "actor/runtime.h"
#include "actor/trace.h"
#include "actor/usdt.h"
#include "base/alloc.h"

#include <stdio.h>
#include <string.h>

_Static_assert(RACTOR_DEAD_REFUSED + 1 == RACTOR_DEAD_REASONS, "one counter per reason");

struct rt_dead_subscription {
    ractor_dead_letter_options options;
    _Atomic uint32_t n_refs;
};

bool rt_dead_letters_init(struct rt_dead_letters *letters)
{
    return pthread_mutex_init(&letters->lock, NULL) == 0;
}

static void drop(struct rt_dead_subscription *subscription)
{
    /* acq_rel: the last one sees what all others have done with it. */
    if (subscription == NULL ||
        atomic_fetch_sub_explicit(&subscription->n_refs, 1, memory_order_acq_rel) != 1)
        return;
    if (subscription->options.release != NULL)
        subscription->options.release(subscription->options.user);
    rt_free(subscription);
}

void rt_dead_letters_fini(struct rt_dead_letters *letters)
{
    for (unsigned i = 0; i < RACTOR_DEAD_LETTER_SUBSCRIPTIONS; i++)
        drop(letters->subscriptions[i]);
    (void)pthread_mutex_destroy(&letters->lock);
}

/* ------------------------------------------------------------------ subscriptions */

typedef bool (*chooser)(const ractor_dead_letter_options *options, const void *what);

/* Takes out what is chosen; true when there was any. */
static bool end_subscriptions(struct rt_dead_letters *letters, chooser is_chosen, const void *what)
{
    struct rt_dead_subscription *ended[RACTOR_DEAD_LETTER_SUBSCRIPTIONS] = {NULL};
    unsigned n_ended = 0;
    (void)pthread_mutex_lock(&letters->lock);
    for (unsigned i = 0; i < RACTOR_DEAD_LETTER_SUBSCRIPTIONS; i++) {
        struct rt_dead_subscription *subscription = letters->subscriptions[i];
        if (subscription == NULL || !is_chosen(&subscription->options, what))
            continue;
        ended[n_ended++] = subscription;
        letters->subscriptions[i] = NULL;
        (void)atomic_fetch_sub_explicit(&letters->n_subscriptions, 1, memory_order_relaxed);
    }
    (void)pthread_mutex_unlock(&letters->lock);
    for (unsigned i = 0; i < n_ended; i++)
        drop(ended[i]);
    return n_ended != 0;
}

static bool has_ended(const ractor_dead_letter_options *options, const void *what)
{
    (void)what;
    return ractor_ref_is_some(options->subscriber) && !rt_ref_is_alive(options->subscriber);
}

static bool is_same(const ractor_dead_letter_options *options, const void *what)
{
    const ractor_dead_letter_options *wanted = what;
    return options->on_letter == wanted->on_letter && options->user == wanted->user;
}

ractor_status ractor_dead_letters_subscribe(ractor_runtime *runtime,
                                            const ractor_dead_letter_options *options)
{
    struct rt_dead_letters *letters = &runtime->dead_letters;
    if (options == NULL || options->on_letter == NULL)
        return RACTOR_EINVAL;
    if (has_ended(options, NULL))
        return RACTOR_ENOENT;
    (void)end_subscriptions(letters, has_ended, NULL);
    struct rt_dead_subscription *made = rt_calloc(1, sizeof *made);
    if (made == NULL)
        return RACTOR_ENOMEM;
    made->options = *options;
    atomic_init(&made->n_refs, 1);
    unsigned place = 0;
    (void)pthread_mutex_lock(&letters->lock);
    while (place < RACTOR_DEAD_LETTER_SUBSCRIPTIONS && letters->subscriptions[place] != NULL)
        place++;
    if (place < RACTOR_DEAD_LETTER_SUBSCRIPTIONS) {
        letters->subscriptions[place] = made;
        (void)atomic_fetch_add_explicit(&letters->n_subscriptions, 1, memory_order_relaxed);
    }
    (void)pthread_mutex_unlock(&letters->lock);
    if (place < RACTOR_DEAD_LETTER_SUBSCRIPTIONS)
        return RACTOR_OK;
    rt_free(made);
    return RACTOR_ELIMIT;
}

ractor_status ractor_dead_letters_unsubscribe(ractor_runtime *runtime,
                                              ractor_on_dead_letter on_letter, void *user)
{
    ractor_dead_letter_options wanted = {.on_letter = on_letter, .user = user};
    return end_subscriptions(&runtime->dead_letters, is_same, &wanted) ? RACTOR_OK : RACTOR_ENOENT;
}

/* ------------------------------------------------------------------ telling */

static void tell(struct rt_dead_letters *letters, const ractor_dead_letter *letter)
{
    struct rt_dead_subscription *told[RACTOR_DEAD_LETTER_SUBSCRIPTIONS];
    unsigned n_told = 0;
    bool is_any_over = false;
    (void)pthread_mutex_lock(&letters->lock);
    for (unsigned i = 0; i < RACTOR_DEAD_LETTER_SUBSCRIPTIONS; i++) {
        if (letters->subscriptions[i] == NULL)
            continue;
        /* relaxed: the list's own reference keeps it, under the lock. */
        (void)atomic_fetch_add_explicit(&letters->subscriptions[i]->n_refs, 1,
                                        memory_order_relaxed);
        told[n_told++] = letters->subscriptions[i];
    }
    (void)pthread_mutex_unlock(&letters->lock);
    rt_thread.is_telling = true;
    for (unsigned i = 0; i < n_told; i++) {
        const ractor_dead_letter_options *options = &told[i]->options;
        if (has_ended(options, NULL))
            is_any_over = true;
        else
            options->on_letter(options->user, letter);
        drop(told[i]);
    }
    rt_thread.is_telling = false;
    if (is_any_over)
        (void)end_subscriptions(letters, has_ended, NULL);
}

void rt_note_dead(ractor_runtime *runtime, const ractor_dead_letter *letter)
{
    struct rt_dead_letters *letters = &runtime->dead_letters;
    (void)atomic_fetch_add_explicit(&letters->n[letter->reason], 1, memory_order_relaxed);
    /* relaxed: who subscribes at this very moment may be too late for the letter. */
    if (atomic_load_explicit(&letters->n_subscriptions, memory_order_relaxed) != 0 &&
        !rt_thread.is_telling)
        tell(letters, letter);
}

/* The cell's signals keep the generation of its last actor, whose type it names, until the next
 * one. */
static const ractor_message_type *type_of(const struct ractor_cell *cell,
                                          const struct ractor_message *message)
{
    uint64_t signals = atomic_load_explicit(&cell->signals, memory_order_relaxed);
    bool is_last_actors = (signals & ~RT_SIGNAL_MASK) == rt_signal_generation(message->pid);
    if (message->kind != RT_MESSAGE_USER || !is_last_actors)
        return NULL;
    return atomic_load_explicit(&cell->type, memory_order_relaxed);
}

void rt_note_drop(struct ractor_cell *cell, const struct ractor_message *message,
                  ractor_dead_reason reason)
{
    ractor_dead_letter letter = {
        .to = {cell, message->pid}, .reason = reason, .type = type_of(cell, message)};
    if (letter.type != NULL) {
        letter.variant = ractor_string_from(letter.type->variants[message->tag].name);
        letter.args = message->payload;
    }
    RT_USDT_DROP(message->pid, message, message->tag);
    const ractor_tracer *tracer = rt_tracer_of(cell->runtime);
    if (tracer != NULL)
        rt_trace_drop(tracer, &letter, message->tag);
    rt_note_dead(cell->runtime, &letter);
}

ractor_dead_reason rt_dead_reason_of(const struct ractor_cell *cell)
{
    if (rt_cell_is_killed(cell))
        return RACTOR_DEAD_KILLED;
    return cell->has_started ? RACTOR_DEAD_ENDED : RACTOR_DEAD_NOT_STARTED;
}

ractor_dead_reason rt_dead_reason_from(ractor_status status)
{
    switch (status) {
    case RACTOR_EAGAIN:
    case RACTOR_ELIMIT:
    case RACTOR_ETIMEOUT:
    case RACTOR_ENOMEM:
        return RACTOR_DEAD_FULL;
    case RACTOR_EDECODE:
    case RACTOR_ETYPE:
        return RACTOR_DEAD_DECODE;
    case RACTOR_ESTOPPED:
        return RACTOR_DEAD_REFUSED;
    default:
        return RACTOR_DEAD_NOBODY;
    }
}

/* ------------------------------------------------------------------ text */

const char *ractor_dead_reason_text(ractor_dead_reason reason)
{
    static const char *const texts[RACTOR_DEAD_REASONS] = {
#define DEAD_TEXT(name, text) [RACTOR_DEAD_##name] = (text),
        RACTOR_DEAD_REASON_LIST(DEAD_TEXT)
#undef DEAD_TEXT
    };
    return (unsigned)reason < RACTOR_DEAD_REASONS ? texts[reason] : "unknown reason";
}

size_t ractor_dead_letter_format(const ractor_dead_letter *letter, char *text, size_t capacity)
{
    const char *type = letter->type != NULL ? letter->type->name : "?";
    ractor_string variant = letter->variant;
    if (variant.length == 0)
        variant = ractor_string_from("?");
    int length =
        snprintf(text, capacity, "%s.%.*s to actor %llu: %s", type, RACTOR_STR_ARG(variant),
                 (unsigned long long)letter->to.pid, ractor_dead_reason_text(letter->reason));
    return length > 0 ? (size_t)length : 0;
}

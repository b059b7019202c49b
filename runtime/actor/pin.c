/* SPDX-License-Identifier: MIT */
/*
 * A thread cannot join itself: it leaves itself to the next one that finishes, to the next pinned
 * spawn, or to the end of the runtime. So at most one thread is over and not joined for long.
 */
#include "actor/pin.h"

#include "actor/life.h"
#include "actor/runtime.h"
#include "actor/worker.h"
#include "base/clock.h"

bool rt_pins_init(ractor_runtime *runtime)
{
    struct rt_pins *pins = &runtime->pins;
    if (!rt_table_init(&pins->table, sizeof(struct rt_pin)))
        return false;
    if (pthread_mutex_init(&pins->lock, NULL) == 0) {
        if (pthread_cond_init(&pins->changed, NULL) == 0)
            return true;
        (void)pthread_mutex_destroy(&pins->lock);
    }
    rt_table_fini(&pins->table);
    return false;
}

static void join_all(struct rt_pins *pins, struct rt_pin *finished)
{
    while (finished != NULL) {
        struct rt_pin *next = finished->next_finished;
        (void)pthread_join(finished->thread, NULL);
        rt_table_give(&pins->table, NULL, finished);
        finished = next;
    }
}

/* Under the lock. */
static struct rt_pin *take_finished(struct rt_pins *pins)
{
    struct rt_pin *finished = pins->finished;
    pins->finished = NULL;
    return finished;
}

void rt_pins_fini(ractor_runtime *runtime)
{
    struct rt_pins *pins = &runtime->pins;
    (void)pthread_mutex_lock(&pins->lock);
    while (pins->n_running != 0)
        (void)pthread_cond_wait(&pins->changed, &pins->lock);
    struct rt_pin *finished = take_finished(pins);
    (void)pthread_mutex_unlock(&pins->lock);
    join_all(pins, finished);
    struct rt_pin *pin;
    for (uint32_t i = 0; (pin = rt_table_at(&pins->table, i)) != NULL; i++)
        if (pin->has_parker)
            rt_parker_fini(&pin->parker);
    (void)pthread_cond_destroy(&pins->changed);
    (void)pthread_mutex_destroy(&pins->lock);
    rt_table_fini(&pins->table);
}

/* ------------------------------------------------------------------ the thread */

/* The last that the thread does with the runtime. */
static void finish(struct rt_pin *pin)
{
    struct rt_pins *pins = &pin->runtime->pins;
    (void)pthread_mutex_lock(&pins->lock);
    struct rt_pin *before = take_finished(pins);
    (void)pthread_mutex_unlock(&pins->lock);
    join_all(pins, before);
    (void)pthread_mutex_lock(&pins->lock);
    pin->next_finished = pins->finished;
    pins->finished = pin;
    if (--pins->n_running == 0)
        (void)pthread_cond_signal(&pins->changed);
    (void)pthread_mutex_unlock(&pins->lock);
}

static void *pin_main(void *argument)
{
    struct rt_pin *pin = argument;
    struct rt_pool pool;
    rt_pool_init(&pool, &pin->runtime->depot);
    rt_thread.pool = &pool;
    while (!pin->is_over) {
        (void)rt_parker_wait(&pin->parker, RT_NEVER);
        void (*task)(void *argument) = pin->task;
        pin->task = NULL;
        if (task != NULL)
            task(pin->argument);
        else
            rt_actor_turn(NULL, &pin->tally, pin->cell);
    }
    rt_thread.pool = NULL;
    rt_pool_fini(&pool);
    finish(pin);
    return NULL;
}

static bool start(struct rt_pin *pin)
{
    struct rt_pins *pins = &pin->runtime->pins;
    pin->cell = NULL;
    pin->task = NULL;
    pin->is_over = false;
    if (!pin->has_parker)
        pin->has_parker = rt_parker_init(&pin->parker);
    if (!pin->has_parker)
        return false;
    (void)pthread_mutex_lock(&pins->lock);
    bool is_started = pthread_create(&pin->thread, NULL, pin_main, pin) == 0;
    if (is_started)
        pins->n_running++;
    (void)pthread_mutex_unlock(&pins->lock);
    return is_started;
}

struct rt_pin *rt_pin_new(ractor_runtime *runtime)
{
    struct rt_pins *pins = &runtime->pins;
    (void)pthread_mutex_lock(&pins->lock);
    struct rt_pin *finished = take_finished(pins);
    (void)pthread_mutex_unlock(&pins->lock);
    join_all(pins, finished);
    struct rt_pin *pin = rt_table_take(&pins->table, NULL);
    if (pin == NULL)
        return NULL;
    pin->runtime = runtime;
    if (start(pin))
        return pin;
    rt_table_give(&pins->table, NULL, pin);
    return NULL;
}

/* ------------------------------------------------------------------ what it runs */

void rt_pin_run(struct rt_pin *pin, void (*task)(void *argument), void *argument)
{
    pin->task = task;
    pin->argument = argument;
    rt_parker_wake(&pin->parker);
}

void rt_pin_schedule(struct rt_pin *pin)
{
    rt_parker_wake(&pin->parker);
}

uint64_t rt_pins_n_handled(const struct rt_pins *pins)
{
    uint64_t n_handled = 0;
    const struct rt_pin *pin;
    for (uint32_t i = 0; (pin = rt_table_at(&pins->table, i)) != NULL; i++)
        n_handled += atomic_load_explicit(&pin->tally.n_handled, memory_order_relaxed);
    return n_handled;
}

void rt_pin_end(struct rt_pin *pin)
{
    pin->is_over = true;
}

static void leave(void *argument)
{
    rt_pin_end(argument);
}

void rt_pin_drop(struct rt_pin *pin)
{
    if (pin != NULL)
        rt_pin_run(pin, leave, pin);
}

/* SPDX-License-Identifier: MIT */
#include "cluster/loop.h"

#include "actor/remote.h"
#include "base/clock.h"
#include "base/pool.h"

#include <sched.h>
#include <signal.h>
#include <stddef.h>

/* ------------------------------------------------------------------ tasks */

static struct rt_task *take_all(struct rt_loop *loop)
{
    (void)pthread_mutex_lock(&loop->lock);
    struct rt_task *first = loop->first;
    loop->first = NULL;
    loop->last = NULL;
    (void)pthread_mutex_unlock(&loop->lock);
    return first;
}

static struct rt_task *release(struct rt_loop *loop, struct rt_task *task)
{
    (void)pthread_mutex_lock(&loop->lock);
    struct rt_task *next = task->next;
    task->next = NULL;
    task->is_queued = false;
    (void)pthread_mutex_unlock(&loop->lock);
    return next;
}

/* Runs what was there at the start; what tasks post goes after the next look at the sockets. */
static void on_async(uv_async_t *async)
{
    struct rt_loop *loop = async->data;
    rt_loop_saw_event(loop);
    struct rt_task *task = take_all(loop);
    while (task != NULL) {
        struct rt_task *next = release(loop, task);
        task->run(task);
        task = next;
    }
}

/* ------------------------------------------------------------------ timers */

/* Takes one timer that is due and runs it. False: none is. */
static bool run_timer(struct rt_loop *loop)
{
    struct rt_timer *timer = rt_wheel_expire(&loop->timers, ractor_now_ns(loop->runtime));
    if (timer == NULL)
        return false;
    struct rt_loop_timer *due = (struct rt_loop_timer *)(void *)timer;
    due->run(due);
    return true;
}

static void on_clock(uv_timer_t *clock);

/* The clock goes off no later than the first timer; earlier does no harm. */
static void set_clock(struct rt_loop *loop)
{
    uint64_t next_ns = rt_wheel_next_ns(&loop->timers);
    if (loop->is_simulated || next_ns >= loop->clock_ns)
        return;
    uint64_t now_ns = ractor_now_ns(loop->runtime);
    uint64_t left_ns = next_ns > now_ns ? next_ns - now_ns : 0;
    loop->clock_ns = next_ns;
    uv_update_time(&loop->uv);
    (void)uv_timer_start(&loop->clock, on_clock, (left_ns + RT_NS_PER_MS - 1) / RT_NS_PER_MS, 0);
}

static void on_clock(uv_timer_t *clock)
{
    struct rt_loop *loop = clock->data;
    loop->clock_ns = RT_NEVER;
    while (run_timer(loop))
        ;
    set_clock(loop);
}

uint64_t rt_loop_now_ms(const struct rt_loop *loop)
{
    /* libuv's is of the same clock, and read once per turn of the loop. */
    return loop->is_simulated ? ractor_now_ns(loop->runtime) / RT_NS_PER_MS : uv_now(&loop->uv);
}

void rt_loop_timer_init(struct rt_loop *loop, struct rt_loop_timer *timer, void *data)
{
    *timer = (struct rt_loop_timer){.loop = loop, .data = data};
}

void rt_loop_timer_start(struct rt_loop_timer *timer, void (*run)(struct rt_loop_timer *timer),
                         uint64_t delay_ms)
{
    struct rt_loop *loop = timer->loop;
    rt_wheel_remove(&loop->timers, &timer->timer);
    timer->run = run;
    rt_wheel_add(&loop->timers, &timer->timer,
                 ractor_now_ns(loop->runtime) + delay_ms * RT_NS_PER_MS);
    set_clock(loop);
}

bool rt_loop_timer_is_set(const struct rt_loop_timer *timer)
{
    return timer->timer.back != NULL;
}

static void on_close(struct rt_task *task)
{
    struct rt_loop_timer *timer =
        (struct rt_loop_timer *)(void *)((char *)task - offsetof(struct rt_loop_timer, close_task));
    timer->closed(timer);
}

void rt_loop_timer_close(struct rt_loop_timer *timer, void (*closed)(struct rt_loop_timer *timer))
{
    rt_wheel_remove(&timer->loop->timers, &timer->timer);
    if (closed == NULL)
        return;
    timer->closed = closed;
    timer->close_task.run = on_close;
    rt_loop_post(timer->loop, &timer->close_task);
}

/* ------------------------------------------------------------------ in a simulation */

static struct rt_loop *loop_of(struct rt_guest *guest)
{
    return (struct rt_loop *)(void *)((char *)guest - offsetof(struct rt_loop, guest));
}

static struct rt_task *take_one(struct rt_loop *loop)
{
    struct rt_task *task = loop->first;
    if (task == NULL)
        return NULL;
    loop->first = task->next;
    if (loop->first == NULL)
        loop->last = NULL;
    task->next = NULL;
    task->is_queued = false;
    return task;
}

/* All is on one thread: the lock is not needed. */
static bool step(struct rt_guest *guest)
{
    struct rt_loop *loop = loop_of(guest);
    struct rt_task *task = take_one(loop);
    if (task == NULL)
        return run_timer(loop);
    task->run(task);
    return true;
}

static uint64_t next_ns_of(struct rt_guest *guest)
{
    const struct rt_loop *loop = loop_of(guest);
    return loop->first != NULL ? 0 : rt_wheel_next_ns(&loop->timers);
}

static void enter_simulation(struct rt_loop *loop)
{
    loop->is_simulated = true;
    loop->has_ended = false;
    loop->guest.step = step;
    loop->guest.next_ns = next_ns_of;
    ractor_guest_enter(loop->runtime, &loop->guest);
}

/* ------------------------------------------------------------------ start and end */

/* A millisecond, and in a simulation to the tick. */
#define WHEEL_SHIFT RT_WHEEL_SHIFT
#define SIMULATED_WHEEL_SHIFT 6

static bool init_uv(struct rt_loop *loop)
{
    if (uv_loop_init(&loop->uv) != 0)
        return false;
    if (uv_async_init(&loop->uv, &loop->async, on_async) != 0) {
        (void)uv_loop_close(&loop->uv);
        return false;
    }
    (void)uv_timer_init(&loop->uv, &loop->clock); /* cannot fail */
    loop->async.data = loop;
    loop->clock.data = loop;
    loop->clock_ns = RT_NEVER;
    return true;
}

ractor_status rt_loop_init(struct rt_loop *loop, ractor_runtime *runtime)
{
    bool is_simulated = ractor_guest_is_wanted(runtime);
    loop->runtime = runtime;
    loop->first = NULL;
    loop->last = NULL;
    rt_wheel_init(&loop->timers, ractor_now_ns(runtime),
                  is_simulated ? SIMULATED_WHEEL_SHIFT : WHEEL_SHIFT);
    if (pthread_mutex_init(&loop->lock, NULL) != 0)
        return RACTOR_ENOMEM;
    if (is_simulated) {
        enter_simulation(loop);
    } else if (!init_uv(loop)) {
        (void)pthread_mutex_destroy(&loop->lock);
        return RACTOR_EIO;
    }
    return RACTOR_OK;
}

/* Looks for events as often as patience allows. False: the loop has ended. */
static bool look_for_events(struct rt_loop *loop)
{
    uint64_t before = loop->n_events;
    for (uint32_t look = 0; look < loop->patience.n_looks && loop->n_events == before; look++) {
        if (uv_run(&loop->uv, UV_RUN_NOWAIT) == 0)
            return false;
        (void)sched_yield();
    }
    return true;
}

/* Sleeps until there is an event, or a timer is due. False: the loop has ended. */
static bool sleep_for_event(struct rt_loop *loop)
{
    uint64_t before = loop->n_events;
    uint64_t begin_ns = ractor_now_ns(loop->runtime);
    bool is_alive = uv_run(&loop->uv, UV_RUN_ONCE) != 0;
    rt_patience_learn(&loop->patience, ractor_now_ns(loop->runtime) - begin_ns,
                      loop->n_events != before);
    return is_alive;
}

static void *run(void *loop_)
{
    struct rt_loop *loop = loop_;
    struct rt_pool pool;
    uint64_t before;
    ractor_carrier_enter(loop->runtime, &pool);
    rt_patience_init(&loop->patience);
    do
        before = loop->n_events;
    while (look_for_events(loop) && (loop->n_events != before || sleep_for_event(loop)));
    ractor_carrier_leave(&pool);
    return NULL;
}

ractor_status rt_loop_start(struct rt_loop *loop)
{
    sigset_t all, before;
    if (loop->is_simulated)
        return RACTOR_OK;
    (void)sigfillset(&all);
    /* Signals are the program's: none is handled on the loop's thread. */
    (void)pthread_sigmask(SIG_BLOCK, &all, &before);
    int failed = pthread_create(&loop->thread, NULL, run, loop);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed ? RACTOR_ENOMEM : RACTOR_OK;
}

/* Woken under the lock: whoever runs the task has had the lock since, so that the caller is done
 * with the loop when what the task does ends it. A queue that was not empty has a waker already. */
void rt_loop_post(struct rt_loop *loop, struct rt_task *task)
{
    (void)pthread_mutex_lock(&loop->lock);
    if (!task->is_queued) {
        bool is_first = loop->first == NULL;
        task->is_queued = true;
        task->next = NULL;
        if (is_first)
            loop->first = task;
        else
            loop->last->next = task;
        loop->last = task;
        if (is_first && !loop->is_simulated)
            (void)uv_async_send(&loop->async);
    }
    (void)pthread_mutex_unlock(&loop->lock);
}

bool rt_loop_has(struct rt_loop *loop, const struct rt_task *task)
{
    (void)pthread_mutex_lock(&loop->lock);
    bool is_queued = task->is_queued;
    (void)pthread_mutex_unlock(&loop->lock);
    return is_queued;
}

void rt_loop_end(struct rt_loop *loop)
{
    if (loop->is_simulated) {
        loop->has_ended = true;
        ractor_guest_leave(&loop->guest);
        return;
    }
    uv_close((uv_handle_t *)&loop->async, NULL);
    uv_close((uv_handle_t *)&loop->clock, NULL);
}

static void wait_for_uv(struct rt_loop *loop, bool is_started)
{
    if (is_started)
        (void)pthread_join(loop->thread, NULL);
    else
        (void)uv_run(&loop->uv, UV_RUN_DEFAULT);
    (void)uv_loop_close(&loop->uv);
}

void rt_loop_fini(struct rt_loop *loop, bool is_started)
{
    if (!loop->is_simulated)
        wait_for_uv(loop, is_started);
    while (loop->is_simulated && !loop->has_ended)
        (void)ractor_guest_let_run(loop->runtime);
    (void)pthread_mutex_destroy(&loop->lock);
}

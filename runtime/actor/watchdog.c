/* SPDX-License-Identifier: MIT */
/*
 * A worker is asked for its stack by a signal, and answers in the handler:
 *
 *      none --watchdog--> asked --handler--> answering --> answered --watchdog--> none
 *                           |________watchdog gives up________________________________^
 *
 * The handler runs on a stack of its own, since that of a fiber may have little room left. It
 * touches nothing but the worker's own memory and the unwinder (base/stack.h); what it reads of the
 * actor cannot change meanwhile, since it has interrupted the only thread that changes it.
 */
#include "actor/watchdog.h"

#include "actor/cell.h"
#include "actor/context.h"
#include "actor/life.h"
#include "actor/runtime.h"
#include "actor/worker.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/stack.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#define NONE 0u
#define ASKED 1u
#define ANSWERING 2u
#define ANSWERED 3u

/* Ignored by default, sent by the kernel only for urgent data to who has asked for it, and passed
 * over by debuggers. */
#define WATCH_SIGNAL SIGURG
#define SIGNAL_STACK_BYTES ((size_t)64 << 10)
#define MIN_PERIOD_NS RT_NS_PER_MS
#define ANSWER_POLLS 10000
#define ANSWER_POLL_NS 500000
#define FRAME_BYTES 256

/* ------------------------------------------------------------------ the worker's side */

void rt_watch_enter(struct rt_watched *watched, uint64_t pid, const char *hook,
                    const ractor_message_type *type, uint32_t tag)
{
    uint64_t run = atomic_load_explicit(&watched->run, memory_order_relaxed);
    /* release, each: pairs with the acquires in read_mark; who reads a new value sees that the run
     * before is over. */
    atomic_store_explicit(&watched->pid, pid, memory_order_release);
    atomic_store_explicit(&watched->hook, hook, memory_order_release);
    atomic_store_explicit(&watched->type, type, memory_order_release);
    atomic_store_explicit(&watched->tag, tag, memory_order_release);
    /* release: pairs with the watchdog's acquire; the mark is there. */
    atomic_store_explicit(&watched->run, run + 1, memory_order_release);
}

void rt_watch_leave(struct rt_watched *watched)
{
    uint64_t run = atomic_load_explicit(&watched->run, memory_order_relaxed);
    atomic_store_explicit(&watched->run, run + 1, memory_order_release);
}

void rt_watch_pause(struct rt_watched *watched, struct rt_watch_mark *mark)
{
    mark->pid = 0;
    if (atomic_load_explicit(&watched->run, memory_order_relaxed) % 2 == 0)
        return;
    mark->pid = atomic_load_explicit(&watched->pid, memory_order_relaxed);
    mark->hook = atomic_load_explicit(&watched->hook, memory_order_relaxed);
    mark->type = atomic_load_explicit(&watched->type, memory_order_relaxed);
    mark->tag = atomic_load_explicit(&watched->tag, memory_order_relaxed);
    rt_watch_leave(watched);
}

void rt_watch_thread_enter(struct rt_worker *worker)
{
    struct rt_watched *watched = &worker->watched;
    if (!worker->runtime->watchdog.has_signal)
        return;
    stack_t stack = {.ss_size = SIGNAL_STACK_BYTES};
    stack.ss_sp = rt_alloc(stack.ss_size);
    if (stack.ss_sp == NULL)
        return; /* it is not asked */
    if (sigaltstack(&stack, &watched->stack_before) == 0)
        watched->signal_stack = stack.ss_sp;
    else
        rt_free(stack.ss_sp);
}

void rt_watch_thread_leave(struct rt_worker *worker)
{
    struct rt_watched *watched = &worker->watched;
    if (watched->signal_stack == NULL)
        return;
    (void)sigaltstack(&watched->stack_before, NULL);
    rt_free(watched->signal_stack);
    watched->signal_stack = NULL;
}

/* The turn's actor is the outermost one: a spawn in its hook may run another's pre_start. */
static const char *name_here(void)
{
    const struct ractor_context *context = rt_thread.context;
    while (context != NULL && context->outer != NULL)
        context = context->outer;
    return context != NULL ? rt_class_name(context->self.cell->class) : "actor";
}

static void answer(struct rt_watched *watched, const void *context)
{
    uint32_t asked = ASKED;
    /* acquire: pairs with the watchdog's release; what it asks for is visible. */
    if (!atomic_compare_exchange_strong_explicit(&watched->question, &asked, ANSWERING,
                                                 memory_order_acquire, memory_order_relaxed))
        return;
    watched->n_frames = 0;
    watched->name[0] = '\0';
    if (atomic_load_explicit(&watched->run, memory_order_relaxed) == watched->asked_run) {
        const char *name = name_here();
        size_t length = 0;
        while (length < sizeof watched->name - 1 && name[length] != '\0')
            length++;
        memcpy(watched->name, name, length);
        watched->name[length] = '\0';
        watched->n_frames = rt_stack_capture(context, watched->frames, RT_WATCH_FRAMES);
    }
    /* release: pairs with the acquire in ask. */
    atomic_store_explicit(&watched->question, ANSWERED, memory_order_release);
}

static void on_signal(int signal_number, siginfo_t *info, void *context)
{
    int errno_before = errno;
    (void)signal_number;
    (void)info;
    if (rt_thread.worker != NULL)
        answer(&rt_thread.worker->watched, context);
    errno = errno_before;
}

/* Stays installed: another runtime may use it, and a signal that comes late does nothing. False:
 * the process has a handler of its own, which is left alone. */
static bool install_handler(void)
{
    struct sigaction before;
    struct sigaction action = {.sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK};
    action.sa_sigaction = on_signal;
    (void)sigemptyset(&action.sa_mask);
    if (sigaction(WATCH_SIGNAL, NULL, &before) != 0)
        return false;
    if ((before.sa_flags & SA_SIGINFO) != 0)
        return before.sa_sigaction == on_signal;
    if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN)
        return false;
    rt_stack_prepare();
    return sigaction(WATCH_SIGNAL, &action, NULL) == 0;
}

/* ------------------------------------------------------------------ the watchdog's side */

/* False: the run is over. */
static bool read_mark(const struct rt_watched *watched, uint64_t run, struct rt_watch_mark *mark)
{
    /* acquire, each: before the count is read again; pairs with the releases in rt_watch_enter. */
    mark->pid = atomic_load_explicit(&watched->pid, memory_order_acquire);
    mark->hook = atomic_load_explicit(&watched->hook, memory_order_acquire);
    mark->type = atomic_load_explicit(&watched->type, memory_order_acquire);
    mark->tag = atomic_load_explicit(&watched->tag, memory_order_acquire);
    return atomic_load_explicit(&watched->run, memory_order_relaxed) == run;
}

static void sleep_a_bit(void)
{
    const struct timespec time = {.tv_nsec = ANSWER_POLL_NS};
    (void)nanosleep(&time, NULL);
}

/* Waits for the answer, or gives the question up: a handler that comes later finds none. */
static bool wait_for_answer(struct rt_watched *watched)
{
    for (unsigned i = 0; i < ANSWER_POLLS; i++) {
        /* acquire: pairs with the release in answer. */
        if (atomic_load_explicit(&watched->question, memory_order_acquire) == ANSWERED)
            return true;
        sleep_a_bit();
    }
    uint32_t asked = ASKED;
    if (atomic_compare_exchange_strong_explicit(&watched->question, &asked, NONE,
                                                memory_order_relaxed, memory_order_relaxed))
        return false;
    while (atomic_load_explicit(&watched->question, memory_order_acquire) != ANSWERED)
        sleep_a_bit();
    return true;
}

/* Leaves `n_frames` 0 and the name empty when there is no answer. */
static void ask(struct rt_worker *worker, uint64_t run)
{
    struct rt_watched *watched = &worker->watched;
    watched->n_frames = 0;
    watched->name[0] = '\0';
    if (!worker->runtime->watchdog.has_signal || worker->runtime->n_workers_started == 0)
        return;
    watched->asked_run = run;
    atomic_store_explicit(&watched->question, ASKED, memory_order_release);
    if (pthread_kill(worker->thread, WATCH_SIGNAL) == 0 && !wait_for_answer(watched)) {
        watched->n_frames = 0;
        watched->name[0] = '\0';
    }
    atomic_store_explicit(&watched->question, NONE, memory_order_relaxed);
}

static void log_report(const ractor_runtime *runtime, const ractor_stuck_report *report)
{
    const char *variant = report->type != NULL ? report->type->variants[report->tag].name : "";
    rt_logf(&runtime->log, RACTOR_LOG_WARN, "%s %llu has been in %s%s%s for %llu ms%s",
            report->name, (unsigned long long)report->actor.pid, report->hook,
            variant[0] != '\0' ? " of " : "", variant, (unsigned long long)report->for_ms,
            report->n_frames != 0 ? ", at" : "");
    for (size_t i = 0; i < report->n_frames; i++) {
        char text[FRAME_BYTES];
        rt_stack_describe(report->frames[i], text, sizeof text);
        rt_logf(&runtime->log, RACTOR_LOG_WARN, "    %s", text);
    }
}

static void report(struct rt_worker *worker, const struct rt_watch_mark *mark, uint64_t for_ns)
{
    ractor_runtime *runtime = worker->runtime;
    struct rt_watched *watched = &worker->watched;
    const char *type_name = mark->type != NULL ? mark->type->name : "actor";
    ractor_stuck_report report = {
        .actor = {rt_table_find(&runtime->cells, mark->pid), mark->pid},
        .name = watched->name[0] != '\0' ? watched->name : type_name,
        .hook = mark->hook,
        .type = mark->type,
        .tag = mark->tag,
        .for_ms = for_ns / RT_NS_PER_MS,
        .frames = watched->frames,
        .n_frames = watched->n_frames,
    };
    if (runtime->watchdog.on_stuck != NULL)
        runtime->watchdog.on_stuck(runtime->watchdog.user, &report);
    else
        log_report(runtime, &report);
}

static void look_at(struct rt_worker *worker, uint64_t now_ns)
{
    struct rt_watched *watched = &worker->watched;
    struct rt_watch_mark mark;
    /* acquire: pairs with the release in rt_watch_enter. */
    uint64_t run = atomic_load_explicit(&watched->run, memory_order_acquire);
    if (run != watched->seen_run) {
        watched->seen_run = run;
        watched->since_ns = now_ns;
        watched->is_reported = false;
    }
    if (run % 2 == 0 || watched->is_reported ||
        now_ns - watched->since_ns < worker->runtime->watchdog.limit_ns ||
        !read_mark(watched, run, &mark))
        return;
    watched->is_reported = true;
    ask(worker, run);
    report(worker, &mark, now_ns - watched->since_ns);
}

static void *watchdog_main(void *argument)
{
    ractor_runtime *runtime = argument;
    uint64_t period_ns = runtime->watchdog.limit_ns / 4;
    if (period_ns < MIN_PERIOD_NS)
        period_ns = MIN_PERIOD_NS;
    rt_thread.is_carrier = true; /* on_stuck must not wait for an actor: it may be the stuck one */
    while (!rt_parker_wait(&runtime->watchdog.parker, rt_now_ns(&runtime->clock) + period_ns)) {
        for (uint32_t i = 0; i < runtime->n_workers; i++)
            look_at(&runtime->workers[i], rt_now_ns(&runtime->clock));
    }
    return NULL;
}

/* ------------------------------------------------------------------ start and stop */

void rt_watchdog_configure(ractor_runtime *runtime, const ractor_runtime_options *options)
{
    struct rt_watchdog *watchdog = &runtime->watchdog;
    if (options->stuck_ms == 0 || runtime->host.world != NULL)
        return; /* a simulation's time stands still while a hook runs */
    watchdog->limit_ns = options->stuck_ms * RT_NS_PER_MS;
    watchdog->on_stuck = options->on_stuck;
    watchdog->user = options->stuck_user;
    watchdog->has_signal = !runtime->host.is_on && install_handler();
}

bool rt_watchdog_start(ractor_runtime *runtime)
{
    struct rt_watchdog *watchdog = &runtime->watchdog;
    if (watchdog->limit_ns == 0)
        return true;
    if (!rt_parker_init(&watchdog->parker))
        return false;
    watchdog->has_thread = pthread_create(&watchdog->thread, NULL, watchdog_main, runtime) == 0;
    if (!watchdog->has_thread)
        rt_parker_fini(&watchdog->parker);
    return watchdog->has_thread;
}

void rt_watchdog_stop(ractor_runtime *runtime)
{
    struct rt_watchdog *watchdog = &runtime->watchdog;
    if (!watchdog->has_thread)
        return;
    rt_parker_wake(&watchdog->parker);
    (void)pthread_join(watchdog->thread, NULL);
    rt_parker_fini(&watchdog->parker);
}

/* SPDX-License-Identifier: MIT */
/* The handler calls only what is safe in one: write, and glibc's stack walk, which has loaded what
 * it needs before. When it is over, the default action ends the process, with a core if the system
 * makes them. */
#define _GNU_SOURCE /* gettid, tgkill */
#include "domain/crash.h"

#include "actor/context.h"
#include "actor/worker.h"
#include "base/alloc.h"
#include "domain/protocol.h"
#include "domain/self.h"

#include <execinfo.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* Frames of the processor's registers on it can take 12 KiB. */
#define STACK_BYTES ((size_t)64 << 10)
#define MAX_FRAMES 64
/* The handler's own frame and that of the signal. */
#define OWN_FRAMES 2

struct rt_crash_thread {
    struct rt_crash_thread *next; /* the list's lock */
    pid_t tid;
    _Atomic uint64_t actor; /* whose hook it runs; 0: none */
    void *stack;
};

static _Thread_local struct rt_crash_thread *thread_here;
/* The first thread that crashes tells; a handler has nothing else to find this by. */
static atomic_flag is_told = ATOMIC_FLAG_INIT;

static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
#define N_SIGNALS (sizeof signals / sizeof *signals)

/* Gives whether somebody can hear it. */
static bool tell(int number, const siginfo_t *info)
{
    const struct ractor_context *context = rt_thread.context;
    struct rt_crash_report report = {.magic = RT_CRASH_MAGIC,
                                     .signal = number,
                                     .address = (uint64_t)(uintptr_t)info->si_addr,
                                     .actor = context != NULL ? context->self.pid : 0,
                                     .data_bytes = rt_self_data_bytes()};
    return write(RT_DOMAIN_CRASH_FD, &report, sizeof report) == sizeof report;
}

static void on_crash(int number, siginfo_t *info, void *registers)
{
    void *frames[MAX_FRAMES];
    (void)registers;
    if (!atomic_flag_test_and_set(&is_told) && tell(number, info)) {
        int n = backtrace(frames, MAX_FRAMES);
        if (n > OWN_FRAMES)
            backtrace_symbols_fd(frames + OWN_FRAMES, n - OWN_FRAMES, RT_DOMAIN_CRASH_FD);
    }
    (void)raise(number); /* delivered on return, with the default action by then */
}

static void install(void)
{
    struct sigaction action = {.sa_sigaction = on_crash};
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | (int)SA_RESETHAND;
    (void)sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < N_SIGNALS; i++)
        (void)sigaddset(&action.sa_mask, signals[i]);
    for (size_t i = 0; i < N_SIGNALS; i++)
        (void)sigaction(signals[i], &action, NULL);
}

bool rt_crash_init(struct rt_crash *crash)
{
    void *frames[4];
    crash->threads = NULL;
    if (pthread_mutex_init(&crash->lock, NULL) != 0)
        return false;
    (void)backtrace(frames, 4); /* loads the unwinder, which a handler must not */
    install();
    return true;
}

void rt_crash_fini(struct rt_crash *crash)
{
    for (size_t i = 0; i < N_SIGNALS; i++)
        (void)signal(signals[i], SIG_DFL);
    while (crash->threads != NULL) {
        struct rt_crash_thread *thread = crash->threads;
        crash->threads = thread->next;
        rt_free(thread->stack);
        rt_free(thread);
    }
    (void)pthread_mutex_destroy(&crash->lock);
}

/* A sanitizer gives each thread one, and takes it back at its end. */
static bool has_stack(void)
{
    stack_t stack;
    return sigaltstack(NULL, &stack) == 0 && (stack.ss_flags & SS_DISABLE) == 0;
}

static void give_stack(struct rt_crash_thread *thread)
{
    thread->stack = rt_alloc(STACK_BYTES);
    const stack_t stack = {.ss_sp = thread->stack, .ss_size = STACK_BYTES};
    if (thread->stack != NULL)
        (void)sigaltstack(&stack, NULL);
}

/* Without memory the thread has no stack for its crash; it may run all the same. */
static void add_thread(struct rt_crash *crash)
{
    struct rt_crash_thread *thread = rt_calloc(1, sizeof *thread);
    if (thread == NULL)
        return;
    thread->tid = gettid();
    if (!has_stack())
        give_stack(thread);
    (void)pthread_mutex_lock(&crash->lock);
    thread->next = crash->threads;
    crash->threads = thread;
    (void)pthread_mutex_unlock(&crash->lock);
    thread_here = thread;
}

uint64_t rt_crash_enter(struct rt_crash *crash, uint64_t actor)
{
    if (thread_here == NULL)
        add_thread(crash);
    /* relaxed: only the thread itself writes it; who reads it wants a hint. */
    return thread_here != NULL
               ? atomic_exchange_explicit(&thread_here->actor, actor, memory_order_relaxed)
               : 0;
}

void rt_crash_leave(uint64_t before)
{
    if (thread_here != NULL)
        atomic_store_explicit(&thread_here->actor, before, memory_order_relaxed);
}

bool rt_crash_provoke(struct rt_crash *crash, uint64_t actor)
{
    bool is_found = false;
    (void)pthread_mutex_lock(&crash->lock);
    for (const struct rt_crash_thread *thread = crash->threads; thread != NULL && !is_found;
         thread = thread->next) {
        if (atomic_load_explicit(&thread->actor, memory_order_relaxed) == actor)
            is_found = tgkill(getpid(), thread->tid, SIGABRT) == 0;
    }
    (void)pthread_mutex_unlock(&crash->lock);
    return is_found;
}

/* SPDX-License-Identifier: MIT */
/*
 * Two nodes in processes of their own, and a ledger that all processes share:
 *
 *   the test (no threads) --- forks ---> callee, caller, proxy
 *         ledger and plan in shared memory; orders through pipes
 *
 * Each call ends once, what was answered was done once, no cast arrives twice or out of order.
 */
#ifndef TESTS_CLUSTER_PROCESSES_H
#define TESTS_CLUSTER_PROCESSES_H

#include "proxy.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define N_CALLS 2000
#else
#define N_CALLS 10000
#endif
#define MAX_CALLS 16384
#define N_CALLERS 4
#define SILENCE_MS 3000
#define STALL_MS 700

/* Shared; any process. */
struct ledger {
    struct proxy_plan plan;
    _Atomic uint16_t callee_port; /* 0: it does not listen yet */
    uint16_t proxy_port;
    _Atomic uint32_t n_calls; /* begun */
    _Atomic uint32_t n_ended;
    _Atomic uint32_t n_casts;
    _Atomic uint8_t n_ends[MAX_CALLS], n_effects[MAX_CALLS], was_answered[MAX_CALLS];
    _Atomic uint8_t n_arrivals[MAX_CALLS];
    _Atomic uint32_t n_wrong;        /* answers, or statuses that no call may end with */
    _Atomic uint32_t n_out_of_order; /* casts */
};
extern struct ledger *ledger;

/* Of the test's process; 0: there is none. */
extern pid_t callee, caller, proxy;

/* Makes the ledger and starts the callee and the proxy; and ends all. */
void processes_start(void);
void processes_end(void);

/* Puts the calling process in a network namespace of its own, without a way out. False: may not. */
bool leave_network(void);
/* As processes_start, with a callee that has left the network, and no proxy. */
void processes_start_apart(void);

/* Starts the callee, where it has been before, and waits until it listens. */
void start_callee(void);
/* Starts a caller that begins calls until there are N_CALLS, and casts beside. */
void start_caller(const char *host, uint16_t port);
/* Starts a caller that makes an attempt through the proxy for each order. */
void start_caller_on_orders(void);
/* An order: returns when a call has been answered, over however many connections. */
void order_attempt(void);
void end_process(pid_t *pid);

/* Waits until so many calls have ended, or fails the test. */
void wait_for_calls(uint32_t n_calls, const char *what);
/* Waits for the caller's end. `n_lost`: of calls that nobody could see the end of. */
void finish_calls(uint32_t n_lost);
void check_ledger(uint32_t n_lost);
uint32_t count_answered(void);

/* Lets time pass. */
void pass_ms(uint32_t ms);

#endif

/* SPDX-License-Identifier: MIT */
/* What the suites of crash domains share: a worker that can end in every way, and a supervisor that
 * writes down what it hears. */
#ifndef TESTS_DOMAIN_WORKER_H
#define TESTS_DOMAIN_WORKER_H

#include "worker.rc.h"

#include <ractor/ractor.h>

#include <check.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No test waits longer for something that must happen. */
#define WORKER_TIMEOUT_MS 60000

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define WORKER_IS_SANITIZED 1
#else
#define WORKER_IS_SANITIZED 0
#endif

#define assert_ok(call)                                                                            \
    do {                                                                                           \
        ractor_status status_ = (call);                                                            \
        ck_assert_msg(status_ == RACTOR_OK, "%s: %s", #call, ractor_strerror(status_));            \
    } while (0)

extern const ractor_actor_class worker_class;
/* Started with a struct worker_flat. */
extern const ractor_actor_class flat_class;
/* Not in the table. */
extern const ractor_actor_class stranger_class;
extern const ractor_actor_class homebody_class;
extern const ractor_domain_table worker_table;

struct worker_flat {
    uint64_t base;
};

/* The main function of a suite, in the parent and in its children. */
int worker_main(Suite *(*make_suite)(void));

/* A runtime and a domain, and the class to be spawned in it. */
struct world {
    ractor_runtime *runtime;
    ractor_domain *domain;
    const ractor_actor_class *isolated;
};
void world_open(struct world *world, ractor_domain_options options);
void world_close(struct world *world);

tests_worker_ref world_spawn(struct world *world, ractor_ref supervisor);
uint64_t world_sum(tests_worker_ref worker);
long world_pid(tests_worker_ref worker);

/* What a supervisor has heard. */
struct heard {
    ractor_event_kind kind;
    ractor_ref actor;
    ractor_status status;
    char reason[300];
    char details[4000];
    bool had_state;
};

struct watch {
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct heard heard[8];
    unsigned n_heard, n_read;
    ractor_ref actor;
};

/* An actor that hears and lives on. */
void watch_start(struct watch *watch, ractor_runtime *runtime);
/* The next end that it has heard of; fails the test when there is none. */
struct heard watch_next(struct watch *watch);

#endif

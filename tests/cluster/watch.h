/* SPDX-License-Identifier: MIT */
/* An actor that writes down what it hears of others, for the suites about nodes. */
#ifndef TESTS_CLUSTER_WATCH_H
#define TESTS_CLUSTER_WATCH_H

#include <ractor/ractor.h>

#include <pthread.h>
#include <stdatomic.h>

struct watch {
    _Atomic uint64_t n_heard; /* ends and losses of names, not starts */
    pthread_mutex_t lock;
    char text[4096]; /* under lock: `terminated STATUS REASON;` or `failed …`, `lost NAME;` */
};

void watch_init(struct watch *watch);
/* Spawns one; it takes messages of the sample, too (sample.h), and answers Sum. */
ractor_ref watch_spawn(ractor_runtime *runtime, struct watch *watch);
/* Waits until it has heard `n` ends, and fails the test if they are not what `text` says. */
void watch_expect(struct watch *watch, uint64_t n, const char *text);
/* Waits until the watcher has handled what it was told before. */
void watch_settle(ractor_ref watcher);

#endif

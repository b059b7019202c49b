/* SPDX-License-Identifier: MIT */
#include "driver/crew.h"

#include <pthread.h>
#include <unistd.h>

/* Fewer parts than this are done before a thread has begun. */
#define PARTS_PER_THREAD 8

size_t rc_crew_size(size_t n_parts)
{
    long n_processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t wanted = n_parts / PARTS_PER_THREAD;
    if (n_processors > 0 && wanted > (size_t)n_processors)
        wanted = (size_t)n_processors;
    return wanted < 1 ? 1 : wanted > RC_CREW_MAX ? RC_CREW_MAX : wanted;
}

void rc_crew_run(void *workers, size_t n_workers, size_t worker_bytes, void *(*work)(void *worker))
{
    pthread_t threads[RC_CREW_MAX];
    size_t n_started = 1;
    while (n_started < n_workers && pthread_create(&threads[n_started], NULL, work,
                                                   (char *)workers + n_started * worker_bytes) == 0)
        n_started++;
    (void)work(workers);
    for (size_t i = 1; i < n_started; i++)
        (void)pthread_join(threads[i], NULL);
}

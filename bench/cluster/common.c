/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* sched_setaffinity */
#include "common.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

double bench_seconds_now(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void bench_must(int is_ok, const char *what)
{
    if (is_ok)
        return;
    (void)fprintf(stderr, "failed: %s\n", what);
    _Exit(1);
}

static int compare(const void *a_, const void *b_)
{
    double a = *(const double *)a_, b = *(const double *)b_;
    return (a > b) - (a < b);
}

double bench_latency(uint64_t n, double quantile, void (*once)(void *user), void *user)
{
    double *times = calloc(n, sizeof *times);
    bench_must(times != NULL && n != 0, "memory");
    for (uint64_t i = 0; i < n / 10; i++)
        once(user);
    for (uint64_t i = 0; i < n; i++) {
        double start = bench_seconds_now();
        once(user);
        times[i] = bench_seconds_now() - start;
    }
    qsort(times, n, sizeof *times, compare);
    double result = times[(uint64_t)((double)(n - 1) * quantile)] * 1e6;
    free(times);
    return result;
}

static void bind_to_core(const char *text)
{
    cpu_set_t cores;
    if (text == NULL)
        return;
    CPU_ZERO(&cores);
    CPU_SET((size_t)strtoul(text, NULL, 10), &cores);
    bench_must(sched_setaffinity(0, sizeof cores, &cores) == 0, "bind to a core");
}

uint16_t bench_fork(void (*serve)(int port_pipe))
{
    int ends[2];
    uint16_t port = 0;
    bench_must(pipe(ends) == 0, "pipe");
    pid_t child = fork();
    bench_must(child >= 0, "fork");
    if (child == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        bind_to_core(getenv("BENCH_PEER_CPU"));
        serve(ends[1]);
        for (;;)
            (void)pause();
    }
    bench_must(read(ends[0], &port, sizeof port) == (ssize_t)sizeof port, "the peer's port");
    (void)close(ends[0]);
    (void)close(ends[1]);
    return port;
}

void bench_tell_port(int port_pipe, uint16_t port)
{
    bench_must(write(port_pipe, &port, sizeof port) == (ssize_t)sizeof port, "tell the port");
}

double bench_peak_mb(void)
{
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss * 1024 / 1e6;
}

int bench_main(int argc, char **argv, const struct bench_load *loads, size_t n_loads, void *user)
{
    bench_must(argc == 3, "usage: LOAD N");
    uint64_t n = strtoull(argv[2], NULL, 10);
    for (size_t i = 0; i < n_loads; i++) {
        if (strcmp(loads[i].name, argv[1]) == 0) {
            printf("%.3f\n", loads[i].run(user, n));
            return 0;
        }
    }
    puts("none");
    return 0;
}

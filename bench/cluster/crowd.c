/* SPDX-License-Identifier: MIT */
/*
 * Many nodes on one machine: `bench_crowd LOAD N` prints one figure.
 *
 *     mesh-formed     seconds until N nodes that know one of them each have a session with all
 * others mesh-idle       per cent of a core that such a mesh takes when nobody sends anything
 *     session-memory  KiB of a node's memory per session that N other nodes have with it
 */
#include "common.h"
#include "must.h"
#include "tls.h"

#include <ractor/cluster.h>
#include <ractor/ractor.h>

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define COOKIE "a cookie for the benchmark"
#define TIMEOUT_MS 60000
#define IDLE_SECONDS 5.0

struct member {
    ractor_runtime *runtime;
    ractor_node *node;
};

static struct member start_member(uint64_t number, bool is_dial_only)
{
    struct member member;
    char name[32];
    (void)snprintf(name, sizeof name, "member%llu", (unsigned long long)number);
    const ractor_runtime_options small = {.n_workers = 1};
    const ractor_node_options options = {.name = name,
                                         .cookie = COOKIE,
                                         .listen_addr = "127.0.0.1",
                                         .host = "127.0.0.1",
                                         .is_transitive = !is_dial_only,
                                         .is_dial_only = is_dial_only,
                                         .tls = bench_tls(),
                                         .max_handshakes = 4096};
    must(ractor_runtime_start(&small, &member.runtime), "runtime");
    must(ractor_node_start(member.runtime, &options, &member.node), "node");
    return member;
}

static void dial(struct member *member, uint16_t port)
{
    must(bench_tls() == NULL
             ? ractor_cluster_connect(member->node, "127.0.0.1", port, TIMEOUT_MS)
             : ractor_cluster_connect_enc(member->node, "127.0.0.1", port, "localhost", TIMEOUT_MS),
         "connect");
}

static void stop_member(struct member *member)
{
    ractor_node_stop(member->node);
    ractor_runtime_stop(member->runtime);
}

static void rest(double seconds)
{
    const struct timespec time = {.tv_sec = (time_t)seconds,
                                  .tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9)};
    (void)nanosleep(&time, NULL);
}

/* ------------------------------------------------------------------ a mesh */

static struct member *form_mesh(uint64_t n, double *seconds)
{
    struct member *members = calloc(n, sizeof *members);
    bench_must(members != NULL, "memory");
    for (uint64_t i = 0; i < n; i++)
        members[i] = start_member(i, false);
    double begin = bench_seconds_now();
    for (uint64_t i = 1; i < n; i++)
        must(ractor_cluster_connect(members[i].node, "127.0.0.1", ractor_node_port(members[0].node),
                                    TIMEOUT_MS),
             "connect");
    for (uint64_t i = 0; i < n; i++) {
        while (ractor_node_sessions(members[i].node, NULL, 0) != n - 1)
            rest(0.001);
    }
    *seconds = bench_seconds_now() - begin;
    return members;
}

static void leave_mesh(struct member *members, uint64_t n)
{
    for (uint64_t i = 0; i < n; i++)
        stop_member(&members[i]);
    free(members);
}

static double mesh_formed(void *user, uint64_t n)
{
    double seconds;
    (void)user;
    leave_mesh(form_mesh(n, &seconds), n);
    return seconds;
}

static double cpu_seconds(void)
{
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static double mesh_idle(void *user, uint64_t n)
{
    double seconds;
    (void)user;
    struct member *members = form_mesh(n, &seconds);
    rest(1); /* the last names and groups are told */
    double begin = cpu_seconds();
    rest(IDLE_SECONDS);
    double used = cpu_seconds() - begin;
    leave_mesh(members, n);
    return used / IDLE_SECONDS * 100;
}

/* ------------------------------------------------------------------ sessions of one node */

static double resident_kib(void)
{
    unsigned long total = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    bench_must(file != NULL && fscanf(file, "%lu %lu", &total, &resident) == 2, "statm");
    (void)fclose(file);
    return (double)resident * (double)sysconf(_SC_PAGESIZE) / 1024;
}

/* The process of the others: each dials the port that comes by standard input. */
static int ends[2];

static void dial_all(int port_pipe)
{
    uint64_t order[2] = {0, 0}; /* how many, and where */
    bench_tell_port(port_pipe, 1);
    bench_must(read(ends[0], order, sizeof order) == (ssize_t)sizeof order, "the order");
    for (uint64_t i = 0; i < order[0]; i++) {
        struct member member = start_member(i + 1, true);
        dial(&member, (uint16_t)order[1]);
    }
}

static double session_memory(void *user, uint64_t n)
{
    (void)user;
    bench_must(pipe(ends) == 0, "pipe");
    (void)bench_fork(dial_all); /* before there are threads here */
    struct member member = start_member(0, false);
    double before = resident_kib();
    const uint64_t order[2] = {n, ractor_node_port(member.node)};
    bench_must(write(ends[1], order, sizeof order) == (ssize_t)sizeof order, "order");
    while (ractor_node_sessions(member.node, NULL, 0) != n)
        rest(0.01);
    rest(1);
    double after = resident_kib();
    stop_member(&member);
    return (after - before) / (double)n;
}

int main(int argc, char **argv)
{
    static const struct bench_load loads[] = {
        {"mesh-formed", mesh_formed},
        {"mesh-idle", mesh_idle},
        {"session-memory", session_memory},
    };
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &files);
    }
    return bench_main(argc, argv, loads, sizeof loads / sizeof *loads, NULL);
}

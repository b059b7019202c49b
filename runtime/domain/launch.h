/* SPDX-License-Identifier: MIT */
/* Starting, killing and reaping a child process: all that depends on the system. Only waits for its
 * own children by number, and leaves signal actions alone, so the host's own children are none of
 * its business, nor the other way round. */
#ifndef RACTOR_DOMAIN_LAUNCH_H
#define RACTOR_DOMAIN_LAUNCH_H

#include "domain/death.h"

#include <ractor/domain.h>
#include <ractor/status.h>

#include <stdbool.h>
#include <sys/types.h>

struct rt_launched {
    pid_t pid;        /* 0: not started, or reaped */
    int exit_fd;      /* readable when it has ended; -1: the system has none */
    int socket;       /* non-blocking; -1: closed */
    int crash_fd;     /* non-blocking, to read; -1: closed */
    int their_socket; /* the child's ends, until it has them */
    int their_crash_fd;
};

/* Makes the socket and the pipe. RACTOR_EIO: no descriptors. */
ractor_status rt_launch_prepare(struct rt_launched *child);

/* Starts the program. It ends with the calling thread. 0, or an errno. */
int rt_launch(struct rt_launched *child, const ractor_domain_options *options);

/* Harmless when it has ended. */
void rt_launch_kill(const struct rt_launched *child);

/* Waits for its end, which must be near, and says how it was. */
void rt_launch_reap(struct rt_launched *child, struct rt_death *death);

/* Reads what the child has told of its crash. The details are owned, NULL when there are none. */
char *rt_launch_read_crash(struct rt_launched *child, struct rt_death *death);

/* Closes all descriptors. */
void rt_launch_fini(struct rt_launched *child);

#endif

/* SPDX-License-Identifier: MIT */
/* What a runtime consists of. */
#ifndef RACTOR_ACTOR_RUNTIME_H
#define RACTOR_ACTOR_RUNTIME_H

#include "actor/bound.h"
#include "actor/deadletter.h"
#include "actor/guests.h"
#include "actor/host.h"
#include "actor/pg.h"
#include "actor/pin.h"
#include "actor/registry.h"
#include "actor/scheduler.h"
#include "actor/timers.h"
#include "actor/tree.h"
#include "actor/watchdog.h"
#include "actor/worker.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/pool.h"
#include "base/random.h"
#include "base/table.h"

#include <ractor/runtime.h>
#include <ractor/trace.h>

#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct rt_child;
struct rt_kept;

struct ractor_runtime {
    /* read-mostly */
    struct rt_log log;
    struct rt_host host;
    struct rt_clock clock;
    struct rt_random random;
    const ractor_tracer *tracer; /* NULL: nobody looks */
    uint32_t n_workers;
    uint32_t n_workers_ready;
    uint32_t n_workers_started;
    uint32_t batch_limit;
    uint32_t crowded_batches; /* that a turn may go on for */
    unsigned wheel_shift;
    size_t stack_bytes;
    struct rt_watchdog watchdog;
    struct rt_worker *workers;
    bool checks_calls;
    struct rt_child *child;   /* in a child of a crash domain; NULL: this is none */
    _Atomic bool is_stopping; /* no spawns any more */

    struct rt_table cells;
    struct rt_table slots;
    struct rt_table alarms;
    struct rt_table bounds;
    struct rt_depot depot;
    struct rt_scheduler scheduler;
    struct rt_timers timers;
    struct rt_registry registry;
    struct rt_groups groups;
    struct rt_tree tree;

    pthread_mutex_t kept_lock;
    struct rt_kept *kept; /* under kept_lock */

    alignas(64) _Atomic uint64_t n_alive; /* actors, local and remote */
    _Atomic uint64_t n_spawned;
    _Atomic uint64_t n_sent;    /* by threads that are no workers */
    _Atomic uint64_t next_span; /* numbers of spans come from it; 0: none has been needed */
    struct rt_dead_letters dead_letters;
    struct rt_guests guests;
    struct rt_pins pins;
    struct rt_parker ended; /* woken when n_alive becomes 0 while stopping */
};

/* `world` is that of a simulation, which outlives the runtime; NULL: none. */
ractor_status rt_runtime_start(const ractor_runtime_options *options, const struct rt_world *world,
                               ractor_runtime **runtime);

/* Counts. */
void rt_runtime_actor_started(ractor_runtime *runtime);
void rt_runtime_actor_ended(ractor_runtime *runtime);

#endif

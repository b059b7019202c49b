/* SPDX-License-Identifier: MIT */
/**
 * @file testing.h
 * Simulation, for tests: the same runtime on the test's thread alone, under a scheduler that a seed
 * drives and a clock that only moves when nothing can run. A test that fails for a seed fails for
 * it each time; a test with a timeout of a minute takes no time.
 *
 * @code
 * ractor_sim *sim = NULL;
 * ractor_probe *probe = NULL;
 * const ractor_sim_options options = {.seed = seed};
 * status = ractor_sim_new(&options, &sim);
 * status = ractor_probe_new(sim, &demo_room_type, &probe);     // an actor that the test looks into
 * status = demo_bot_spawn(ractor_sim_runtime(sim), &bot_class, NULL, &args_with_the_probe, &bot);
 * const void *args = NULL;
 * status = ractor_probe_expect(probe, DEMO_ROOM_POST, 60000, &args);   // within a simulated minute
 * ... ((const demo_room_post *)args)->text ...
 * ractor_sim_free(sim);
 * @endcode
 *
 * Everything of the runtime works in it: hooks that call suspend, supervisors restart, factories
 * route. What the test calls on its own thread (`ractor_call()`, `ractor_wait()`, …) runs the
 * simulation until it is over; when nothing can ever end it, it returns RACTOR_ETIMEOUT.
 *
 * A simulation is used by the thread that made it and by no other. Hooks must take time and chance
 * from `ractor_now_ns()` and `ractor_random()`, or the run depends on more than its seed.
 */
#ifndef RACTOR_TESTING_H
#define RACTOR_TESTING_H

#include <ractor/call.h>
#include <ractor/export.h>
#include <ractor/message.h>
#include <ractor/ref.h>
#include <ractor/runtime.h>
#include <ractor/status.h>
#include <ractor/supervision.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

RACTOR_BEGIN_DECLS

/** A simulated world with one runtime, or a further runtime in such a world. */
typedef struct ractor_sim ractor_sim;

/** An actor that records what it gets. Lives as long as its simulation. */
typedef struct ractor_probe ractor_probe;

/** Options of a simulation; all zero means the defaults. */
typedef struct ractor_sim_options {
    uint64_t seed;        /**< of every choice */
    uint32_t max_batch;   /**< an actor handles 1 to so many messages in a row; 0: 8 */
    uint32_t max_turn_us; /**< a turn takes 0 to so many simulated microseconds, so that timers fire
                               while actors are at work; 0: none */
    const ractor_runtime_options *runtime; /**< of the runtime; its `n_workers`, `batch_limit` and
                                                `polled` are not looked at. NULL: the defaults.
                                                Borrows */
    ractor_sim *beside; /**< another simulation, in whose world this one is a second runtime: with
                             its time, its seed and its choices; `seed`, `max_batch` and
                             `max_turn_us` are not looked at. Running one runs all of the world. It
                             must be freed after this one. NULL: a world of its own. Borrows */
} ractor_sim_options;

/**
 * Makes a world, whose clock shows 0, or a further runtime in one.
 * @param options borrows; NULL: the defaults.
 * @param sim gives: end it with `ractor_sim_free()`.
 * @return RACTOR_OK, RACTOR_ENOMEM, RACTOR_EINVAL.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_sim_new(const ractor_sim_options *options,
                                                         ractor_sim **sim);

/** Stops the runtime and frees the world with its probes. NULL is ignored. Not from a hook. */
RACTOR_API void ractor_sim_free(ractor_sim *sim);

/** The world's runtime, which must not be stopped by itself. */
RACTOR_API ractor_runtime *ractor_sim_runtime(const ractor_sim *sim);

/** The world's time in milliseconds since its beginning. */
RACTOR_API uint64_t ractor_sim_now_ms(const ractor_sim *sim);

/* ---- running ---- */

/** Runs until nothing can run at this moment; waits for no timer. Gives the number of turns. */
RACTOR_API uint64_t ractor_sim_run(ractor_sim *sim);

/** Lets `ms` milliseconds pass, and all happen that happens within them. */
RACTOR_API void ractor_sim_advance(ractor_sim *sim, uint32_t ms);

/**
 * Runs until nothing can run and no timer is set.
 * @param limit_ms how much time may pass, in milliseconds, or RACTOR_TIMEOUT_NONE.
 * @return RACTOR_OK; RACTOR_ETIMEOUT: there was still something to come.
 */
RACTOR_API ractor_status ractor_sim_run_until_idle(ractor_sim *sim, uint32_t limit_ms);

/**
 * Runs until `is_met(user)`, which is asked after every turn.
 * @param limit_ms how much time may pass, in milliseconds, or RACTOR_TIMEOUT_NONE.
 * @return RACTOR_OK; RACTOR_ETIMEOUT: the time is over, or nothing will ever happen again.
 */
RACTOR_API ractor_status ractor_sim_run_until(ractor_sim *sim, bool (*is_met)(void *user),
                                              void *user, uint32_t limit_ms);

/* ---- what happened ---- */

/**
 * A number over everything that has happened: every message that was sent, handled or dropped, in
 * order, with its time. Two runs with the same seed have the same one; when they have not,
 * something outside of the world had a say.
 */
RACTOR_API uint64_t ractor_sim_hash(const ractor_sim *sim);

/** How many such events there were. */
RACTOR_API uint64_t ractor_sim_n_events(const ractor_sim *sim);

/* ---- faults ---- */

/**
 * Lets allocations of the runtime on this thread fail: from the `first` from now on, counted from
 * 1, `count` in all. `first` 0 ends it. In one simulation of the process at a time.
 */
RACTOR_API void ractor_sim_fail_allocations(ractor_sim *sim, uint64_t first, uint64_t count);

/** How many allocations there were since `ractor_sim_fail_allocations()`. */
RACTOR_API uint64_t ractor_sim_n_allocations(const ractor_sim *sim);

/**
 * Whether a message is lost on its way, as between nodes: its sender is told that it was sent; a
 * call in it ends by its timeout.
 * @param user as given.
 * @param to the receiver. @param type its enum. @param tag the variant.
 */
typedef bool (*ractor_sim_loss)(void *user, ractor_ref to, const ractor_message_type *type,
                                uint32_t tag);

/** Asks `loses` about every message to an actor from now on; NULL: none is lost. */
RACTOR_API void ractor_sim_set_loss(ractor_sim *sim, ractor_sim_loss loses, void *user);

/** A random number below `n`, which is not 0, from the world's seed: for choices of the test. */
RACTOR_API uint64_t ractor_sim_random(ractor_sim *sim, uint64_t n);

/* ---- probes ---- */

/**
 * Starts a probe: an actor that takes a message enum, and does nothing by itself.
 * @param type the enum; NULL: only supervision events.
 * @param probe gives: ends with the simulation.
 * @return RACTOR_OK, RACTOR_ENOMEM.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_probe_new(ractor_sim *sim,
                                                           const ractor_message_type *type,
                                                           ractor_probe **probe);

/** The actor, to be handed to those under test, used as supervisor, or given monitors. */
RACTOR_API ractor_ref ractor_probe_ref(const ractor_probe *probe);

/** How many messages it has that were not expected yet. */
RACTOR_API size_t ractor_probe_count(const ractor_probe *probe);

/**
 * Runs the simulation until the probe has a message, and takes the oldest.
 * @param tag the variant that it must be.
 * @param within_ms how much simulated time may pass, in milliseconds, or RACTOR_TIMEOUT_NONE.
 * @param args receives the variant's struct; lives until the next call of this function. May be
 *        NULL.
 * @return RACTOR_OK; RACTOR_ETIMEOUT: there came none; RACTOR_ETYPE: the oldest is another variant,
 *         and stays.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_probe_expect(ractor_probe *probe, uint32_t tag,
                                                              uint32_t within_ms,
                                                              const void **args);

/**
 * Lets `within_ms` milliseconds pass, in which the probe must get nothing.
 * @return RACTOR_OK; RACTOR_EEXIST: it has a message.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_probe_expect_nothing(ractor_probe *probe,
                                                                      uint32_t within_ms);

/** The reply port of the call that was expected last. Unanswered at the next
 *  `ractor_probe_expect()`, the call ends with RACTOR_EPORT. */
RACTOR_API ractor_port *ractor_probe_port(ractor_probe *probe);

/** A supervision event that a probe has got. */
typedef struct ractor_probe_event {
    ractor_event_kind kind; /**< what it tells */
    ractor_ref actor;       /**< whom it is about, where it is about one */
    ractor_status status;   /**< RACTOR_EVENT_ACTOR_FAILED: what the hook returned */
    char reason[128];       /**< why; cut to this size */
} ractor_probe_event;

/**
 * Runs the simulation until the probe has a supervision event, and takes the oldest.
 * @param within_ms how much simulated time may pass, in milliseconds, or RACTOR_TIMEOUT_NONE.
 * @param event receives it.
 * @return RACTOR_OK; RACTOR_ETIMEOUT: there came none.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_probe_expect_event(ractor_probe *probe,
                                                                    uint32_t within_ms,
                                                                    ractor_probe_event *event);

RACTOR_END_DECLS

#endif

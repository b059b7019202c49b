/* SPDX-License-Identifier: MIT */
/**
 * @file registry.h
 * Actors by name and by pid. A name is taken at spawn and free again when the actor has ended; pids
 * are never used twice within a runtime.
 *
 * @code
 * demo_counter_ref counter;
 * if (demo_counter_find(runtime, "hits", &counter) == RACTOR_OK)
 *     (void)demo_counter_send_add(counter, 1);
 * @endcode
 */
#ifndef RACTOR_REGISTRY_H
#define RACTOR_REGISTRY_H

#include <ractor/export.h>
#include <ractor/message.h>
#include <ractor/ref.h>
#include <ractor/runtime.h>
#include <ractor/status.h>

#include <stddef.h>
#include <stdint.h>

RACTOR_BEGIN_DECLS

/**
 * The local actor that is registered under a name.
 * @param type when not NULL, the enum that it must take, or whose whole it must take.
 * @param ref receives the actor.
 * @return RACTOR_OK; RACTOR_ENOENT; RACTOR_ETYPE: it takes another enum. Any thread.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_find_name(ractor_runtime *runtime,
                                                           const char *name,
                                                           const ractor_message_type *type,
                                                           ractor_ref *ref);

/**
 * Calls `visit` for each registered name, on a copy of the list.
 * @return RACTOR_OK or RACTOR_ENOMEM. Any thread.
 */
RACTOR_API ractor_status ractor_visit_names(ractor_runtime *runtime,
                                            void (*visit)(void *user, const char *name,
                                                          ractor_ref actor),
                                            void *user);

/** The local actor with this pid. RACTOR_ENOENT: none, or it has ended. Any thread. */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_find_pid(ractor_runtime *runtime, uint64_t pid,
                                                          ractor_ref *ref);

/** Calls `visit` for each local actor that is alive and not ending; those that start meanwhile may
 *  be missed. */
RACTOR_API void ractor_visit_pids(ractor_runtime *runtime,
                                  void (*visit)(void *user, ractor_ref actor), void *user);

/**
 * Copies an actor's registered name.
 * @param name receives it, NUL-terminated, cut to `capacity`; empty when it has none.
 * @return its length, which may be `capacity` or more; 0: no name, or ended. Any thread.
 */
RACTOR_API size_t ractor_name_of(ractor_ref actor, char *name, size_t capacity);

/**
 * `watcher` hears of each local actor that may be reached from other nodes:
 * RACTOR_EVENT_PID_SPAWNED and RACTOR_EVENT_PID_TERMINATED.
 * @return RACTOR_OK, RACTOR_ENOENT, RACTOR_ENOTSUP: the watcher lives on another node;
 *         RACTOR_ENOMEM. Any thread.
 */
RACTOR_API ractor_status ractor_monitor_pids(ractor_ref watcher);

/** Ends `ractor_monitor_pids()`. */
RACTOR_API void ractor_demonitor_pids(ractor_ref watcher);

RACTOR_END_DECLS

#endif

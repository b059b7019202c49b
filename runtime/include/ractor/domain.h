/* SPDX-License-Identifier: MIT */
/**
 * @file domain.h
 * Crash domains: actors in a child process. A segmentation fault, an exit, want of memory or an
 * endless loop there ends that process alone; here it is an actor that has failed, and its
 * supervisor decides. Nothing else changes: a domain gives a class that takes the place of the
 * actor's own, and whoever spawns it (a program, a ready supervisor, a factory) gets an actor of
 * the same enum, with the same stubs. The child is this program, started again.
 *
 * @code
 * static const ractor_domain_entry entries[] = {{.name = "resizer", .actor_class =
 * &resizer_class}}; static const ractor_domain_table table = {entries, 1};
 *
 * int code;
 * if (ractor_domain_main(&table, &code))          // first in main(): takes over in the child
 *     return code;
 * ractor_domain_options options = {.table = &table, .process_per_actor = 1};
 * status = ractor_domain_open(runtime, &options, &domain);
 * status = ractor_domain_class(domain, &resizer_class, &isolated);
 * status = demo_resizer_spawn(runtime, isolated, &spawn_options, NULL, &resizer);
 * @endcode
 *
 * The actor here hands each message to the one in the child and waits until that has handled it. So
 * the child has one message at a time and all others are in the mailbox here, with its bound; a
 * drain, a factory's job or a stop is over when it is over there. A message costs two hops between
 * processes, as a call to a node on the same machine does.
 */
#ifndef RACTOR_DOMAIN_H
#define RACTOR_DOMAIN_H

#include <ractor/actor.h>
#include <ractor/codec.h>
#include <ractor/export.h>
#include <ractor/message.h>
#include <ractor/ref.h>
#include <ractor/runtime.h>
#include <ractor/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

RACTOR_BEGIN_DECLS

/** A class whose actors may run in a child process. Static storage. */
typedef struct ractor_domain_entry {
    const char *name;                      /**< how both processes know it; unique in its table */
    const ractor_actor_class *actor_class; /**< what runs in the child; its enum is not [local] */
    const ractor_codec *args; /**< of the arguments of `pre_start`, if they are a type of a schema
                                   (`demo_settings_codec`). NULL: see `args_bytes` */
    size_t args_bytes; /**< without `args`: the arguments are so many bytes that hold no pointers,
                            and are copied; 0: there are none */
} ractor_domain_entry;

/** All such classes of a program. Static storage. */
typedef struct ractor_domain_table {
    const ractor_domain_entry *entries; /**< in any order */
    size_t n_entries;                   /**< how many */
} ractor_domain_table;

/** A domain: how its processes are started and what they may use. */
typedef struct ractor_domain ractor_domain;

/** Options of a domain; all but the table may be zero. */
typedef struct ractor_domain_options {
    const ractor_domain_table *table; /**< borrows: as long as the domain lives */
    int process_per_actor;  /**< nonzero: each actor has a process to itself. Zero: they share one,
                                 started with the first of them, and share its end; the next spawn
                                 starts another */
    const char *executable; /**< copied. NULL: this program. A path to another one, which has the
                                 same names in its table; schemas are compared */
    uint64_t memory_bytes;  /**< limit of a process's data, heap and thread stacks (RLIMIT_DATA);
                                 allocations beyond it fail there. 0: none */
    uint32_t handler_limit_ms; /**< a start, a message or a stop that takes longer ends the process,
                                    with the stack of the handler. 0: no limit */
    uint32_t start_limit_ms;   /**< a process must have come up by then; 0: 30 seconds */
    uint32_t n_workers;        /**< threads that run the actors of a process; 0: 1 */
} ractor_domain_options;

/**
 * To be called first in main(), before threads, files or anything that only the parent should do.
 * In a child of a domain it does the child's work, and main() returns when it is over; else it does
 * nothing.
 *
 * The child has the environment, the working directory, standard output and error of its parent,
 * nothing on standard input and no other descriptor, default signal actions, and a process group
 * of its own, so that an interrupt from the terminal is the parent's to handle. It ends with its
 * parent, whatever that dies of.
 *
 * @param table what it may run. Borrows.
 * @param exit_code receives what main() is to return, if this is a child.
 * @return whether this is a child.
 */
RACTOR_API RACTOR_NODISCARD bool ractor_domain_main(const ractor_domain_table *table,
                                                    int *exit_code);

/**
 * Opens a domain. No process is started before there is an actor.
 * @param runtime whose actors it takes to other processes.
 * @param options borrows, but for what its members say.
 * @param domain gives: end it with `ractor_domain_close()`, before the runtime is stopped.
 * @return RACTOR_OK; RACTOR_EINVAL: a table that is incomplete, has a name twice, or main() has not
 *         called `ractor_domain_main()` in the child that this is; RACTOR_ENOTSUP: a simulation;
 *         RACTOR_ENOMEM. Any thread.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_domain_open(ractor_runtime *runtime,
                                                             const ractor_domain_options *options,
                                                             ractor_domain **domain);

/**
 * The class to spawn in place of `actor_class`, by any function that takes a class: the actor is
 * then run in a process of the domain. Differences to the class itself:
 *  - `post_start` counts as part of the start: when it fails, the spawn does;
 *  - a supervisor does not see the final state;
 *  - a kill ends a process that the actor has to itself at once, also in a handler that computes;
 *  - what the actor reaches by name, by group or by `ractor_context_runtime()` is in its process;
 *    `ractor_domain_find()` finds names of the parent.
 *
 * When the process dies, each of its actors fails: `status` of the event is RACTOR_ENODE
 * (RACTOR_ETIMEOUT when the handler limit was why), `reason` says what has happened, with the
 * signal, the exit code or the limit, and `details` is the stack of a crash. The call in hand, and
 * those whose ports were taken, end with RACTOR_ENODE at once.
 *
 * Spawning it returns what the hooks there return; RACTOR_EIO: no process can be started (a log
 * line says why); RACTOR_ENODE, RACTOR_ETIMEOUT: it died or did not come up; RACTOR_ETYPE: the
 * other program has another version of the schema; RACTOR_ENOENT: or does not know the class.
 *
 * @param domain borrows.
 * @param actor_class in the domain's table.
 * @param isolated receives the class; the domain's: stop supervisors and factories that have it
 *        before the domain is closed.
 * @return RACTOR_OK; RACTOR_ENOENT: not in the table. Any thread.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_domain_class(ractor_domain *domain,
                                                              const ractor_actor_class *actor_class,
                                                              const ractor_actor_class **isolated);

/**
 * The actor that is registered under a name in this process or, if there is none and this is a
 * child of a domain, in its parent: so the same actor finds its partners on either side.
 * A reference to an actor of the parent is like one to an actor of another node. It takes sends and
 * calls, and ends with the first message that finds its actor gone: until then a cast to it is
 * RACTOR_OK, though it reaches nobody.
 *
 * @code
 * status = ractor_domain_find(ractor_context_runtime(ctx), "journal", &demo_journal_type, 1000,
 *                             &journal.any);
 * @endcode
 *
 * @param type when not NULL, the enum that it must take.
 * @param timeout_ms for the parent's answer: milliseconds, or RACTOR_TIMEOUT_NONE. Blocks a plain
 *        thread, suspends in a handler.
 * @param ref receives the actor.
 * @return RACTOR_OK; RACTOR_ENOENT: nobody has that name, or its enum is [local]; RACTOR_ETYPE: it
 *         takes another enum; RACTOR_ETIMEOUT; RACTOR_ECANCELED: the waiting actor was killed;
 *         RACTOR_EAGAIN: this thread must not wait; RACTOR_ELIMIT, RACTOR_ENOMEM. Any thread.
 */
RACTOR_API RACTOR_NODISCARD ractor_status ractor_domain_find(ractor_runtime *runtime,
                                                             const char *name,
                                                             const ractor_message_type *type,
                                                             uint32_t timeout_ms, ractor_ref *ref);

/**
 * Kills the processes that are left, whose actors fail, and waits until they are gone. Stop the
 * actors before, if their `post_stop` is to run. Not from a handler.
 * @param domain takes; NULL is ignored.
 */
RACTOR_API void ractor_domain_close(ractor_domain *domain);

RACTOR_END_DECLS

#endif

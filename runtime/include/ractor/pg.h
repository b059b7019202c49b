/* SPDX-License-Identifier: MIT */
/**
 * @file pg.h
 * Process groups: named sets of actors, local and remote, in named scopes. A group exists while it
 * has members; an actor that ends leaves all of its groups. Members on other nodes of the cluster
 * appear by themselves.
 *
 * @code
 * ractor_ref self = ractor_self(ctx);
 * status = ractor_pg_join(NULL, "workers", &self, 1);
 * ...
 * ractor_ref members[64];
 * size_t n = ractor_pg_members(runtime, NULL, "workers", members, 64);
 * @endcode
 */
#ifndef RACTOR_PG_H
#define RACTOR_PG_H

#include <ractor/export.h>
#include <ractor/ref.h>
#include <ractor/runtime.h>
#include <ractor/status.h>

#include <stddef.h>
#include <stdint.h>

RACTOR_BEGIN_DECLS

/** The scope that NULL stands for; shared with Rust nodes. */
#define RACTOR_PG_DEFAULT_SCOPE "__default_scope__"
/** As a monitor's scope: all scopes. */
#define RACTOR_PG_ALL_SCOPES "__world_scope__"
/** As a monitor's group: all groups of the scope. */
#define RACTOR_PG_ALL_GROUPS "__world_group_"

/**
 * Adds actors to a group. Members already in it, and actors that have ended, are skipped.
 * @param scope NULL: the default scope.
 * @param group not NULL.
 * @param members borrows: actors of one runtime.
 * @param n_members how many.
 * @return RACTOR_OK; RACTOR_EINVAL: NULL group, a reserved name; RACTOR_ENOMEM: none was added.
 *         Any thread.
 */
RACTOR_API ractor_status ractor_pg_join(const char *scope, const char *group,
                                        const ractor_ref *members, size_t n_members);

/** Takes actors out of a group; those not in it are skipped. Any thread. */
RACTOR_API void ractor_pg_leave(const char *scope, const char *group, const ractor_ref *members,
                                size_t n_members);

/**
 * The members of a group, local and remote.
 * @param members receives up to `capacity`; may be NULL when that is 0.
 * @return how many there are, which may be more than `capacity`. Any thread.
 */
RACTOR_API size_t ractor_pg_members(ractor_runtime *runtime, const char *scope, const char *group,
                                    ractor_ref *members, size_t capacity);

/** The members that live on this node; otherwise as `ractor_pg_members()`. */
RACTOR_API size_t ractor_pg_local_members(ractor_runtime *runtime, const char *scope,
                                          const char *group, ractor_ref *members, size_t capacity);

/**
 * Calls `visit` for each group with members, on a copy of the list.
 * @return RACTOR_OK or RACTOR_ENOMEM. Any thread.
 */
RACTOR_API ractor_status ractor_pg_visit_groups(ractor_runtime *runtime,
                                                void (*visit)(void *user, const char *scope,
                                                              const char *group, size_t n_members),
                                                void *user);

/**
 * `watcher` hears of joins and leaves: RACTOR_EVENT_GROUP_JOINED, RACTOR_EVENT_GROUP_LEFT.
 * @param scope NULL: the default scope; RACTOR_PG_ALL_SCOPES: all scopes and groups.
 * @param group a name, or RACTOR_PG_ALL_GROUPS.
 * @return RACTOR_OK, RACTOR_ENOENT, RACTOR_EINVAL, RACTOR_ENOMEM; RACTOR_ENOTSUP: the watcher lives
 *         on another node. Any thread.
 */
RACTOR_API ractor_status ractor_pg_monitor(ractor_ref watcher, const char *scope,
                                           const char *group);

/** Ends a monitor with the same scope and group; does nothing when there is none. */
RACTOR_API void ractor_pg_demonitor(ractor_ref watcher, const char *scope, const char *group);

RACTOR_END_DECLS

#endif

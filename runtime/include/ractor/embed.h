/* SPDX-License-Identifier: MIT */
/**
 * @file embed.h
 * A runtime without threads, run by a program that has an event loop of its own. Started with
 * `polled` in its options, it runs on the *host's thread*: the one that started it. That thread
 * polls it whenever its descriptor is readable:
 *
 * @code
 * ractor_runtime_options options = {.polled = 1};
 * status = ractor_runtime_start(&options, &runtime);
 * struct epoll_event event = {.events = EPOLLIN};
 * epoll_ctl(epoll, EPOLL_CTL_ADD, ractor_runtime_fd(runtime), &event);
 * for (;;) {
 *     epoll_wait(epoll, &event, 1, -1);
 *     (void)ractor_runtime_poll(runtime, 1000, NULL);
 * }
 * @endcode
 *
 * Everything else is as with threads: hooks that call suspend, other threads may send, call and
 * spawn. A blocking function on the host's thread (a call, a wait, `ractor_runtime_stop()`) runs
 * the runtime until it is over, so it does not deadlock; other actors' hooks run meanwhile.
 */
#ifndef RACTOR_EMBED_H
#define RACTOR_EMBED_H

#include <ractor/export.h>
#include <ractor/runtime.h>
#include <ractor/status.h>

#include <stdint.h>

RACTOR_BEGIN_DECLS

/**
 * The descriptor that is readable (level-triggered) while there is work or a timer is due. Only to
 * be waited for, with poll, epoll, libuv or the like; never read or closed by the host.
 * @return -1 for a runtime with threads. Any thread.
 */
RACTOR_API int ractor_runtime_fd(const ractor_runtime *runtime);

/**
 * Runs actors and timers until there is nothing to run or the budget is spent; in the second case
 * the descriptor stays readable.
 * @param budget how many turns at most; one is up to `batch_limit` messages of one actor. 0: no
 *        limit (a runtime whose actors always have something to do never returns).
 * @param n_turns receives how many there were; may be NULL.
 * @return RACTOR_OK; RACTOR_EINVAL: not the host's thread, in a hook, or not a
 *         polled runtime.
 */
RACTOR_API ractor_status ractor_runtime_poll(ractor_runtime *runtime, uint32_t budget,
                                             uint32_t *n_turns);

/**
 * For hosts that wait with a timeout instead of the descriptor: how long they may wait before the
 * next poll if no other thread uses the runtime.
 * @return milliseconds, rounded up; 0: there is work; RACTOR_TIMEOUT_NONE: nothing to wait for, or
 *         not the host's thread, or not a polled runtime.
 */
RACTOR_API uint32_t ractor_runtime_timeout_ms(ractor_runtime *runtime);

RACTOR_END_DECLS

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Probe points for bpftrace, perf and SystemTap: a no-op instruction each, which the tool replaces
 * while it looks, and a note in the library that says where the arguments are. Nothing at all in a
 * build without <sys/sdt.h>. The arguments are documented in docs/tracing.md.
 */
#ifndef RACTOR_ACTOR_USDT_H
#define RACTOR_ACTOR_USDT_H

#ifdef RT_HAS_SDT
#include <sys/sdt.h>
#define RT_USDT_SEND(pid, message, tag) DTRACE_PROBE3(ractor, message_send, pid, message, tag)
#define RT_USDT_START(pid, message, tag, type)                                                     \
    DTRACE_PROBE4(ractor, message_start, pid, message, tag, type)
#define RT_USDT_END(pid, message, status) DTRACE_PROBE3(ractor, message_end, pid, message, status)
#define RT_USDT_DROP(pid, message, tag) DTRACE_PROBE3(ractor, message_drop, pid, message, tag)
#else
#define RT_USDT_SEND(pid, message, tag) ((void)0)
#define RT_USDT_START(pid, message, tag, type) ((void)0)
#define RT_USDT_END(pid, message, status) ((void)0)
#define RT_USDT_DROP(pid, message, tag) ((void)0)
#endif

#endif

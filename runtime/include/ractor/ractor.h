/* SPDX-License-Identifier: MIT */
/**
 * @file ractor.h
 * All of the runtime's headers at once, for programs. The cluster is apart: `<ractor/cluster.h>`.
 *
 * @code
 * #include <ractor/ractor.h>
 * #include "counter.rc.h"          // generated from counter.ractor
 *
 * int main(void)
 * {
 *     ractor_runtime *runtime = NULL;
 *     return ractor_runtime_start(NULL, &runtime) == RACTOR_OK ? run(runtime) : 1;
 * }
 * @endcode
 */
#ifndef RACTOR_RACTOR_H
#define RACTOR_RACTOR_H

#include <ractor/actor.h>
#include <ractor/call.h>
#include <ractor/codec.h>
#include <ractor/deadletter.h>
#include <ractor/domain.h>
#include <ractor/embed.h>
#include <ractor/factory.h>
#include <ractor/factory_parts.h>
#include <ractor/mailbox.h>
#include <ractor/memory.h>
#include <ractor/message.h>
#include <ractor/output.h>
#include <ractor/pg.h>
#include <ractor/ref.h>
#include <ractor/registry.h>
#include <ractor/runtime.h>
#include <ractor/status.h>
#include <ractor/supervision.h>
#include <ractor/supervisor.h>
#include <ractor/time.h>
#include <ractor/trace.h>
#include <ractor/trace_context.h>
#include <ractor/value.h>
#include <ractor/watchdog.h>

#endif

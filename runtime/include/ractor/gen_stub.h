/* SPDX-License-Identifier: MIT */
/**
 * @file gen_stub.h
 * What generated sources are made of, beside gen_codec.h: macros that define the functions of an
 * rpc's reply port and of its result. The generated header declares and describes them. Programs do
 * not use this header.
 *
 * @code
 * RACTOR_GEN_PORT(demo_room_who)      // demo_room_who_fail(), demo_room_who_take()
 * RACTOR_GEN_RESULT(demo_room_who)    // demo_room_who_result_drop()
 * @endcode
 */
#ifndef RACTOR_GEN_STUB_H
#define RACTOR_GEN_STUB_H

#include <ractor/call.h>
#include <ractor/message.h>
#include <ractor/status.h>

/** Of the port P_port: P_fail() and P_take(). */
#define RACTOR_GEN_PORT(P)                                                                         \
    ractor_status P##_fail(P##_port *port, ractor_status why)                                      \
    {                                                                                              \
        return ractor_port_fail(&port->any, why);                                                  \
    }                                                                                              \
    P##_port P##_take(P##_port *port)                                                              \
    {                                                                                              \
        const P##_port taken = {ractor_port_take(&port->any)};                                     \
        return taken;                                                                              \
    }

/** Of the result P_result: P_result_drop(). */
#define RACTOR_GEN_RESULT(P)                                                                       \
    void P##_result_drop(P##_result *result)                                                       \
    {                                                                                              \
        static const P##_result none;                                                              \
        ractor_message_drop(result->owner);                                                        \
        *result = none;                                                                            \
    }

#endif

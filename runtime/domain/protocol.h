/* SPDX-License-Identifier: MIT */
/*
 * What a domain and its child processes say to each other, over a stream socket between two
 * programs of one machine: frames of a fixed head, in the machine's own byte order, and a payload.
 * Arguments, messages and replies travel as on the wire between nodes.
 *
 *   parent                       child
 *   START seat, class, args -->
 *                           <--  READY      once, before anything else
 *                           <--  STARTED    post_start is over
 *   MESSAGE seat, variant   -->
 *                           <--  REPLY or FAIL, if it is a call; maybe later than DONE
 *                           <--  DONE       the handler has returned
 *   STOP seat               -->
 *                           <--  ENDED      for whatever reason; the seat is free again
 *
 * Actors there reach actors here, which they have found by name and know by number:
 *
 *                           <--  FIND       name
 *   FOUND                   -->
 *                           <--  CAST, CALL
 *   ANSWER or NO_ANSWER     -->  if it is a call
 *   GONE                    -->  the actor has ended, as a message to it has shown
 *
 * A crash is told through a pipe: a struct rt_crash_report, then text. The child's descriptors have
 * fixed numbers, and its limits are in a variable of the environment, which it removes.
 */
#ifndef RACTOR_DOMAIN_PROTOCOL_H
#define RACTOR_DOMAIN_PROTOCOL_H

#include <stdint.h>

#define RT_DOMAIN_VARIABLE "RACTOR_DOMAIN"
/* Version, the parent's process id, memory limit, workers: see rt_launch and rt_child_settings. */
#define RT_DOMAIN_VERSION 1u
#define RT_DOMAIN_FORMAT "%u,%ld,%llu,%u"

#define RT_DOMAIN_SOCKET_FD 3
#define RT_DOMAIN_CRASH_FD 4
#define RT_DOMAIN_FIRST_FREE_FD 5

/* Payloads beyond this are refused by who would send them, and by who gets them. */
#define RT_DOMAIN_PAYLOAD_LIMIT ((uint32_t)256 << 20)

enum rt_frame_kind {
    /* to the child */
    RT_FRAME_START = 1, /* a: length of the name; b: whether there are arguments; number:
                           fingerprint of the enum. Name and arguments */
    RT_FRAME_MESSAGE,   /* a: variant; b: milliseconds; number: the call, 0: a cast. Fields */
    RT_FRAME_STOP,      /* The reason */
    RT_FRAME_KILL,
    RT_FRAME_DUMP,      /* it has overrun its limit: write the stack, and die */
    RT_FRAME_FOUND,     /* number: the question; a: status. struct rt_found */
    RT_FRAME_ANSWER,    /* number: the call. The reply */
    RT_FRAME_NO_ANSWER, /* number: the call; a: status */
    RT_FRAME_GONE,      /* number: the actor's pid */
    /* from the child */
    RT_FRAME_READY,   /* a: version */
    RT_FRAME_STARTED, /* number: the actor's pid in the child */
    RT_FRAME_DONE,    /* a: status of the delivery */
    RT_FRAME_REPLY,   /* number: the call. The reply */
    RT_FRAME_FAIL,    /* number: the call; a: status */
    RT_FRAME_ENDED,   /* a: status; b: whether it has failed. The reason */
    RT_FRAME_FIND,    /* number: the question. The name */
    RT_FRAME_CAST,    /* a: variant. The actor's pid, the fields */
    RT_FRAME_CALL     /* a: variant; b: milliseconds; number: the call. The same */
};

struct rt_frame {
    uint32_t length; /* of the payload */
    uint32_t kind;   /* enum rt_frame_kind */
    uint32_t seat;   /* which actor */
    uint32_t a, b;   /* by kind */
    uint32_t unused;
    uint64_t number; /* by kind */
};
_Static_assert(sizeof(struct rt_frame) == 32, "no padding");

/* An actor that was found. */
struct rt_found {
    uint64_t pid;
    uint64_t fingerprint; /* of its enum */
};

#define RT_CRASH_MAGIC 0x52435231u

struct rt_crash_report {
    uint32_t magic;
    int32_t signal;
    uint64_t address;    /* of a fault */
    uint64_t actor;      /* its pid in the child; 0: in no hook */
    uint64_t data_bytes; /* that the process had in use */
};

#endif

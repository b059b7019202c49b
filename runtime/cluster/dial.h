/* SPDX-License-Identifier: MIT */
/*
 * Dialling: resolve, connect, and stay until the session is ready or has failed, to answer whoever
 * waits for it. All on the loop's thread, but rt_dial_new.
 *
 *   resolving -> connecting (address by address) -> in session -> over
 *                                                      |           ^
 *                                                      v           |
 *                                       waiting for the other connection of an election
 */
#ifndef RACTOR_CLUSTER_DIAL_H
#define RACTOR_CLUSTER_DIAL_H

#include "cluster/node.h"
#include "cluster/socket.h"

#include <ractor/call.h>

#define RT_DIAL_HOST_BYTES 256

struct addrinfo;
struct rt_keep;
struct rt_resolving;
struct rt_session;

/* What is dialled; copied through a mailbox. */
struct rt_dial_target {
    char host[RT_DIAL_HOST_BYTES]; /* from `/` on: a Unix-domain socket's path */
    uint16_t port;
    bool is_encrypted;
    char server_name[RT_DIAL_HOST_BYTES]; /* whom the certificate must be for; empty: the host */
    uint64_t external; /* not 0: a connection that was handed over, by its number (external.c) */
    uint32_t timeout_ms;
};

struct rt_dial {
    ractor_node *node;
    struct rt_dial *next; /* the node's list */
    struct rt_task start_task;
    struct rt_dial_target target;
    ractor_port waiter;   /* empty: nobody waits */
    struct rt_keep *keep; /* the peer to be kept up that it is for; may be NULL */
    struct rt_loop_timer deadline;
    struct rt_loop_timer retry;
    uint64_t retry_ms;                    /* the last wait before a retry */
    struct rt_resolving *resolving;       /* the errand that looks up the host; NULL: none */
    struct addrinfo *addresses, *address; /* all, and the one being tried */
    uv_poll_t connecting;
    int fd; /* being connected; -1: none */
    struct rt_session *session;
    char peer_name[256]; /* with `is_deferred`: whose other connection it waits for, if known */
    char peer_addr[RT_LABEL_BYTES]; /* the address that was connected to */
    enum rt_cookie_kind cookie;     /* that is proved */
    bool is_deferred;
    bool is_over;
    bool wants_next;    /* another address is tried when the attempt's handle is closed */
    unsigned n_handles; /* open handles and requests that point here */
};

/* What a waiter is answered with: a ractor_unit. */
extern const ractor_codec rt_dial_outcome_codec;

/* Takes the waiter on success. Any thread. */
ractor_status rt_dial_new(ractor_node *node, const struct rt_dial_target *target,
                          ractor_port *waiter);

/* Starts a dial that nobody waits for, unless the target is being dialled already. */
void rt_dial_unasked(ractor_node *node, const struct rt_dial_target *target);

/* Starts a dial that tells `keep` how it ends. NULL: no memory. */
struct rt_dial *rt_dial_for(struct rt_keep *keep);

/* A session is closing: decides what becomes of the dial that made it, and of those that have been
 * waiting for it. RACTOR_EEXIST: another connection with the peer is kept. */
void rt_dial_session_ended(struct rt_session *ended, ractor_status why);

/* A session has become ready: answers all dials that wait for it. */
void rt_dial_session_ready(ractor_node *node, struct rt_session *session);

/* Ends all dials. */
void rt_dial_cancel_all(ractor_node *node);

/* Reads "host:port", "[v6]:port". False: it is neither. */
bool rt_dial_parse(const char *text, struct rt_dial_target *target);

#endif

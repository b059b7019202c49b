/* SPDX-License-Identifier: MIT */
#include "rogue.h"

#include "base/alloc.h"

#include <check.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define WAIT_MS 60000
#define LIMIT_BYTES ((size_t)16 << 20)

static bool send_all(struct rogue *rogue, const uint8_t *bytes, size_t size)
{
    while (size != 0) {
        ssize_t n = send(rogue->fd, bytes, size, MSG_NOSIGNAL);
        if (n <= 0)
            return false;
        bytes += n;
        size -= (size_t)n;
    }
    return true;
}

bool rogue_send(struct rogue *rogue, const uint8_t *message, size_t size)
{
    uint8_t head[RT_FRAME_HEADER_BYTES];
    (void)rt_frame_put_head(RT_FRAMING_CURRENT, size, head);
    return send_all(rogue, head, sizeof head) && send_all(rogue, message, size);
}

bool rogue_send_control(struct rogue *rogue, const struct rt_control_out *control)
{
    size_t size = rt_control_size(control);
    uint8_t *bytes = rt_alloc(size);
    ck_assert_ptr_nonnull(bytes);
    ck_assert_int_eq(rt_control_write(control, bytes, size), RACTOR_OK);
    bool is_sent = rogue_send(rogue, bytes, size);
    rt_free(bytes);
    return is_sent;
}

bool rogue_send_node(struct rogue *rogue, const struct rt_node_message *message)
{
    size_t head = rt_node_head_size(message);
    uint8_t *bytes = rt_alloc(head + message->what.length);
    ck_assert_ptr_nonnull(bytes);
    ck_assert_int_eq(rt_node_put_head(message, bytes, head), RACTOR_OK);
    if (message->what.length != 0)
        memcpy(bytes + head, message->what.data, message->what.length);
    bool is_sent = rogue_send(rogue, bytes, head + message->what.length);
    rt_free(bytes);
    return is_sent;
}

/* Whatever message comes next. */
static ractor_bytes hear_any(struct rogue *rogue)
{
    struct pollfd wanted = {.fd = rogue->fd, .events = POLLIN};
    ractor_bytes message;
    ractor_status status;
    while ((status = rt_frame_reader_next(&rogue->heard, &message)) == RACTOR_EAGAIN) {
        uint8_t *at;
        size_t room;
        ck_assert_int_eq(rt_frame_reader_space(&rogue->heard, &at, &room), RACTOR_OK);
        ck_assert_int_eq(poll(&wanted, 1, WAIT_MS), 1);
        ssize_t n = recv(rogue->fd, at, room, 0);
        ck_assert_msg(n > 0, "the node has closed the connection");
        rt_frame_reader_commit(&rogue->heard, (size_t)n);
    }
    ck_assert_int_eq(status, RACTOR_OK);
    return message;
}

ractor_bytes rogue_hear(struct rogue *rogue, enum rt_net_kind wanted)
{
    for (;;) {
        enum rt_net_kind kind;
        ractor_bytes body;
        ck_assert_int_eq(rt_net_decode(hear_any(rogue), &kind, &body), RACTOR_OK);
        if (kind == wanted)
            return body;
    }
}

void rogue_settle(struct rogue *rogue)
{
    static int64_t last_time;
    control_Ping ping = {.has_timestamp = true, .timestamp = {.seconds = ++last_time}};
    const struct rt_control_out out = {.kind = RT_CONTROL_PING, .ping = &ping};
    struct rt_control control;
    control_Ping pong;
    ck_assert(rogue_send_control(rogue, &out));
    do {
        ck_assert_int_eq(rt_control_decode(rogue_hear(rogue, RT_NET_CONTROL), &control), RACTOR_OK);
    } while (control.kind != RT_CONTROL_PONG || rt_control_time(&control, &pong) != RACTOR_OK ||
             pong.timestamp.seconds != last_time);
}

bool rogue_is_thrown_out(struct rogue *rogue)
{
    return sample_is_closed(rogue->fd);
}

/* ------------------------------------------------------------------ the handshake */

static void say(struct rogue *rogue, const struct rt_handshake_out *out)
{
    uint8_t bytes[1024];
    for (size_t i = 0; i < out->n_messages; i++) {
        size_t size = rt_auth_size(&out->messages[i]);
        ck_assert(size != 0 && size <= sizeof bytes);
        ck_assert_int_eq(rt_auth_write(&out->messages[i], bytes, size), RACTOR_OK);
        ck_assert(rogue_send(rogue, bytes, size));
    }
}

static void shake_hands(struct rogue *rogue)
{
    enum rt_handshake_result result = RT_HANDSHAKE_GOES_ON;
    struct rt_handshake_out out;
    auth_AuthenticationMessage auth;
    ck_assert_int_eq(rt_handshake_dial(&rogue->handshake, RT_COOKIE_NEW, &out), RACTOR_OK);
    say(rogue, &out);
    while (result == RT_HANDSHAKE_GOES_ON) {
        ck_assert_int_eq(rt_auth_decode(rogue_hear(rogue, RT_NET_AUTH), &auth), RACTOR_OK);
        result = rt_handshake_receive(&rogue->handshake, &auth, &out);
        say(rogue, &out);
    }
    ck_assert_int_eq(result, RT_HANDSHAKE_DONE);
}

static void set_cookie(struct rogue *rogue)
{
    const ractor_cookies one = {.cookie = SAMPLE_COOKIE};
    char why[RT_COOKIE_WHY_BYTES];
    struct rt_cookie_set *set = NULL;
    ck_assert_int_eq(rt_cookies_init(&rogue->cookies), RACTOR_OK);
    ck_assert_int_eq(rt_cookie_set_new(&one, why, &set), RACTOR_OK);
    rt_cookies_set(&rogue->cookies, set);
}

void rogue_dial(struct rogue *rogue, const struct sample_node *node, const char *name)
{
    memset(rogue, 0, sizeof *rogue);
    set_cookie(rogue);
    rogue->identity = (struct rt_identity){.cookies = &rogue->cookies,
                                           .random = {rt_random_system, NULL},
                                           .extensions = RT_EXTENSIONS,
                                           .incarnation = 1};
    (void)snprintf(rogue->identity.name, sizeof rogue->identity.name, "%s@host", name);
    (void)snprintf(rogue->identity.connection_string, sizeof rogue->identity.connection_string,
                   "%s:1", name);
    int is_on = 1;
    rogue->fd = sample_dial_raw(node);
    ck_assert_int_eq(setsockopt(rogue->fd, IPPROTO_TCP, TCP_NODELAY, &is_on, sizeof is_on), 0);
    rt_frame_reader_init(&rogue->heard, LIMIT_BYTES, RT_FRAMING_CURRENT);
    rt_handshake_init(&rogue->handshake, &rogue->identity, &rogue->challenges);
    shake_hands(rogue);
}

void rogue_close(struct rogue *rogue)
{
    (void)close(rogue->fd);
    rt_handshake_fini(&rogue->handshake);
    rt_frame_reader_fini(&rogue->heard);
    rt_cookies_fini(&rogue->cookies);
}

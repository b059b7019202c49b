/* SPDX-License-Identifier: MIT */
#include "proxy.h"

#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define MAX_CONNECTIONS 32
#define BUFFER_BYTES 65536
#define HEAD_BYTES 8
/* How often the plan is looked at while nothing moves. */
#define LOOK_MS 5

/* One direction of a connection. */
struct half {
    uint8_t bytes[BUFFER_BYTES];
    size_t length;
    uint32_t frame;  /* the number of the one that is passing */
    uint64_t passed; /* bytes of it, with its head */
    uint64_t size;   /* of its body, as far as its head has passed */
    bool is_stalled;
};

struct connection {
    int fds[2];            /* the dialler's and the listener's; -1: none */
    struct half halves[2]; /* from the dialler, from the listener */
    uint32_t trial;
};

static struct connection connections[MAX_CONNECTIONS];

static void close_both(struct connection *c, bool resets)
{
    const struct linger now = {.l_onoff = 1, .l_linger = 0};
    for (int i = 0; i < 2; i++) {
        if (resets && c->fds[i] >= 0)
            (void)setsockopt(c->fds[i], SOL_SOCKET, SO_LINGER, &now, sizeof now);
        if (c->fds[i] >= 0)
            (void)close(c->fds[i]);
        c->fds[i] = -1;
    }
}

/* ------------------------------------------------------------------ frames */

/* How many bytes go before the place of the strike in this frame; UINT64_MAX: not known yet. */
static uint64_t place_in(const struct half *half, uint32_t place)
{
    if (place == PROXY_IN_HEAD)
        return HEAD_BYTES / 2;
    if (half->passed < HEAD_BYTES)
        return UINT64_MAX;
    return HEAD_BYTES + (place == PROXY_IN_BODY ? half->size / 2 : half->size);
}

/* A byte has passed. */
static void follow(struct half *half, uint8_t byte)
{
    if (half->passed < HEAD_BYTES)
        half->size = half->passed == 0 ? byte : half->size << 8 | byte;
    half->passed++;
    if (half->passed >= HEAD_BYTES && half->passed - HEAD_BYTES >= half->size) {
        half->frame++;
        half->passed = 0;
        half->size = 0;
    }
}

static bool is_there(const struct proxy_plan *plan, const struct half *half)
{
    uint32_t wanted = plan->frame, place = plan->place;
    if (place == PROXY_BEHIND)
        return half->frame == wanted + 1 && half->passed == 0;
    return half->frame == wanted && half->passed == place_in(half, place);
}

/* ------------------------------------------------------------------ passing on */

/* False: the connection has ended by it. */
static bool strike(struct proxy_plan *plan, struct connection *c, struct half *half)
{
    uint32_t fault = plan->fault;
    plan->struck = c->trial;
    switch (fault) {
    case PROXY_CLOSE:
    case PROXY_RESET:
        close_both(c, fault == PROXY_RESET);
        return false;
    case PROXY_CORRUPT:
        half->bytes[0] ^= 0x55;
        return true;
    case PROXY_STALL:
        half->is_stalled = true;
        return true;
    default:
        return true;
    }
}

static void drop_first(struct half *half, size_t n)
{
    memmove(half->bytes, half->bytes + n, half->length - n);
    half->length -= n;
}

static bool may_strike(const struct proxy_plan *plan, const struct connection *c, int from)
{
    return plan->fault != PROXY_PASS && c->trial == plan->trial && plan->struck != c->trial &&
           plan->is_backward == (from == 1);
}

/* How many of the bytes may go at once, having followed them. */
static size_t advance(const struct proxy_plan *plan, struct half *half, bool may)
{
    size_t n = 0;
    size_t most = plan->drips && half->length != 0 ? 1 : half->length;
    while (n < most && (n == 0 || !may || !is_there(plan, half)))
        follow(half, half->bytes[n++]);
    return n;
}

/* Blocking writes: both ends of loopback read sooner or later, or are gone. */
static bool pass(struct proxy_plan *plan, struct connection *c, int from)
{
    struct half *half = &c->halves[from];
    bool may = may_strike(plan, c, from);
    if (half->length != 0 && may && is_there(plan, half) && !strike(plan, c, half))
        return false;
    if (half->length == 0 || half->is_stalled)
        return true;
    size_t n = advance(plan, half, may_strike(plan, c, from));
    ssize_t written = send(c->fds[1 - from], half->bytes, n, MSG_NOSIGNAL);
    if (written != (ssize_t)n) {
        close_both(c, false);
        return false;
    }
    drop_first(half, n);
    if (may_strike(plan, c, from) && plan->place == PROXY_BEHIND && is_there(plan, half))
        return strike(plan, c, half);
    return true;
}

static void take_in(struct proxy_plan *plan, struct connection *c, int from)
{
    struct half *half = &c->halves[from];
    ssize_t n =
        recv(c->fds[from], half->bytes + half->length, BUFFER_BYTES - half->length, MSG_DONTWAIT);
    if (n < 0 && errno == EAGAIN)
        return;
    if (n <= 0) {
        while (half->length != 0 && !half->is_stalled && !plan->drips && pass(plan, c, from))
            ;
        close_both(c, n < 0);
        return;
    }
    half->length += (size_t)n;
}

/* ------------------------------------------------------------------ connections */

static int dial(uint16_t port)
{
    const int one = 1;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(fd, (const struct sockaddr *)&to, sizeof to) == 0)
        return fd;
    (void)close(fd);
    return -1;
}

static void accept_one(const struct proxy_plan *plan, int listener)
{
    const int one = 1;
    int fd = accept(listener, NULL, NULL);
    if (fd < 0)
        return;
    for (size_t i = 0; i < MAX_CONNECTIONS; i++) {
        struct connection *c = &connections[i];
        if (c->fds[0] >= 0)
            continue;
        int other = dial(plan->target_port);
        if (other < 0)
            break;
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        *c = (struct connection){.fds = {fd, other}, .trial = plan->trial};
        return;
    }
    (void)close(fd);
}

static void move_all(struct proxy_plan *plan, int listener, bool may_accept)
{
    if (plan->is_parted)
        return;
    if (may_accept)
        accept_one(plan, listener);
    for (size_t i = 0; i < MAX_CONNECTIONS; i++) {
        struct connection *c = &connections[i];
        for (int from = 0; from < 2 && c->fds[0] >= 0; from++) {
            take_in(plan, c, from);
            if (c->fds[0] >= 0)
                (void)pass(plan, c, from);
        }
    }
}

/* What has moved on since the trial's beginning is none of its business. */
static void end_old(const struct proxy_plan *plan)
{
    for (size_t i = 0; i < MAX_CONNECTIONS; i++)
        if (connections[i].fds[0] >= 0 && connections[i].trial != plan->trial)
            close_both(&connections[i], true);
}

static size_t list(const struct proxy_plan *plan, struct pollfd *fds, int listener, bool *is_busy)
{
    size_t n = 0;
    *is_busy = false;
    if (plan->is_parted)
        return 0;
    fds[n++] = (struct pollfd){.fd = listener, .events = POLLIN};
    for (size_t i = 0; i < MAX_CONNECTIONS; i++)
        for (int from = 0; from < 2 && connections[i].fds[0] >= 0; from++) {
            const struct half *half = &connections[i].halves[from];
            if (half->length < BUFFER_BYTES)
                fds[n++] = (struct pollfd){.fd = connections[i].fds[from], .events = POLLIN};
            *is_busy = *is_busy || (half->length != 0 && !half->is_stalled);
        }
    return n;
}

static void run(struct proxy_plan *plan, int listener)
{
    struct pollfd fds[1 + 2 * MAX_CONNECTIONS];
    for (size_t i = 0; i < MAX_CONNECTIONS; i++)
        connections[i].fds[0] = connections[i].fds[1] = -1;
    for (;;) {
        bool is_busy;
        size_t n = list(plan, fds, listener, &is_busy);
        (void)poll(fds, (nfds_t)n, is_busy ? 1 : LOOK_MS);
        end_old(plan);
        move_all(plan, listener, n != 0 && (fds[0].revents & POLLIN) != 0);
    }
}

pid_t proxy_start(struct proxy_plan *plan, uint16_t *port)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t size = sizeof at;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_ge(listener, 0);
    ck_assert_int_eq(bind(listener, (const struct sockaddr *)&at, sizeof at), 0);
    ck_assert_int_eq(listen(listener, MAX_CONNECTIONS), 0);
    ck_assert_int_eq(getsockname(listener, (struct sockaddr *)&at, &size), 0);
    *port = ntohs(at.sin_port);
    pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        run(plan, listener);
    }
    (void)close(listener);
    return pid;
}

void proxy_strike(struct proxy_plan *plan, enum proxy_fault fault, bool is_backward, uint32_t frame,
                  enum proxy_place place)
{
    plan->fault = fault;
    plan->is_backward = is_backward;
    plan->frame = frame;
    plan->place = place;
    plan->trial++;
}

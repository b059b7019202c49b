/* SPDX-License-Identifier: MIT */
/*
 * Strangers in numbers: they hold nodes up neither by connecting nor by dripping, and what they
 * have cost is bounded. They run in a process of their own, so that each side has the descriptors
 * that one process may have.
 */
#include "cluster/codec.h"
#include "cluster/frame.h"
#include "sample.h"
#include "suite.h"

#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define MANY 10000
/* What a connection that has proved nothing may cost, whatever the allocator and the sanitizers
 * add to it. */
#define COST_BYTES ((size_t)64 << 10)

static struct sample_node alpha, beta;

/* ------------------------------------------------------------------ the strangers' process */

struct strangers {
    pid_t pid;
    int to, from; /* the port goes there; a byte comes back when all is done */
};

/* As many descriptors as the system lets a process have, at most `wanted`. */
static rlim_t raise_limit(rlim_t wanted)
{
    struct rlimit limit;
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    return limit.rlim_cur;
}

/* How many connections both sides can have beside what else they need. */
static int many(void)
{
    rlim_t limit = raise_limit(MANY + 500);
    int n = limit < MANY + 500 ? (int)limit - 500 : MANY;
    if (n < MANY)
        printf("the limit of descriptors allows %d connections, not %d\n", n, MANY);
    return n;
}

static int dial_port(uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    perror("a stranger's connection");
    _exit(1);
}

/* Starts them; they wait for the port. Before there are other threads. `act` ends with its
 * descriptors open; they are closed when the test is over. */
static void start_strangers(struct strangers *strangers, int n,
                            void (*act)(uint16_t port, int *fds, int n))
{
    static int fds[MANY];
    int to[2], from[2];
    char byte = 0;
    uint16_t port = 0;
    ck_assert_int_eq(pipe(to), 0);
    ck_assert_int_eq(pipe(from), 0);
    strangers->pid = fork();
    ck_assert_int_ge(strangers->pid, 0);
    if (strangers->pid == 0) {
        (void)close(to[1]);
        (void)close(from[0]);
        if (read(to[0], &port, sizeof port) != sizeof port)
            _exit(1);
        act(port, fds, n);
        (void)!write(from[1], &byte, 1);
        (void)!read(to[0], &byte, 1); /* until the test closes its end */
        _exit(0);
    }
    (void)close(to[0]);
    (void)close(from[1]);
    strangers->to = to[1];
    strangers->from = from[0];
}

static void send_strangers(struct strangers *strangers, const struct sample_node *node)
{
    uint16_t port = ractor_node_port(node->node);
    ck_assert_int_eq(write(strangers->to, &port, sizeof port), sizeof port);
}

static bool are_done(struct strangers *strangers)
{
    struct pollfd done = {.fd = strangers->from, .events = POLLIN};
    char byte;
    if (poll(&done, 1, 0) != 1)
        return false;
    ck_assert_msg(read(strangers->from, &byte, 1) == 1, "the strangers have failed");
    return true;
}

static void end_strangers(struct strangers *strangers)
{
    (void)close(strangers->to);
    (void)close(strangers->from);
    (void)waitpid(strangers->pid, NULL, 0);
}

static void connect_all(uint16_t port, int *fds, int n)
{
    for (int i = 0; i < n; i++)
        fds[i] = dial_port(port);
}

/* The start of a frame that is never whole, a byte to each in turn. */
static void drip_all(uint16_t port, int *fds, int n)
{
    uint8_t start[20] = {0, 0, 0, 0, 0, 0, 0xea, 0x60, 0x0a, 0x80};
    connect_all(port, fds, n);
    for (size_t at = 0; at < sizeof start; at++) {
        for (int i = 0; i < n; i++) {
            if (send(fds[i], &start[at], 1, MSG_NOSIGNAL) != 1)
                _exit(1);
        }
    }
}

/* ------------------------------------------------------------------ the nodes */

static struct {
    _Atomic uint64_t n_events;
    _Atomic uint64_t n_connections;
} audited;

static struct {
    _Atomic uint64_t n_opened;
    _Atomic uint64_t n_closed;
} seen;

static void on_event(void *user, ractor_session_event event, const ractor_session_info *session)
{
    (void)user;
    (void)session;
    if (event == RACTOR_SESSION_OPENED)
        (void)atomic_fetch_add(&seen.n_opened, 1);
    else if (event == RACTOR_SESSION_CLOSED)
        (void)atomic_fetch_add(&seen.n_closed, 1);
}

static void on_audit(void *user, const ractor_audit_event *event)
{
    (void)user;
    if (event->kind != RACTOR_AUDIT_OVER_BUDGET)
        return;
    (void)atomic_fetch_add(&audited.n_events, 1);
    (void)atomic_fetch_add(&audited.n_connections, event->count);
}

/* Alpha, which the strangers dial, and beta, which has a session with it. */
static ractor_ref start_pair(ractor_node_options options)
{
    options.audit = on_audit;
    sample_node_start(&alpha, "alpha", &options);
    ck_assert_int_eq(ractor_node_subscribe(alpha.node, on_event, NULL, NULL), RACTOR_OK);
    sample_node_start(&beta, "beta", NULL);
    (void)sample_spawn(alpha.runtime, "adder", NULL);
    sample_connect(&beta, &alpha);
    return sample_find(&beta, "adder");
}

static void stop_pair(void)
{
    sample_node_stop(&beta);
    sample_node_stop(&alpha);
}

static void call(ractor_ref adder)
{
    uint64_t sum = 0;
    ck_assert_int_eq(sample_sum(adder, 40, 2, &sum), RACTOR_OK);
    ck_assert_uint_eq(sum, 42);
}

static size_t resident_bytes(void)
{
    unsigned long size = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fscanf(file, "%lu %lu", &size, &resident), 2);
    (void)fclose(file);
    return (size_t)resident * (size_t)sysconf(_SC_PAGESIZE);
}

static void call_until_done(ractor_ref adder, struct strangers *strangers)
{
    while (!are_done(strangers))
        call(adder);
}

/* For as long as the test case may take. */
static void call_until(ractor_ref adder, _Atomic uint64_t *counter, uint64_t wanted)
{
    while (atomic_load(counter) < wanted)
        call(adder);
}

static void expect_growth_below(size_t before, size_t limit)
{
    size_t now = resident_bytes();
    ck_assert_msg(
        now<before + limit, "%zu bytes more than before, over %zu", now> before ? now - before : 0,
        limit);
}

/* ------------------------------------------------------------------ many connections */

START_TEST(ten_thousand_strangers_at_a_nodes_limit_disturb_no_session)
{
    struct strangers strangers;
    start_strangers(&strangers, many(), connect_all);
    ractor_ref adder = start_pair((ractor_node_options){.handshake_ms = 600000});
    size_t before = resident_bytes();
    send_strangers(&strangers, &alpha);
    call_until_done(adder, &strangers);
    call_until(adder, &seen.n_opened, 1 + 64);
    sample_wait_log(&alpha, "too many connections from its address");
    ck_assert_uint_ge(atomic_load(&audited.n_events), 1);
    call(adder);
    expect_growth_below(before, ((size_t)16 << 20) + 64 * COST_BYTES);
    ck_assert_uint_eq(ractor_node_sessions(alpha.node, NULL, 0), 1 + 64);
    end_strangers(&strangers);
    call_until(adder, &seen.n_closed, 64);
    stop_pair();
}
END_TEST

START_TEST(ten_thousand_strangers_that_are_let_wait_disturb_no_session)
{
    struct strangers strangers;
    int n = many();
    start_strangers(&strangers, n, connect_all);
    ractor_ref adder = start_pair((ractor_node_options){
        .handshake_ms = 600000, .max_handshakes = MANY, .max_handshakes_per_address = MANY});
    size_t before = resident_bytes();
    send_strangers(&strangers, &alpha);
    call_until_done(adder, &strangers);
    call_until(adder, &seen.n_opened, 1 + (uint64_t)n);
    expect_growth_below(before, (size_t)n * COST_BYTES);
    end_strangers(&strangers);
    call_until(adder, &seen.n_closed, (uint64_t)n);
    stop_pair();
}
END_TEST

START_TEST(a_thousand_that_drip_disturb_no_session)
{
    struct strangers strangers;
    (void)raise_limit(2000);
    start_strangers(&strangers, 1000, drip_all);
    ractor_ref adder = start_pair((ractor_node_options){
        .handshake_ms = 600000, .max_handshakes = 1000, .max_handshakes_per_address = 1000});
    size_t before = resident_bytes();
    send_strangers(&strangers, &alpha);
    call_until_done(adder, &strangers);
    call_until(adder, &seen.n_opened, 1 + 1000);
    expect_growth_below(before, 1000 * COST_BYTES);
    end_strangers(&strangers);
    call_until(adder, &seen.n_closed, 1000);
    stop_pair();
}
END_TEST

/* ------------------------------------------------------------------ one address */

static int dial_from(const char *own_address)
{
    struct sockaddr_in own = {.sin_family = AF_INET};
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons(ractor_node_port(alpha.node)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(inet_pton(AF_INET, own_address, &own.sin_addr), 1);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&own, sizeof own), 0);
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

START_TEST(one_address_does_not_take_what_others_need)
{
    int fds[4];
    (void)start_pair((ractor_node_options){.max_handshakes_per_address = 2});
    for (int i = 0; i < 2; i++)
        fds[i] = dial_from("127.0.0.2");
    sample_wait_sessions(&alpha, 3);
    fds[2] = dial_from("127.0.0.2");
    ck_assert(sample_is_closed(fds[2]));
    sample_wait_log(&alpha, "connection from 127.0.0.2:");
    fds[3] = dial_from("127.0.0.3");
    sample_wait_sessions(&alpha, 4);
    (void)close(fds[0]);
    sample_wait_sessions(&alpha, 3);
    fds[0] = dial_from("127.0.0.2"); /* there is room again */
    sample_wait_sessions(&alpha, 4);
    for (int i = 0; i < 4; i++)
        (void)close(fds[i]);
    stop_pair();
}
END_TEST

/* ------------------------------------------------------------------ no descriptors */

/* Leaves the process `n` descriptors; gives what the limit was. */
static struct rlimit leave_descriptors(int n)
{
    struct rlimit old, now;
    int lowest = open("/dev/null", O_RDONLY);
    ck_assert_int_ge(lowest, 0);
    (void)close(lowest);
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &old), 0);
    now = old;
    now.rlim_cur = (rlim_t)lowest + (rlim_t)n;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &now), 0);
    return old;
}

static bool has_refused(void *node)
{
    return sample_node_logged(node, "no descriptors are left");
}

START_TEST(without_descriptors_connections_are_closed_and_sessions_live_on)
{
    struct strangers strangers;
    start_strangers(&strangers, 50, connect_all);
    ractor_ref adder = start_pair((ractor_node_options){.handshake_ms = 600000});
    struct rlimit old = leave_descriptors(4);
    send_strangers(&strangers, &alpha);
    sample_wait(has_refused, &alpha, "a refusal for want of descriptors");
    call_until_done(adder, &strangers);
    call(adder);
    ck_assert_uint_le(ractor_node_sessions(alpha.node, NULL, 0), 1 + 4);
    ck_assert_uint_ge(atomic_load(&audited.n_events), 1);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &old), 0);
    end_strangers(&strangers);
    sample_wait_sessions(&alpha, 1);
    int fd = sample_dial_raw(&alpha); /* the port works again */
    sample_wait_sessions(&alpha, 2);
    (void)close(fd);
    stop_pair();
}
END_TEST

/* ------------------------------------------------------------------ bytes */

/* A name that is in order, with a field of 40,000 bytes that nobody knows. */
static size_t fat_name(uint8_t *bytes)
{
    auth_AuthenticationMessage name = auth_AuthenticationMessage_init_zero;
    const uint8_t unknown[] = {0xa2, 0x1f, 0xc0, 0xb8, 0x02}; /* field 500, 40,000 bytes */
    name.which_msg = auth_AuthenticationMessage_name_tag;
    strcpy(name.msg.name.name, "stranger@host");
    strcpy(name.msg.name.connection_string, "host:1");
    size_t size = rt_auth_size(&name);
    uint8_t *at = rt_frame_put_head(RT_FRAMING_CURRENT, size + sizeof unknown + 40000, bytes);
    ck_assert_int_eq(rt_auth_write(&name, at, size), RACTOR_OK);
    memcpy(at + size, unknown, sizeof unknown);
    memset(at + size + sizeof unknown, 'x', 40000);
    return (size_t)(at - bytes) + size + sizeof unknown + 40000;
}

START_TEST(the_frames_of_a_stranger_are_limited_in_all)
{
    static uint8_t bytes[50000];
    (void)start_pair((ractor_node_options){0});
    int fd = sample_dial_raw(&alpha);
    size_t size = fat_name(bytes);
    ck_assert_int_eq(send(fd, bytes, size, MSG_NOSIGNAL), (ssize_t)size);
    (void)rt_frame_put_head(RT_FRAMING_CURRENT, 30000, bytes);
    ck_assert_int_eq(send(fd, bytes, RT_FRAME_HEADER_BYTES, MSG_NOSIGNAL), RT_FRAME_HEADER_BYTES);
    ck_assert(sample_is_closed(fd));
    sample_wait_log(&alpha, "a frame of 30000 bytes, over the limit of 25");
    sample_wait_count(&audited.n_events, 1);
    (void)close(fd);
    stop_pair();
}
END_TEST

/* ------------------------------------------------------------------ the log */

#define ENDED " ended: a frame of "
#define UNTOLD " more strangers were not told of"

static void be_refused(const char *text)
{
    int fd = sample_dial_raw(&alpha);
    ck_assert_int_eq(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
    ck_assert(sample_is_closed(fd));
    (void)close(fd);
}

/* Lines about strangers that are told of, and how many more those lines speak of. */
static uint64_t count_told(uint64_t *n_untold)
{
    uint64_t n = 0;
    *n_untold = 0;
    (void)pthread_mutex_lock(&alpha.lock);
    for (char *line = strtok(alpha.log, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        const char *untold = strstr(line, UNTOLD);
        n += strstr(line, ENDED) != NULL;
        while (untold != NULL && untold[-1] != ' ')
            untold--;
        if (untold != NULL)
            *n_untold += strtoull(untold, NULL, 10);
    }
    (void)pthread_mutex_unlock(&alpha.lock);
    return n;
}

/* Whether the last line speaks of those before it: none is left to be told of. */
static bool is_told_in_full(void)
{
    (void)pthread_mutex_lock(&alpha.lock);
    const char *last = alpha.log;
    for (const char *at = alpha.log; (at = strchr(at, '\n')) != NULL && at[1] != '\0'; at++)
        last = at;
    bool is_so = strstr(last, UNTOLD) != NULL;
    (void)pthread_mutex_unlock(&alpha.lock);
    return is_so;
}

START_TEST(a_flood_of_strangers_does_not_flood_the_log)
{
    uint64_t n = 0, n_untold;
    (void)start_pair((ractor_node_options){0});
    uint64_t began_ns = ractor_now_ns(alpha.runtime);
    do {
        be_refused("GET / HTTP/1.1\r\n\r\n");
        n++;
    } while (n < 100 || !is_told_in_full());
    uint64_t seconds = (ractor_now_ns(alpha.runtime) - began_ns) / 1000000000;
    stop_pair();
    uint64_t n_told = count_told(&n_untold);
    ck_assert_uint_le(n_told, 10 * (seconds + 2));
    ck_assert_uint_eq(n_told + n_untold, n);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("node_flood");
    TCase *tcase = suite_case(suite, "flood", 250);
    tcase_add_test(tcase, ten_thousand_strangers_at_a_nodes_limit_disturb_no_session);
    tcase_add_test(tcase, ten_thousand_strangers_that_are_let_wait_disturb_no_session);
    tcase_add_test(tcase, a_thousand_that_drip_disturb_no_session);
    tcase_add_test(tcase, one_address_does_not_take_what_others_need);
    tcase_add_test(tcase, without_descriptors_connections_are_closed_and_sessions_live_on);
    tcase_add_test(tcase, the_frames_of_a_stranger_are_limited_in_all);
    tcase_add_test(tcase, a_flood_of_strangers_does_not_flood_the_log);
    return suite_run(suite);
}

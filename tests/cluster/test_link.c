/* SPDX-License-Identifier: MIT */
/* A link on a transport that the test opens and closes: what leaves in which order, and who waits.
 */
#include "actor/remote.h"
#include "base/pool.h"
#include "cluster/handshake.h"
#include "cluster/link.h"
#include "sample.h"
#include "suite.h"

#include <check.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT 4096

/* Takes as many bytes as it has been allowed to. */
struct gate {
    ractor_transport base;
    _Atomic size_t allowed;
    uint8_t *bytes;
    size_t length;
    size_t n_writes;
};

static struct gate gate;
static struct rt_link *link_;
static ractor_runtime *runtime;
static uint64_t incarnation;

static ractor_status gate_write(ractor_transport *transport, const void *bytes, size_t size,
                                size_t *length)
{
    (void)transport;
    size_t allowed = atomic_load(&gate.allowed);
    *length = size < allowed ? size : allowed;
    if (*length == 0)
        return RACTOR_EAGAIN;
    gate.bytes = realloc(gate.bytes, gate.length + *length);
    ck_assert_ptr_nonnull(gate.bytes);
    memcpy(gate.bytes + gate.length, bytes, *length);
    gate.length += *length;
    atomic_store(&gate.allowed, allowed - *length);
    gate.n_writes++;
    return RACTOR_OK;
}

static const ractor_transport_ops gate_ops = {.write = gate_write};

static void no_wake(void *user)
{
    (void)user;
}

static void setup(void)
{
    struct rt_link_options options = {
        .transport = &gate.base,
        .framing = RT_FRAMING_CURRENT,
        .frame_limit_bytes = 4 << 20,
        .out_limit_bytes = LIMIT,
        .wake = no_wake,
    };
    ck_assert_int_eq(ractor_runtime_start(NULL, &runtime), RACTOR_OK);
    options.runtime = runtime;
    gate.base.ops = &gate_ops;
    link_ = rt_link_take(runtime);
    ck_assert_ptr_nonnull(link_);
    rt_link_open(link_, &options);
    incarnation = link_->incarnation;
}

static void close_link(void)
{
    struct rt_link_remains remains;
    if (!link_->is_open)
        return;
    rt_link_close(link_, &remains);
    rt_pair_map_fini(&remains.inbound);
    rt_pair_map_fini(&remains.calls);
    rt_pair_map_fini(&remains.remotes);
}

static void teardown(void)
{
    close_link();
    rt_link_give(runtime, link_);
    ractor_runtime_stop(runtime);
    free(gate.bytes);
}

static ractor_status put(char fill, size_t size, enum rt_link_urgency urgency)
{
    uint8_t *at;
    ractor_status status = rt_link_begin(link_, incarnation, size, urgency, &at);
    if (status != RACTOR_OK)
        return status;
    memset(at, fill, size);
    rt_link_commit(link_, size);
    return RACTOR_OK;
}

static size_t unsent(void)
{
    ractor_session_info info;
    rt_link_measure(link_, &info);
    return info.out_bytes;
}

static void allow(size_t bytes)
{
    atomic_store(&gate.allowed, bytes);
    (void)rt_link_flush(link_);
}

/* The first bytes of the frames that have left, in order. */
static const char *left(void)
{
    static char text[64];
    struct rt_frame_reader reader;
    ractor_bytes message;
    size_t n = 0;
    rt_frame_reader_init(&reader, 8 << 20, RT_FRAMING_CURRENT);
    for (size_t fed = 0; fed < gate.length;) {
        uint8_t *at;
        size_t room;
        ck_assert_int_eq(rt_frame_reader_space(&reader, &at, &room), RACTOR_OK);
        size_t length = gate.length - fed < room ? gate.length - fed : room;
        memcpy(at, gate.bytes + fed, length);
        rt_frame_reader_commit(&reader, length);
        fed += length;
        while (rt_frame_reader_next(&reader, &message) == RACTOR_OK && n + 1 < sizeof text)
            text[n++] = (char)message.data[0];
    }
    rt_frame_reader_fini(&reader);
    text[n] = '\0';
    return text;
}

START_TEST(what_is_urgent_overtakes_what_waits_but_splits_no_frame)
{
    ck_assert_int_eq(put('a', 1000, RT_LINK_BOUNDED), RACTOR_OK);
    ck_assert_int_eq(put('b', 1000, RT_LINK_BOUNDED), RACTOR_OK);
    allow(100 + (size_t)_i); /* the first has begun */
    ck_assert_int_eq(put('c', 1000, RT_LINK_CONTROL), RACTOR_OK);
    ck_assert_int_eq(put('U', 50, RT_LINK_URGENT), RACTOR_OK);
    ck_assert_int_eq(put('R', 50, RT_LINK_REPLY), RACTOR_OK);
    allow(SIZE_MAX);
    ck_assert_str_eq(left(), "aURbc");
}
END_TEST

START_TEST(a_frame_that_has_left_whole_is_followed_by_what_is_urgent)
{
    ck_assert_int_eq(put('a', 1000, RT_LINK_BOUNDED), RACTOR_OK);
    ck_assert_int_eq(put('b', 1000, RT_LINK_BOUNDED), RACTOR_OK);
    allow(1008);
    ck_assert_int_eq(put('U', 50, RT_LINK_URGENT), RACTOR_OK);
    for (int i = 0; i < 3000; i++)
        allow(1);
    ck_assert_str_eq(left(), "aUb");
}
END_TEST

START_TEST(a_large_reply_keeps_its_place_before_later_control)
{
    ck_assert_int_eq(put('R', 100000, RT_LINK_REPLY), RACTOR_OK);
    ck_assert_int_eq(put('t', 10, RT_LINK_CONTROL), RACTOR_OK);
    allow(SIZE_MAX);
    ck_assert_str_eq(left(), "Rt");
}
END_TEST

/* Puts the fragments together and gives the message's length. */
static size_t assemble(uint8_t *whole, size_t *n_fragments)
{
    struct rt_frame_reader reader;
    ractor_bytes message;
    size_t length = 0;
    bool is_last = false;
    *n_fragments = 0;
    rt_frame_reader_init(&reader, 8 << 20, RT_FRAMING_CURRENT);
    for (size_t fed = 0; fed < gate.length;) {
        uint8_t *at;
        size_t room;
        ck_assert_int_eq(rt_frame_reader_space(&reader, &at, &room), RACTOR_OK);
        size_t n = gate.length - fed < room ? gate.length - fed : room;
        memcpy(at, gate.bytes + fed, n);
        rt_frame_reader_commit(&reader, n);
        fed += n;
        while (rt_frame_reader_next(&reader, &message) == RACTOR_OK) {
            enum rt_net_kind kind;
            ractor_bytes body, data;
            ck_assert_int_eq(rt_net_decode(message, &kind, &body), RACTOR_OK);
            ck_assert_int_eq(kind, RT_NET_FRAGMENT);
            ck_assert(!is_last);
            ck_assert_int_eq(rt_fragment_decode(body, &data, &is_last), RACTOR_OK);
            memcpy(whole + length, data.data, data.length);
            length += data.length;
            ++*n_fragments;
        }
    }
    ck_assert(is_last);
    rt_frame_reader_fini(&reader);
    return length;
}

START_TEST(a_large_message_is_cut_into_fragments_that_make_it_whole)
{
    static const size_t sizes[] = {RT_FRAGMENT_BYTES + 1, 2 * RT_FRAGMENT_BYTES,
                                   2 * RT_FRAGMENT_BYTES + 1, 3000000};
    size_t size = sizes[_i], n_fragments;
    uint8_t *at, *whole = malloc(size);
    ck_assert_ptr_nonnull(whole);
    rt_link_set_extensions(link_, RT_EXTENSION_FRAGMENTS);
    ck_assert_int_eq(rt_link_begin(link_, incarnation, size, RT_LINK_BOUNDED, &at), RACTOR_OK);
    for (size_t i = 0; i < size; i++)
        at[i] = (uint8_t)(i * 2654435761u >> 24);
    rt_link_commit(link_, size);
    allow(SIZE_MAX);
    while (unsent() != 0)
        allow(SIZE_MAX);
    ck_assert_uint_eq(assemble(whole, &n_fragments), size);
    ck_assert_uint_eq(n_fragments, (size + RT_FRAGMENT_BYTES - 1) / RT_FRAGMENT_BYTES);
    for (size_t i = 0; i < size; i++)
        ck_assert_uint_eq(whole[i], (uint8_t)(i * 2654435761u >> 24));
    free(whole);
}
END_TEST

START_TEST(a_peer_that_knows_no_fragments_gets_the_message_whole)
{
    ck_assert_int_eq(put('a', 1000000, RT_LINK_BOUNDED), RACTOR_OK);
    while (unsent() != 0)
        allow(SIZE_MAX);
    ck_assert_str_eq(left(), "a");
}
END_TEST

START_TEST(a_message_over_the_limit_is_the_senders_error_and_the_link_lives)
{
    ck_assert_int_eq(put('a', (4 << 20) + 1, RT_LINK_BOUNDED), RACTOR_ELIMIT);
    ck_assert_int_eq(put('b', 10, RT_LINK_BOUNDED), RACTOR_OK);
    allow(SIZE_MAX);
    ck_assert_str_eq(left(), "b");
}
END_TEST

/* ------------------------------------------------------------------ who waits */

struct waiting {
    pthread_t thread;
    uint32_t timeout_ms;
    _Atomic uint64_t is_over;
    ractor_status status;
};

static void *wait_for_room(void *waiting_)
{
    struct waiting *waiting = waiting_;
    waiting->status = rt_link_wait(link_, incarnation, waiting->timeout_ms);
    atomic_store(&waiting->is_over, 1);
    return NULL;
}

static bool has_waiter(void *unused)
{
    (void)unused;
    (void)pthread_mutex_lock(&link_->lock);
    bool is_listed = link_->waiters != NULL;
    (void)pthread_mutex_unlock(&link_->lock);
    return is_listed;
}

static void start_waiting(struct waiting *waiting, uint32_t timeout_ms)
{
    *waiting = (struct waiting){.timeout_ms = timeout_ms};
    ck_assert_int_eq(pthread_create(&waiting->thread, NULL, wait_for_room, waiting), 0);
}

static ractor_status end_waiting(struct waiting *waiting)
{
    ck_assert_int_eq(pthread_join(waiting->thread, NULL), 0);
    return waiting->status;
}

static void fill(void)
{
    while (put('x', 500, RT_LINK_BOUNDED) == RACTOR_OK)
        continue;
    ck_assert_uint_ge(unsent(), LIMIT);
    ck_assert_uint_le(unsent(), LIMIT + 508);
}

START_TEST(a_thread_waits_until_the_low_mark_is_reached)
{
    struct waiting waiting;
    fill();
    start_waiting(&waiting, RACTOR_TIMEOUT_NONE);
    sample_wait(has_waiter, NULL, "a sender that waits");
    allow(LIMIT / 4);
    ck_assert_uint_eq(atomic_load(&waiting.is_over), 0);
    ck_assert(has_waiter(NULL));
    allow(LIMIT / 2);
    ck_assert_int_eq(end_waiting(&waiting), RACTOR_OK);
}
END_TEST

START_TEST(whoever_comes_while_others_wait_goes_to_the_end_of_the_line)
{
    struct waiting waiting;
    fill();
    start_waiting(&waiting, RACTOR_TIMEOUT_NONE);
    sample_wait(has_waiter, NULL, "a sender that waits");
    allow(1000); /* below the high mark, above the low one */
    ck_assert_uint_lt(unsent(), LIMIT);
    ck_assert_int_eq(put('y', 10, RT_LINK_BOUNDED), RACTOR_EAGAIN);
    ck_assert_int_eq(put('y', 10, RT_LINK_GRANTED), RACTOR_OK);
    allow(SIZE_MAX);
    ck_assert_int_eq(end_waiting(&waiting), RACTOR_OK);
    ck_assert_int_eq(put('y', 10, RT_LINK_BOUNDED), RACTOR_OK);
}
END_TEST

START_TEST(a_wait_ends_at_its_deadline_and_leaves_the_line)
{
    struct waiting waiting;
    fill();
    start_waiting(&waiting, 20);
    ck_assert_int_eq(end_waiting(&waiting), RACTOR_ETIMEOUT);
    ck_assert(!has_waiter(NULL));
}
END_TEST

START_TEST(a_closing_link_wakes_who_waits)
{
    struct waiting waiting;
    fill();
    start_waiting(&waiting, RACTOR_TIMEOUT_NONE);
    sample_wait(has_waiter, NULL, "a sender that waits");
    close_link();
    ck_assert_int_eq(end_waiting(&waiting), RACTOR_OK);
    ck_assert_int_eq(rt_link_wait(link_, incarnation, RACTOR_TIMEOUT_NONE), RACTOR_ENODE);
}
END_TEST

START_TEST(a_thread_that_carries_messages_is_refused_instead)
{
    struct rt_pool pool;
    fill();
    ractor_carrier_enter(runtime, &pool);
    ck_assert_int_eq(rt_link_wait(link_, incarnation, RACTOR_TIMEOUT_NONE), RACTOR_EAGAIN);
    ractor_carrier_leave(&pool);
}
END_TEST

/* ------------------------------------------------------------------ in an actor */

static ractor_ref remote_actor(void)
{
    struct rt_remote_address address = {&rt_link_remote_ops, link_, incarnation, 77};
    ractor_ref nobody = {NULL, 0}, ref;
    ck_assert_int_eq(ractor_remote_spawn(runtime, &address, NULL, nobody, &ref), RACTOR_OK);
    return ref;
}

/* An actor that sends so many notes as soon as it lives. */
struct order {
    ractor_ref target;
    uint64_t n;
};

static _Atomic uint64_t n_ended;
static _Atomic int ended_with;

static ractor_status take_order(ractor_context *ctx, void *state, const void *args)
{
    (void)ctx;
    *(struct order *)state = *(const struct order *)args;
    return RACTOR_OK;
}

static ractor_status send_all(ractor_context *ctx, void *state)
{
    const struct order *order = state;
    ractor_status status = RACTOR_OK;
    (void)ctx;
    for (uint64_t i = 0; i < order->n && status == RACTOR_OK; i++)
        status = sample_note(order->target, "some text", i);
    atomic_store(&ended_with, (int)status);
    (void)atomic_fetch_add(&n_ended, 1);
    return RACTOR_OK;
}

static ractor_ref spawn_sender(ractor_ref to, uint64_t n)
{
    static const ractor_actor_class sender = {.name = "sender",
                                              .state_bytes = sizeof(struct order),
                                              .pre_start = take_order,
                                              .post_start = send_all};
    struct order order = {to, n};
    ractor_ref ref;
    ck_assert_int_eq(ractor_spawn(runtime, &sender, NULL, &order, &ref), RACTOR_OK);
    return ref;
}

static const struct rt_remote_ending over = {RACTOR_EVENT_ACTOR_TERMINATED, RACTOR_OK, "over"};

START_TEST(what_a_turn_sends_leaves_in_one_write)
{
    ractor_ref to = remote_actor();
    atomic_store(&gate.allowed, SIZE_MAX);
    (void)spawn_sender(to, 50);
    sample_wait_count(&n_ended, 1);
    ractor_ref other = sample_spawn(runtime, NULL, NULL);
    ck_assert_int_eq(ractor_stop_and_wait(other, NULL, RACTOR_TIMEOUT_NONE), RACTOR_OK);
    while (unsent() != 0) /* the turn ends soon */
        (void)sched_yield();
    ck_assert_uint_eq(gate.n_writes, 1);
    ck_assert_uint_eq(strlen(left()), 50);
    ractor_remote_end(to, &over);
}
END_TEST

START_TEST(a_sender_in_a_handler_is_suspended_while_others_run)
{
    ractor_ref to = remote_actor();
    uint64_t sum = 0;
    (void)spawn_sender(to, 1000);
    sample_wait(has_waiter, NULL, "a sender that waits");
    ck_assert_int_eq(sample_sum(sample_spawn(runtime, NULL, NULL), 1, 2, &sum), RACTOR_OK);
    ck_assert_uint_eq(atomic_load(&n_ended), 0);
    while (atomic_load(&n_ended) == 0)
        allow(1000);
    ck_assert_int_eq(atomic_load(&ended_with), RACTOR_OK);
    ractor_remote_end(to, &over);
}
END_TEST

START_TEST(each_of_several_senders_gets_on)
{
    ractor_ref to = remote_actor();
    for (int i = 0; i < 4; i++)
        (void)spawn_sender(to, 300);
    while (atomic_load(&n_ended) < 4)
        allow(2000);
    ck_assert_int_eq(atomic_load(&ended_with), RACTOR_OK);
    ractor_remote_end(to, &over);
}
END_TEST

START_TEST(a_kill_ends_the_wait_for_room)
{
    ractor_ref to = remote_actor();
    ractor_ref sender = spawn_sender(to, 1000);
    sample_wait(has_waiter, NULL, "a sender that waits");
    ractor_kill(sender);
    sample_wait_count(&n_ended, 1);
    ck_assert_int_eq(atomic_load(&ended_with), RACTOR_ECANCELED);
    ck_assert(!has_waiter(NULL));
    ractor_remote_end(to, &over);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("link");
    TCase *order = suite_case(suite, "order", 30);
    tcase_add_checked_fixture(order, setup, teardown);
    tcase_add_loop_test(order, what_is_urgent_overtakes_what_waits_but_splits_no_frame, 0, 3);
    tcase_add_test(order, a_frame_that_has_left_whole_is_followed_by_what_is_urgent);
    tcase_add_test(order, a_large_reply_keeps_its_place_before_later_control);
    tcase_add_loop_test(order, a_large_message_is_cut_into_fragments_that_make_it_whole, 0, 4);
    tcase_add_test(order, a_peer_that_knows_no_fragments_gets_the_message_whole);
    tcase_add_test(order, a_message_over_the_limit_is_the_senders_error_and_the_link_lives);
    TCase *room = suite_case(suite, "room", 60);
    tcase_add_checked_fixture(room, setup, teardown);
    tcase_add_test(room, a_thread_waits_until_the_low_mark_is_reached);
    tcase_add_test(room, whoever_comes_while_others_wait_goes_to_the_end_of_the_line);
    tcase_add_test(room, a_wait_ends_at_its_deadline_and_leaves_the_line);
    tcase_add_test(room, a_closing_link_wakes_who_waits);
    tcase_add_test(room, a_thread_that_carries_messages_is_refused_instead);
    tcase_add_test(room, what_a_turn_sends_leaves_in_one_write);
    tcase_add_test(room, a_sender_in_a_handler_is_suspended_while_others_run);
    tcase_add_test(room, each_of_several_senders_gets_on);
    tcase_add_test(room, a_kill_ends_the_wait_for_room);
    return suite_run(suite);
}

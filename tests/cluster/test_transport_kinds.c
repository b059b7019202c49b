/* SPDX-License-Identifier: MIT */
/* What every kind of transport promises, for each kind. */
#include "kinds.h"
#include "suite.h"

#include <check.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LARGE_BYTES ((size_t)3 << 20)

static ractor_transport *left, *right;

static void teardown(void)
{
    if (left != NULL)
        left->ops->free(left);
    if (right != NULL)
        right->ops->free(right);
    left = NULL;
    right = NULL;
}

/* Lets the kernel or the other thread go on. */
static void let_it_move(const ractor_transport *transport, short events)
{
    struct pollfd wanted = {.events = events};
    if (transport->ops->fd == NULL) {
        (void)sched_yield();
        return;
    }
    wanted.fd = transport->ops->fd(transport);
    (void)poll(&wanted, 1, 1000);
}

static ractor_status write_some(ractor_transport *to, const void *bytes, size_t size, size_t *n)
{
    ractor_status status = to->ops->write(to, bytes, size, n);
    if (status == RACTOR_EAGAIN)
        ck_assert_uint_eq(*n, 0);
    if (status == RACTOR_OK)
        ck_assert(*n > 0 && *n <= size);
    return status;
}

/* Reads until something comes: bytes, the end or an error. */
static ractor_status read_some(ractor_transport *from, void *bytes, size_t capacity, size_t *n)
{
    ractor_status status;
    while ((status = from->ops->read(from, bytes, capacity, n)) == RACTOR_EAGAIN)
        let_it_move(from, POLLIN);
    return status;
}

/* Has it send on what it keeps inside. */
static void push(ractor_transport *transport)
{
    size_t n = 0;
    if (transport->ops->needs != NULL)
        (void)transport->ops->write(transport, NULL, 0, &n);
}

static uint8_t pattern(size_t i)
{
    return (uint8_t)(i * 31 + i / 251);
}

/* Moves bytes from one end to the other, in pieces of at most so many. */
static void carry(ractor_transport *from, ractor_transport *to, size_t total, size_t piece)
{
    uint8_t *out = malloc(total);
    uint8_t *in = malloc(piece);
    size_t written = 0, seen = 0;
    for (size_t i = 0; i < total; i++)
        out[i] = pattern(i);
    while (seen < total) {
        size_t n = 0;
        size_t size = total - written < piece ? total - written : piece;
        if (size != 0 && write_some(from, out + written, size, &n) == RACTOR_OK)
            written += n;
        push(from);
        ractor_status status = to->ops->read(to, in, piece, &n);
        if (status == RACTOR_EAGAIN) {
            let_it_move(to, POLLIN);
            continue;
        }
        ck_assert_int_eq(status, RACTOR_OK);
        ck_assert_uint_gt(n, 0);
        size_t n_wrong = 0; /* an assertion per byte takes longer than the transport */
        for (size_t i = 0; i < n; i++)
            n_wrong += in[i] != pattern(seen + i);
        ck_assert_uint_eq(n_wrong, 0);
        seen += n;
    }
    free(out);
    free(in);
}

START_TEST(single_bytes_arrive_in_order_both_ways)
{
    kind_make(_i, &left, &right);
    carry(left, right, 1000, 1);
    carry(right, left, 1000, 1);
}
END_TEST

START_TEST(large_amounts_arrive_whole_both_ways)
{
    kind_make(_i, &left, &right);
    size_t total = _i == KIND_TINY_PIPE ? 10000 : LARGE_BYTES;
    carry(left, right, total, 100000);
    carry(right, left, total, 100000);
}
END_TEST

START_TEST(a_read_without_bytes_says_so_and_loses_nothing)
{
    uint8_t byte = 0;
    size_t n = 0;
    kind_make(_i, &left, &right);
    ck_assert_int_eq(right->ops->read(right, &byte, 1, &n), RACTOR_EAGAIN);
    ck_assert_int_eq(write_some(left, "x", 1, &n), RACTOR_OK);
    ck_assert_int_eq(read_some(right, &byte, 1, &n), RACTOR_OK);
    ck_assert_uint_eq(byte, 'x');
    ck_assert_int_eq(right->ops->read(right, &byte, 1, &n), RACTOR_EAGAIN);
}
END_TEST

/* Writes the fill until there is no room. */
static size_t fill_up(ractor_transport *to, char fill)
{
    char bytes[1000];
    size_t total = 0, n = 0;
    memset(bytes, fill, sizeof bytes);
    while (write_some(to, bytes, sizeof bytes, &n) == RACTOR_OK) {
        total += n;
        ck_assert_uint_lt(total, (size_t)64 << 20);
    }
    return total;
}

START_TEST(a_peer_that_does_not_read_stops_the_writer_who_may_then_write_something_else)
{
    char bytes[1000];
    size_t n = 0, seen = 0;
    bool has_written = false;
    kind_make(_i, &left, &right);
    size_t total = fill_up(left, 'a');
    while (seen < total + 1) {
        /* Less than was refused, and other bytes. */
        if (!has_written && write_some(left, "b", 1, &n) == RACTOR_OK)
            has_written = true;
        push(left);
        if (right->ops->read(right, bytes, sizeof bytes, &n) != RACTOR_OK) {
            let_it_move(right, POLLIN);
            continue;
        }
        ck_assert_uint_gt(n, 0);
        size_t n_wrong = 0;
        for (size_t i = 0; i < n; i++)
            n_wrong += bytes[i] != (seen + i < total ? 'a' : 'b');
        ck_assert_uint_eq(n_wrong, 0);
        seen += n;
    }
}
END_TEST

START_TEST(the_end_comes_after_each_number_of_bytes_and_stays)
{
    uint8_t bytes[64];
    size_t most = _i == KIND_TINY_PIPE ? 2 : sizeof bytes;
    for (size_t size = 0; size < most; size++) {
        size_t n = 0, seen = 0;
        kind_make(_i, &left, &right);
        memset(bytes, 'e', sizeof bytes);
        if (size != 0)
            ck_assert_int_eq(write_some(left, bytes, size, &n), RACTOR_OK);
        ck_assert_uint_eq(n, size);
        left->ops->shut(left);
        do {
            ck_assert_int_eq(read_some(right, bytes, 7, &n), RACTOR_OK);
            seen += n;
        } while (n != 0);
        ck_assert_uint_eq(seen, size);
        ck_assert_int_eq(read_some(right, bytes, 7, &n), RACTOR_OK);
        ck_assert_uint_eq(n, 0);
        teardown();
    }
}
END_TEST

START_TEST(writing_to_one_who_has_left_fails_in_the_end)
{
    ractor_status status;
    size_t n = 0;
    kind_make(_i, &left, &right);
    right->ops->free(right);
    right = NULL;
    for (int i = 0;
         (status = left->ops->write(left, "x", 1, &n)) == RACTOR_OK || status == RACTOR_EAGAIN;
         i++) {
        ck_assert_int_lt(i, 1000);
        let_it_move(left, POLLHUP);
    }
    ck_assert_int_eq(status, RACTOR_ENODE);
}
END_TEST

START_TEST(after_being_shut_nothing_can_be_written)
{
    size_t n = 0;
    kind_make(_i, &left, &right);
    left->ops->shut(left);
    ck_assert_int_eq(left->ops->write(left, "x", 1, &n), RACTOR_ENODE);
}
END_TEST

static void *write_until_it_fails(void *transport_)
{
    ractor_transport *transport = transport_;
    ractor_status status;
    size_t n = 0;
    do {
        status = transport->ops->write(transport, "abc", 3, &n);
    } while (status == RACTOR_OK || status == RACTOR_EAGAIN);
    return status == RACTOR_ENODE ? transport : NULL;
}

START_TEST(shutting_while_another_thread_writes_ends_its_writing)
{
    pthread_t thread;
    void *result = NULL;
    char bytes[100];
    size_t n = 0;
    kind_make(_i, &left, &right);
    ck_assert_int_eq(pthread_create(&thread, NULL, write_until_it_fails, left), 0);
    ck_assert_int_eq(read_some(right, bytes, sizeof bytes, &n), RACTOR_OK);
    left->ops->shut(left);
    ck_assert_int_eq(pthread_join(thread, &result), 0);
    ck_assert_ptr_eq(result, left);
}
END_TEST

static void count(void *n)
{
    ++*(int *)n;
}

START_TEST(one_without_a_descriptor_tells_of_input_room_and_the_end_until_it_is_not_watched)
{
    int n_told = 0;
    size_t n = 0;
    char byte;
    kind_make(_i, &left, &right);
    right->ops->watch(right, count, &n_told);
    ck_assert_int_eq(write_some(left, "x", 1, &n), RACTOR_OK);
    ck_assert_int_eq(n_told, 1);
    (void)fill_up(right, 'r');
    ck_assert_int_eq(left->ops->read(left, &byte, 1, &n), RACTOR_OK);
    ck_assert_int_eq(n_told, 2);
    left->ops->shut(left);
    ck_assert_int_eq(n_told, 3);
    right->ops->watch(right, NULL, NULL);
    left->ops->free(left);
    left = NULL;
    ck_assert_int_eq(n_told, 3);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("transport_kinds");
    TCase *tcase = tcase_create("kinds");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, single_bytes_arrive_in_order_both_ways, 0, N_KINDS);
    tcase_add_loop_test(tcase, large_amounts_arrive_whole_both_ways, 0, N_KINDS);
    tcase_add_loop_test(tcase, a_read_without_bytes_says_so_and_loses_nothing, 0, N_KINDS);
    tcase_add_loop_test(
        tcase, a_peer_that_does_not_read_stops_the_writer_who_may_then_write_something_else, 0,
        N_KINDS);
    tcase_add_loop_test(tcase, the_end_comes_after_each_number_of_bytes_and_stays, 0, N_KINDS);
    tcase_add_loop_test(tcase, writing_to_one_who_has_left_fails_in_the_end, 0, N_KINDS);
    tcase_add_loop_test(tcase, after_being_shut_nothing_can_be_written, 0, N_KINDS);
    tcase_add_loop_test(tcase, shutting_while_another_thread_writes_ends_its_writing, 0, N_KINDS);
    tcase_add_loop_test(
        tcase, one_without_a_descriptor_tells_of_input_room_and_the_end_until_it_is_not_watched,
        KIND_PIPE, KIND_TINY_PIPE + 1);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}

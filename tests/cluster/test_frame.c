/* SPDX-License-Identifier: MIT */
#include "cluster/frame.h"
#include "suite.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT 4096

/* What a stream of frames looks like: the head as rt_frame_put_head writes it, then the message. */
static size_t put_frame(enum rt_framing framing, const char *message, uint8_t *out)
{
    uint8_t *at = rt_frame_put_head(framing, strlen(message), out);
    memcpy(at, message, strlen(message));
    return (size_t)(at - out) + strlen(message);
}

static void feed(struct rt_frame_reader *reader, const uint8_t *bytes, size_t length)
{
    while (length != 0) {
        uint8_t *at;
        size_t room;
        ck_assert_int_eq(rt_frame_reader_space(reader, &at, &room), RACTOR_OK);
        size_t n = length < room ? length : room;
        memcpy(at, bytes, n);
        rt_frame_reader_commit(reader, n);
        bytes += n;
        length -= n;
    }
}

static void expect(struct rt_frame_reader *reader, const char *message)
{
    ractor_bytes got;
    ck_assert_int_eq(rt_frame_reader_next(reader, &got), RACTOR_OK);
    ck_assert_uint_eq(got.length, strlen(message));
    ck_assert(got.length == 0 || memcmp(got.data, message, got.length) == 0);
}

static void expect_status(struct rt_frame_reader *reader, ractor_status status)
{
    ractor_bytes got;
    ck_assert_int_eq(rt_frame_reader_next(reader, &got), status);
}

START_TEST(frames_arrive_whole_when_split_at_each_offset)
{
    enum rt_framing framing = (enum rt_framing)_i;
    uint8_t stream[256];
    size_t length = put_frame(framing, "first message", stream);
    length += put_frame(framing, "", stream + length);
    length += put_frame(framing, "third", stream + length);
    for (size_t split = 0; split <= length; split++) {
        struct rt_frame_reader reader;
        ractor_bytes got;
        int n = 0;
        rt_frame_reader_init(&reader, LIMIT, framing);
        feed(&reader, stream, split);
        while (rt_frame_reader_next(&reader, &got) == RACTOR_OK)
            n++;
        feed(&reader, stream + split, length - split);
        while (rt_frame_reader_next(&reader, &got) == RACTOR_OK)
            n++;
        ck_assert_int_eq(n, 3);
        rt_frame_reader_fini(&reader);
    }
}
END_TEST

START_TEST(frames_arrive_whole_byte_by_byte)
{
    uint8_t stream[64];
    struct rt_frame_reader reader;
    size_t length = put_frame(RT_FRAMING_CURRENT, "drip", stream);
    rt_frame_reader_init(&reader, LIMIT, RT_FRAMING_CURRENT);
    for (size_t i = 0; i + 1 < length; i++) {
        feed(&reader, stream + i, 1);
        expect_status(&reader, RACTOR_EAGAIN);
    }
    feed(&reader, stream + length - 1, 1);
    expect(&reader, "drip");
    rt_frame_reader_fini(&reader);
}
END_TEST

START_TEST(a_frame_at_the_limit_passes_and_one_above_is_refused_by_its_head)
{
    struct rt_frame_reader reader;
    uint8_t head[RT_FRAME_HEADER_BYTES];
    char *message = calloc(1, LIMIT + 1);
    uint8_t *frame = calloc(1, LIMIT + 16);
    ck_assert(message != NULL && frame != NULL);
    memset(message, 'm', LIMIT);
    rt_frame_reader_init(&reader, LIMIT, RT_FRAMING_CURRENT);
    feed(&reader, frame, put_frame(RT_FRAMING_CURRENT, message, frame));
    expect(&reader, message);
    (void)rt_frame_put_head(RT_FRAMING_CURRENT, LIMIT + 1, head);
    feed(&reader, head, sizeof head);
    expect_status(&reader, RACTOR_ELIMIT);
    rt_frame_reader_fini(&reader);
    free(message);
    free(frame);
}
END_TEST

START_TEST(a_bomb_takes_no_memory)
{
    struct rt_frame_reader reader;
    uint8_t bomb[RT_FRAME_HEADER_BYTES];
    memset(bomb, 0xff, sizeof bomb);
    rt_frame_reader_init(&reader, LIMIT, RT_FRAMING_UNKNOWN);
    feed(&reader, bomb, sizeof bomb);
    expect_status(&reader, RACTOR_ELIMIT);
    ck_assert_uint_le(reader.capacity, 1024);
    rt_frame_reader_fini(&reader);
}
END_TEST

START_TEST(the_buffer_follows_what_has_arrived_not_what_was_declared)
{
    struct rt_frame_reader reader;
    uint8_t head[RT_FRAME_HEADER_BYTES];
    uint8_t byte[512] = {0};
    size_t arrived = sizeof head;
    rt_frame_reader_init(&reader, (size_t)16 << 20, RT_FRAMING_CURRENT);
    (void)rt_frame_put_head(RT_FRAMING_CURRENT, (size_t)16 << 20, head);
    feed(&reader, head, sizeof head);
    for (int i = 0; i < 200; i++) {
        feed(&reader, byte, sizeof byte);
        arrived += sizeof byte;
        ck_assert_uint_le(reader.capacity, 2 * arrived + 1024);
    }
    rt_frame_reader_fini(&reader);
}
END_TEST

START_TEST(the_first_frame_tells_the_framing)
{
    enum rt_framing framing = (enum rt_framing)_i;
    uint8_t stream[64];
    struct rt_frame_reader reader;
    const char *auth = "\x0a\x03"
                       "abc"; /* NetworkMessage.auth of three bytes */
    size_t length = put_frame(framing, auth, stream);
    rt_frame_reader_init(&reader, LIMIT, RT_FRAMING_UNKNOWN);
    feed(&reader, stream, length);
    expect(&reader, auth);
    ck_assert_int_eq(reader.framing, framing);
    rt_frame_reader_fini(&reader);
}
END_TEST

START_TEST(a_first_frame_of_neither_framing_is_refused)
{
    uint8_t stream[64];
    struct rt_frame_reader reader;
    rt_frame_reader_init(&reader, LIMIT, RT_FRAMING_UNKNOWN);
    feed(&reader, stream, put_frame(RT_FRAMING_CURRENT, "hello", stream));
    expect_status(&reader, RACTOR_EPROTO);
    rt_frame_reader_fini(&reader);
}
END_TEST

START_TEST(a_legacy_frame_with_a_wrong_inner_length_is_refused)
{
    uint8_t stream[64];
    struct rt_frame_reader reader;
    size_t length = put_frame(RT_FRAMING_LEGACY, "hello", stream);
    stream[RT_FRAME_HEADER_BYTES]++;
    rt_frame_reader_init(&reader, LIMIT, RT_FRAMING_LEGACY);
    feed(&reader, stream, length);
    expect_status(&reader, RACTOR_EPROTO);
    rt_frame_reader_fini(&reader);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("frame");
    TCase *tcase = tcase_create("frame");
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, frames_arrive_whole_when_split_at_each_offset, RT_FRAMING_CURRENT,
                        RT_FRAMING_LEGACY + 1);
    tcase_add_test(tcase, frames_arrive_whole_byte_by_byte);
    tcase_add_test(tcase, a_frame_at_the_limit_passes_and_one_above_is_refused_by_its_head);
    tcase_add_test(tcase, a_bomb_takes_no_memory);
    tcase_add_test(tcase, the_buffer_follows_what_has_arrived_not_what_was_declared);
    tcase_add_loop_test(tcase, the_first_frame_tells_the_framing, RT_FRAMING_CURRENT,
                        RT_FRAMING_LEGACY + 1);
    tcase_add_test(tcase, a_first_frame_of_neither_framing_is_refused);
    tcase_add_test(tcase, a_legacy_frame_with_a_wrong_inner_length_is_refused);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}

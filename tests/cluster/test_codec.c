/* SPDX-License-Identifier: MIT */
/* The codec against messages that another implementation has encoded (make_vectors.py). */
#include "cluster/codec.h"
#include "vectors.h"
#include "suite.h"

#include <check.h>
#include <string.h>

#define VECTOR(name) ((ractor_bytes){vector_##name, sizeof vector_##name})

static ractor_bytes body_of(ractor_bytes message, enum rt_net_kind wanted)
{
    enum rt_net_kind kind;
    ractor_bytes body = {NULL, 0};
    ck_assert_int_eq(rt_net_decode(message, &kind, &body), RACTOR_OK);
    ck_assert_int_eq(kind, wanted);
    return body;
}

/* ------------------------------------------------------------------ auth */

static void check_auth(ractor_bytes vector, pb_size_t which, auth_AuthenticationMessage *auth)
{
    uint8_t again[1024];
    ck_assert_int_eq(rt_auth_decode(body_of(vector, RT_NET_AUTH), auth), RACTOR_OK);
    ck_assert_uint_eq(auth->which_msg, which);
    size_t size = rt_auth_size(auth);
    ck_assert_uint_eq(size, vector.length);
    ck_assert_int_eq(rt_auth_write(auth, again, size), RACTOR_OK);
    ck_assert_mem_eq(again, vector.data, size);
}

START_TEST(handshake_messages_are_those_of_the_other_codec)
{
    auth_AuthenticationMessage auth;
    check_auth(VECTOR(name), auth_AuthenticationMessage_name_tag, &auth);
    ck_assert_str_eq(auth.msg.name.name, "alpha@host");
    ck_assert_str_eq(auth.msg.name.connection_string, "host:4697");
    ck_assert_uint_eq(auth.msg.name.connection_id, UINT64_C(0xFEDCBA9876543210));
    ck_assert_uint_eq(auth.msg.name.flags.extensions, 1);
    check_auth(VECTOR(server_status), auth_AuthenticationMessage_server_status_tag, &auth);
    ck_assert_int_eq(auth.msg.server_status.status, auth_ServerStatus_Status_ALIVE);
    check_auth(VECTOR(server_status_ok), auth_AuthenticationMessage_server_status_tag, &auth);
    check_auth(VECTOR(client_status), auth_AuthenticationMessage_client_status_tag, &auth);
    ck_assert(auth.msg.client_status.status);
    check_auth(VECTOR(server_challenge), auth_AuthenticationMessage_server_challenge_tag, &auth);
    ck_assert_uint_eq(auth.msg.server_challenge.challenge, 0xDEADBEEF);
    check_auth(VECTOR(client_challenge), auth_AuthenticationMessage_client_challenge_tag, &auth);
    ck_assert_uint_eq(auth.msg.client_challenge.digest.size, 32);
    check_auth(VECTOR(server_ack), auth_AuthenticationMessage_server_ack_tag, &auth);
}
END_TEST

/* ------------------------------------------------------------------ node */

/* Field order may differ from the other codec's, so what is written is read back and compared. */
static void check_node(ractor_bytes vector, struct rt_node_message *message)
{
    uint8_t again[256];
    struct rt_node_message copy;
    ck_assert_int_eq(rt_node_decode(body_of(vector, RT_NET_NODE), message), RACTOR_OK);
    size_t head = rt_node_head_size(message);
    ck_assert_uint_le(head + message->what.length, sizeof again);
    ck_assert_int_eq(rt_node_put_head(message, again, head), RACTOR_OK);
    if (message->what.length != 0)
        memcpy(again + head, message->what.data, message->what.length);
    ractor_bytes whole = {again, head + message->what.length};
    ck_assert_int_eq(rt_node_decode(body_of(whole, RT_NET_NODE), &copy), RACTOR_OK);
    ck_assert_int_eq(copy.kind, message->kind);
    ck_assert_uint_eq(copy.to, message->to);
    ck_assert_uint_eq(copy.tag, message->tag);
    ck_assert_int_eq(copy.has_timeout, message->has_timeout);
    ck_assert_uint_eq(copy.timeout_ms, message->timeout_ms);
    ck_assert_uint_eq(copy.failure, message->failure);
    ck_assert(ractor_string_equal(copy.variant, message->variant));
    ck_assert(ractor_bytes_equal(copy.what, message->what));
    ck_assert(ractor_bytes_equal(copy.metadata, message->metadata));
    ck_assert_uint_eq(copy.n_retries, message->n_retries);
}

START_TEST(node_messages_are_those_of_the_other_codec)
{
    struct rt_node_message m;
    check_node(VECTOR(cast), &m);
    ck_assert_int_eq(m.kind, RT_NODE_CAST);
    ck_assert_uint_eq(m.to, 5);
    ck_assert(ractor_string_equal(m.variant, RACTOR_STR("Cast1")));
    ck_assert_uint_eq(m.what.length, 3);
    check_node(VECTOR(cast_empty), &m);
    check_node(VECTOR(cast_metadata), &m);
    ck_assert(ractor_bytes_equal(m.metadata, (ractor_bytes){(const uint8_t *)"meta", 4}));
    check_node(VECTOR(cast_unknown), &m);
    ck_assert_uint_eq(m.to, 5);
    check_node(VECTOR(call), &m);
    ck_assert_uint_eq(m.tag, UINT64_C(1) << 40);
    ck_assert(m.has_timeout);
    ck_assert_uint_eq(m.timeout_ms, 5000);
    check_node(VECTOR(call_no_timeout), &m);
    ck_assert(!m.has_timeout);
    check_node(VECTOR(reply), &m);
    ck_assert_uint_eq(m.failure, 0);
    check_node(VECTOR(reply_failed), &m);
    ck_assert_uint_eq(m.failure, 3);
}
END_TEST

START_TEST(a_job_goes_with_a_cast_or_call_and_what_is_too_short_is_none)
{
    static const uint8_t expected[] = {1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0, 0, 1, 0};
    uint8_t options[RT_JOB_OPTIONS_BYTES];
    uint8_t out[256];
    struct rt_job_metadata job;
    struct rt_node_message m;
    rt_job_encode(UINT64_C(0x0102030405060708), 256, options);
    ck_assert_mem_eq(options, expected, sizeof options);
    for (int kind = RT_NODE_CAST; kind <= RT_NODE_CALL; kind++) {
        struct rt_node_message sent = {.kind = (enum rt_node_kind)kind,
                                       .to = 5,
                                       .variant = RACTOR_STR("V"),
                                       .metadata = {options, sizeof options},
                                       .key = {(const uint8_t *)"key", 3},
                                       .n_retries = kind == RT_NODE_CAST ? UINT32_MAX : 0};
        size_t size = rt_node_head_size(&sent);
        ck_assert_int_eq(rt_node_put_head(&sent, out, size), RACTOR_OK);
        ractor_bytes whole = {out, size};
        ck_assert_int_eq(rt_node_decode(body_of(whole, RT_NET_NODE), &m), RACTOR_OK);
        ck_assert_uint_eq(m.n_retries, sent.n_retries);
        ck_assert(rt_job_decode(&m, &job));
        ck_assert_uint_eq(job.submitted_ns, UINT64_C(0x0102030405060708));
        ck_assert_uint_eq(job.ttl_ns, 256);
        ck_assert(ractor_bytes_equal(job.key, sent.key));
    }
    m.metadata.length = RT_JOB_OPTIONS_BYTES;
    ck_assert(rt_job_decode(&m, &job));
    ck_assert_uint_eq(job.key.length, 0);
    m.metadata.length--;
    ck_assert(!rt_job_decode(&m, &job));
    m.metadata = (ractor_bytes){NULL, 0};
    ck_assert(!rt_job_decode(&m, &job));
}
END_TEST

START_TEST(incarnations_go_with_a_cast_a_call_and_a_reply)
{
    const uint8_t starts[16] = {1, [15] = 2};
    uint8_t out[256];
    struct rt_node_message m;
    for (int kind = RT_NODE_CAST; kind <= RT_NODE_REPLY; kind++) {
        struct rt_node_message sent = {.kind = (enum rt_node_kind)kind,
                                       .to = 5,
                                       .variant = RACTOR_STR("V"),
                                       .starts = {starts, sizeof starts}};
        size_t size = rt_node_head_size(&sent);
        ck_assert_int_eq(rt_node_put_head(&sent, out, size), RACTOR_OK);
        ractor_bytes whole = {out, size};
        ck_assert_int_eq(rt_node_decode(body_of(whole, RT_NET_NODE), &m), RACTOR_OK);
        ck_assert_int_eq(m.kind, kind);
        ck_assert_uint_eq(m.starts.length, sizeof starts);
        ck_assert_mem_eq(m.starts.data, starts, sizeof starts);
    }
}
END_TEST

START_TEST(a_trace_goes_with_a_cast_or_call_and_a_broken_one_is_none)
{
    ractor_trace_context trace = {.trace_id = {1}, .span_id = {2}, .parent_id = {3}, .flags = 1};
    uint8_t bytes[RT_TRACE_BYTES];
    uint8_t out[256];
    ractor_trace_context read;
    struct rt_node_message m;
    rt_trace_encode(&trace, bytes);
    for (int kind = RT_NODE_CAST; kind <= RT_NODE_CALL; kind++) {
        struct rt_node_message sent = {.kind = (enum rt_node_kind)kind,
                                       .to = 5,
                                       .variant = RACTOR_STR("V"),
                                       .trace = {bytes, sizeof bytes},
                                       .trace_state = {(const uint8_t *)"k=v", 3}};
        size_t size = rt_node_head_size(&sent);
        ck_assert_int_eq(rt_node_put_head(&sent, out, size), RACTOR_OK);
        ractor_bytes whole = {out, size};
        ck_assert_int_eq(rt_node_decode(body_of(whole, RT_NET_NODE), &m), RACTOR_OK);
        ck_assert(rt_trace_decode(&m, &read));
        ck_assert_mem_eq(read.trace_id, trace.trace_id, 16);
        ck_assert_mem_eq(read.span_id, trace.span_id, 8);
        ck_assert_mem_eq(read.parent_id, trace.parent_id, 8);
        ck_assert_uint_eq(read.flags, 1);
        ck_assert(ractor_string_equal(read.state, RACTOR_STR("k=v")));
    }
    m.trace.length--;
    ck_assert(!rt_trace_decode(&m, &read));
    m.trace = (ractor_bytes){bytes, sizeof bytes};
    bytes[16] = 0; /* no span */
    ck_assert(!rt_trace_decode(&m, &read));
    bytes[16] = 2;
    bytes[0] = 0; /* no trace */
    ck_assert(!rt_trace_decode(&m, &read));
}
END_TEST

/* ------------------------------------------------------------------ control */

static struct rt_control control_of(ractor_bytes vector, enum rt_control_kind kind)
{
    struct rt_control control;
    ck_assert_int_eq(rt_control_decode(body_of(vector, RT_NET_CONTROL), &control), RACTOR_OK);
    ck_assert_int_eq(control.kind, kind);
    return control;
}

static void check_written(const struct rt_control_out *out, ractor_bytes vector)
{
    uint8_t again[1024];
    size_t size = rt_control_size(out);
    ck_assert_uint_eq(size, vector.length);
    ck_assert_int_eq(rt_control_write(out, again, size), RACTOR_OK);
    ck_assert_mem_eq(again, vector.data, size);
}

static void check_actors(ractor_bytes vector, enum rt_control_kind kind, size_t n_wanted)
{
    struct rt_control control = control_of(vector, kind);
    struct rt_wire_in in = rt_wire_in_of(control.body);
    struct rt_actor_entry actors[4];
    size_t n = 0;
    while (rt_control_next_actor(&in, &control, &actors[n]) == RT_WIRE_FIELD)
        n++;
    ck_assert_uint_eq(n, n_wanted);
    ck_assert_uint_eq(actors[0].pid, 0);
    ck_assert(!actors[0].has_name);
    if (n > 2) {
        ck_assert(ractor_string_equal(actors[1].name, RACTOR_STR("seven")));
        ck_assert_uint_eq(actors[2].pid, UINT64_MAX);
        ck_assert(actors[2].has_name);
    }
    struct rt_control_out out = {.kind = kind,
                                 .actors = actors,
                                 .n_actors = n,
                                 .scope = control.scope,
                                 .group = control.group};
    /* A pid of 0 is written although it need not be: two bytes more, in each of the lengths. */
    uint8_t again[256];
    size_t size = rt_control_size(&out);
    ck_assert_int_eq(rt_control_write(&out, again, size), RACTOR_OK);
    ck_assert_uint_eq(size, vector.length + 2);
    ractor_bytes whole = {again, size};
    control = control_of(whole, kind);
    ck_assert(ractor_string_equal(control.group, out.group));
}

START_TEST(lists_of_actors_are_those_of_the_other_codec)
{
    check_actors(VECTOR(spawn), RT_CONTROL_SPAWN, 3);
    check_actors(VECTOR(pg_join), RT_CONTROL_PG_JOIN, 3);
    check_actors(VECTOR(pg_leave), RT_CONTROL_PG_LEAVE, 1);
    struct rt_control control = control_of(VECTOR(pg_join), RT_CONTROL_PG_JOIN);
    ck_assert(ractor_string_equal(control.scope, RACTOR_STR("s")));
    ck_assert(ractor_string_equal(control.group, RACTOR_STR("g")));
}
END_TEST

START_TEST(lists_of_pids_are_those_of_the_other_codec)
{
    struct rt_control control = control_of(VECTOR(terminate), RT_CONTROL_TERMINATE);
    struct rt_pid_iterator pids = rt_control_pids(&control);
    const struct rt_actor_entry actors[] = {{.pid = 0}, {.pid = 7}, {.pid = UINT64_MAX}};
    uint64_t pid;
    for (size_t i = 0; i < 3; i++) {
        ck_assert_int_eq(rt_control_next_pid(&pids, &pid), RT_WIRE_FIELD);
        ck_assert_uint_eq(pid, actors[i].pid);
    }
    ck_assert_int_eq(rt_control_next_pid(&pids, &pid), RT_WIRE_END);
    struct rt_control_out out = {.kind = RT_CONTROL_TERMINATE, .actors = actors, .n_actors = 3};
    check_written(&out, VECTOR(terminate));
}
END_TEST

START_TEST(endings_stand_behind_the_pids_which_other_readers_see_alone)
{
    const struct rt_actor_entry actors[] = {{.pid = 7}, {.pid = 9}};
    const struct rt_note notes[] = {
        {.number = 7, .text = {(const uint8_t *)"bored", 5}},
        {.number = 9, .detail = 13},
    };
    struct rt_control_out out = {.kind = RT_CONTROL_TERMINATE,
                                 .actors = actors,
                                 .n_actors = 2,
                                 .notes = notes,
                                 .n_notes = 2};
    uint8_t bytes[64];
    size_t size = rt_control_size(&out);
    struct rt_note ending;
    uint64_t pid = 0;
    ck_assert_uint_le(size, sizeof bytes);
    ck_assert_int_eq(rt_control_write(&out, bytes, size), RACTOR_OK);
    struct rt_control control = control_of((ractor_bytes){bytes, size}, RT_CONTROL_TERMINATE);
    struct rt_wire_in in = rt_wire_in_of(control.body);
    struct rt_pid_iterator pids = rt_control_pids(&control);
    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(rt_control_next_ending(&in, &ending), RT_WIRE_FIELD);
        ck_assert_uint_eq(ending.number, notes[i].number);
        ck_assert_uint_eq(ending.detail, notes[i].detail);
        ck_assert(ractor_bytes_equal(ending.text, notes[i].text));
        ck_assert_int_eq(rt_control_next_pid(&pids, &pid), RT_WIRE_FIELD);
        ck_assert_uint_eq(pid, actors[i].pid);
    }
    ck_assert_int_eq(rt_control_next_ending(&in, &ending), RT_WIRE_END);
    ck_assert_int_eq(rt_control_next_pid(&pids, &pid), RT_WIRE_END);
}
END_TEST

START_TEST(what_only_c_nodes_say_is_read_as_it_was_written)
{
    struct rt_note note = {.number = 5,
                           .detail = 2,
                           .text = {(const uint8_t *)"over", 4},
                           .data = {(const uint8_t *)"data", 4},
                           .extra = {(const uint8_t *)"extra", 5},
                           .status = 13,
                           .flags = 3};
    struct rt_control_out out = {.kind = (enum rt_control_kind)_i, .notes = &note, .n_notes = 1};
    uint8_t bytes[64];
    size_t size = rt_control_size(&out);
    ck_assert_uint_le(size, sizeof bytes);
    ck_assert_int_eq(rt_control_write(&out, bytes, size), RACTOR_OK);
    struct rt_control control = control_of((ractor_bytes){bytes, size}, out.kind);
    ck_assert_uint_eq(control.note.number, 5);
    ck_assert_uint_eq(control.note.detail, 2);
    ck_assert_uint_eq(control.note.status, 13);
    ck_assert_uint_eq(control.note.flags, 3);
    ck_assert(ractor_bytes_equal(control.note.text, note.text));
    ck_assert(ractor_bytes_equal(control.note.data, note.data));
    ck_assert(ractor_bytes_equal(control.note.extra, note.extra));
}
END_TEST

START_TEST(pids_that_are_not_packed_are_read_too)
{
    const uint8_t bytes[] = {0x1a, 0x06, 0x12, 0x04, 0x08, 0x05, 0x08, 0x06};
    ractor_bytes vector = {bytes, sizeof bytes};
    struct rt_control control = control_of(vector, RT_CONTROL_TERMINATE);
    struct rt_pid_iterator pids = rt_control_pids(&control);
    uint64_t pid = 0;
    ck_assert_int_eq(rt_control_next_pid(&pids, &pid), RT_WIRE_FIELD);
    ck_assert_uint_eq(pid, 5);
    ck_assert_int_eq(rt_control_next_pid(&pids, &pid), RT_WIRE_FIELD);
    ck_assert_uint_eq(pid, 6);
    ck_assert_int_eq(rt_control_next_pid(&pids, &pid), RT_WIRE_END);
}
END_TEST

START_TEST(pings_and_names_are_those_of_the_other_codec)
{
    control_Ping ping;
    struct rt_control control = control_of(VECTOR(ping), RT_CONTROL_PING);
    ck_assert_int_eq(rt_control_time(&control, &ping), RACTOR_OK);
    ck_assert_int_eq(ping.timestamp.seconds, -5);
    struct rt_control_out out = {.kind = RT_CONTROL_PING, .ping = &ping};
    check_written(&out, VECTOR(ping));
    control = control_of(VECTOR(pong), RT_CONTROL_PONG);
    ck_assert_int_eq(rt_control_time(&control, &ping), RACTOR_OK);
    ck_assert_int_eq(ping.timestamp.seconds, 77);

    auth_NameMessage names[2];
    bool is_usable = false;
    control = control_of(VECTOR(enumerate), RT_CONTROL_ENUMERATE);
    ck_assert_int_eq(rt_control_asker(&control, &names[0]), RACTOR_OK);
    out = (struct rt_control_out){.kind = RT_CONTROL_ENUMERATE, .names = names, .n_names = 1};
    check_written(&out, VECTOR(enumerate));
    control = control_of(VECTOR(node_sessions), RT_CONTROL_NODE_SESSIONS);
    struct rt_wire_in in = rt_wire_in_of(control.body);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(rt_control_next_session(&in, &names[i], &is_usable), RT_WIRE_FIELD);
        ck_assert(is_usable);
    }
    ck_assert_int_eq(rt_control_next_session(&in, &names[0], &is_usable), RT_WIRE_END);
    out = (struct rt_control_out){.kind = RT_CONTROL_NODE_SESSIONS, .names = names, .n_names = 2};
    check_written(&out, VECTOR(node_sessions));
}
END_TEST

START_TEST(ready_is_empty_and_unknown_fields_are_skipped)
{
    struct rt_control_out out = {.kind = RT_CONTROL_READY};
    check_written(&out, VECTOR(ready));
    (void)control_of(VECTOR(ready_unknown), RT_CONTROL_READY);
}
END_TEST

/* ------------------------------------------------------------------ broken bytes */

/* Every cut of a good message must be refused or be read as something shorter, never crash. */
static void cut_everywhere(ractor_bytes vector)
{
    for (size_t length = 0; length < vector.length; length++) {
        ractor_bytes cut = {vector.data, length};
        enum rt_net_kind kind;
        ractor_bytes body = {NULL, 0};
        if (rt_net_decode(cut, &kind, &body) != RACTOR_OK)
            continue;
        ck_assert_int_eq(kind, RT_NET_NONE); /* a oneof's only field was cut away */
        ck_assert_uint_eq(length, 0);
    }
}

START_TEST(a_cut_message_is_refused)
{
    cut_everywhere(VECTOR(name));
    cut_everywhere(VECTOR(call));
    cut_everywhere(VECTOR(spawn));
    cut_everywhere(VECTOR(terminate));
    cut_everywhere(VECTOR(node_sessions));
}
END_TEST

START_TEST(a_field_of_the_wrong_kind_is_refused)
{
    const uint8_t number_as_auth[] = {0x08, 0x01};
    const uint8_t number_as_what[] = {0x0a, 0x02, 0x10, 0x01}; /* cast { what: 1 } */
    ractor_bytes body = {number_as_auth, sizeof number_as_auth};
    enum rt_net_kind kind;
    struct rt_node_message message;
    ck_assert_int_eq(rt_net_decode(body, &kind, &body), RACTOR_EDECODE);
    body = (ractor_bytes){number_as_what, sizeof number_as_what};
    ck_assert_int_eq(rt_node_decode(body, &message), RACTOR_EDECODE);
}
END_TEST

START_TEST(names_must_be_utf8_without_nul)
{
    static const struct {
        const char *bytes;
        size_t length;
        bool is_name;
    } rows[] = {
        {"", 0, true},
        {"plain", 5, true},
        {"gr\xc3\xbc\xc3\x9f", 6, true},
        {"\xe2\x82\xac", 3, true},
        {"\xf0\x9f\x98\x80", 4, true},
        {"a\0b", 3, false},
        {"\xc0\x80", 2, false},
        {"\xed\xa0\x80", 3, false},
        {"\xf4\x90\x80\x80", 4, false},
        {"\xe2\x82", 2, false},
        {"\xff", 1, false},
        {"\x80", 1, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ractor_bytes text = {(const uint8_t *)rows[i].bytes, rows[i].length};
        ck_assert_int_eq(rt_wire_is_name(text), rows[i].is_name);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("codec");
    TCase *tcase = tcase_create("codec");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, endings_stand_behind_the_pids_which_other_readers_see_alone);
    tcase_add_loop_test(tcase, what_only_c_nodes_say_is_read_as_it_was_written, RT_CONTROL_EXIT,
                        RT_CONTROL_SPAWN_ANSWER + 1);
    tcase_add_test(tcase, handshake_messages_are_those_of_the_other_codec);
    tcase_add_test(tcase, node_messages_are_those_of_the_other_codec);
    tcase_add_test(tcase, a_job_goes_with_a_cast_or_call_and_what_is_too_short_is_none);
    tcase_add_test(tcase, incarnations_go_with_a_cast_a_call_and_a_reply);
    tcase_add_test(tcase, a_trace_goes_with_a_cast_or_call_and_a_broken_one_is_none);
    tcase_add_test(tcase, lists_of_actors_are_those_of_the_other_codec);
    tcase_add_test(tcase, lists_of_pids_are_those_of_the_other_codec);
    tcase_add_test(tcase, pids_that_are_not_packed_are_read_too);
    tcase_add_test(tcase, pings_and_names_are_those_of_the_other_codec);
    tcase_add_test(tcase, ready_is_empty_and_unknown_fields_are_skipped);
    tcase_add_test(tcase, a_cut_message_is_refused);
    tcase_add_test(tcase, a_field_of_the_wrong_kind_is_refused);
    tcase_add_test(tcase, names_must_be_utf8_without_nul);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}

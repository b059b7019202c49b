/* SPDX-License-Identifier: MIT */
/* Jobs for a factory on the other node, C's and Rust's. The loop variable `_i` is the dialler. */
#include "suites.h"
#include "text.h"

#include <ractor/factory.h>
#include <ractor/factory_parts.h>
#include <ractor/pg.h>
#include <ractor/wire.h>

#include <string.h>

static struct pair pair;

/* ------------------------------------------------------------------ a factory of C */

static ractor_ref gate; /* a job whose text is "gate" waits until it ends */

/* The time to live of the job in hand, in milliseconds, and whether it is of the last minute. */
static void put_times(ractor_context *ctx, struct text *text)
{
    ractor_job_times times;
    assert_ok(ractor_job_times_get(ctx, &times));
    if (times.expires_ns == UINT64_MAX)
        text_printf(text, "-");
    else
        text_printf(text, "%llu",
                    (unsigned long long)((times.expires_ns - times.submitted_ns) / 1000000));
    bool is_fresh = times.received_ns - times.submitted_ns < UINT64_C(60000000000);
    text_printf(text, is_fresh ? " fresh" : " stale");
}

static ractor_status job_cast1(ractor_context *ctx, void *state,
                               const interop_my_basic_message_type_cast1 *msg)
{
    struct text text = {.length = 0};
    (void)state;
    put_times(ctx, &text);
    text_printf(&text, " Cast1 ");
    text_put_string(&text, msg->arg0);
    c_log_write(&pair.c.log, "job %s %llu", text.data, (unsigned long long)msg->arg1);
    if (ractor_string_equal(msg->arg0, RACTOR_STR("gate")))
        return ractor_wait(gate, RACTOR_TIMEOUT_NONE);
    return RACTOR_OK;
}

static ractor_status job_call1(ractor_context *ctx, void *state,
                               const interop_my_basic_message_type_call1 *msg,
                               interop_my_basic_message_type_call1_port *port)
{
    struct text text = {.length = 0};
    ractor_string words[2] = {RACTOR_STR("done"), RACTOR_STR("by c")};
    (void)state;
    put_times(ctx, &text);
    c_log_write(&pair.c.log, "job %s Call1", text.data);
    return interop_my_basic_message_type_call1_reply(
        port, (ractor_vec_string){.data = words, .length = msg->arg0 % 3});
}

static const ractor_actor_class worker_class = {
    INTEROP_MY_BASIC_MESSAGE_TYPE_HANDLERS(job),
    .name = "worker",
};

static uint64_t log_key(void *user, ractor_bytes key, uint32_t n_workers)
{
    struct text text = {.length = 0};
    (void)user;
    (void)n_workers;
    text_put_bytes(&text, key);
    c_log_write(&pair.c.log, "routed %s", text.data);
    return 0;
}

static void log_discard(void *user, ractor_discard_reason reason, const ractor_job *job)
{
    struct text text = {.length = 0};
    (void)user;
    text_put_bytes(&text, job->key);
    c_log_write(&pair.c.log, "discarded %s %d", text.data, (int)reason);
}

/* One worker, before which one job may wait. */
static void start_c_factory(void)
{
    ractor_factory factory;
    ractor_factory_options options = {
        .name = "c_jobs",
        .worker_class = &worker_class,
        .routing = RACTOR_ROUTE_CUSTOM,
        .hash = log_key,
        .settings = {.discard = {.mode = RACTOR_DISCARD_NEWEST, .limit = 1},
                     .on_discard = log_discard},
    };
    gate = c_node_spawn_seed(&pair.c, NULL).any;
    assert_ok(ractor_factory_start(pair.c.runtime, &options, &factory));
    assert_ok(ractor_pg_join("interop", "jobs", &factory.any, 1));
    peer_hears(&pair.rust, "joined interop jobs c_jobs");
}

/* ------------------------------------------------------------------ a factory of Rust */

static ractor_factory start_rust_factory(const char *kind)
{
    ractor_factory factory;
    peer_do(&pair.rust, "spawn %s rust_jobs", kind);
    peer_do(&pair.rust, "join interop jobs rust_jobs");
    c_log_hears(&pair.c.log, "joined interop jobs rust_jobs");
    factory.any = c_node_find(&pair.c, "rust_jobs");
    return factory;
}

static ractor_status give(ractor_factory factory, ractor_bytes key, const char *text,
                          uint32_t ttl_ms)
{
    interop_my_basic_message_type_cast1 msg = {ractor_string_from(text), 5};
    ractor_job job = {.key = key,
                      .type = &interop_my_basic_message_type_type,
                      .tag = INTEROP_MY_BASIC_MESSAGE_TYPE_CAST1,
                      .args = &msg,
                      .ttl_ms = ttl_ms};
    return ractor_factory_cast(factory, &job);
}

static ractor_status give_number(ractor_factory factory, uint64_t key, const char *text,
                                 uint32_t ttl_ms)
{
    uint8_t bytes[8];
    return give(factory, ractor_job_key_u64(key, bytes), text, ttl_ms);
}

static ractor_status ask(ractor_factory factory, uint64_t key, uint32_t timeout_ms,
                         ractor_vec_string *reply, ractor_message **owner)
{
    uint8_t bytes[8];
    interop_my_basic_message_type_call1 msg = {3, INT64_MAX};
    ractor_job job = {.key = ractor_job_key_u64(key, bytes),
                      .type = &interop_my_basic_message_type_type,
                      .tag = INTEROP_MY_BASIC_MESSAGE_TYPE_CALL1,
                      .args = &msg};
    return ractor_factory_call(factory, &job, timeout_ms, reply, owner);
}

/* ------------------------------------------------------------------ C gives, Rust works */

START_TEST(a_rust_factory_gets_jobs_with_their_key_and_time_to_live)
{
    pair_start(&pair, (enum dialler)_i);
    ractor_factory factory = start_rust_factory("jobs");
    assert_ok(give_number(factory, UINT64_MAX - 1, "h\xc3\xa4", 60000));
    peer_hears(&pair.rust, "job rust_jobs 18446744073709551614 60000 fresh Cast1 68c3a4 5");
    assert_ok(give_number(factory, 0, "", 0));
    peer_hears(&pair.rust, "job rust_jobs 0 - fresh Cast1 - 5");
    pair_stop(&pair);
}
END_TEST

START_TEST(a_rust_factory_of_words_gets_words)
{
    uint8_t room[16];
    ractor_bytes key;
    ractor_string word = RACTOR_STR("z\xc3\xbcrich");
    pair_start(&pair, (enum dialler)_i);
    ractor_factory factory = start_rust_factory("word_jobs");
    assert_ok(give(factory, ractor_job_key("cat.png"), "a", 1000000));
    peer_hears(&pair.rust, "job rust_jobs 6361742e706e67 1000000 fresh Cast1 61 5");
    assert_ok(ractor_job_key_encode(&ractor_codec_string, &word, room, sizeof room, &key));
    assert_ok(give(factory, key, "a", 0));
    peer_hears(&pair.rust, "job rust_jobs 7ac3bc72696368 - fresh Cast1 61 5");
    assert_ok(give(factory, ractor_job_key(""), "a", 0));
    peer_hears(&pair.rust, "job rust_jobs - - fresh Cast1 61 5");
    pair_stop(&pair);
}
END_TEST

START_TEST(a_worker_of_rust_answers_a_job)
{
    ractor_vec_string reply;
    ractor_message *owner;
    pair_start(&pair, (enum dialler)_i);
    ractor_factory factory = start_rust_factory("jobs");
    assert_ok(ask(factory, 7, CALL_MS, &reply, &owner));
    ck_assert_uint_eq(reply.length, 3);
    ck_assert(ractor_string_equal(reply.data[1], RACTOR_STR("-9223372036854775808")));
    ractor_message_drop(owner);
    peer_hears(&pair.rust, "job rust_jobs 7 - fresh Call1");
    pair_stop(&pair);
}
END_TEST

START_TEST(a_rust_factory_lets_jobs_of_c_expire_and_sheds_them)
{
    ractor_vec_string reply;
    ractor_message *owner;
    pair_start(&pair, (enum dialler)_i);
    ractor_factory factory = start_rust_factory("jobs");
    assert_ok(give_number(factory, 1, "gate", 0));
    peer_hears(&pair.rust, "job rust_jobs 1 - fresh Cast1 67617465 5");
    assert_ok(give_number(factory, 2, "late", 1));
    peer_hears(&pair.rust, "discarded rust_jobs 2 TtlExpired");
    assert_ok(give_number(factory, 3, "waits", 0));
    assert_ok(give_number(factory, 4, "too much", 0));
    peer_hears(&pair.rust, "discarded rust_jobs 4 Loadshed");
    /* Of a call that is shed a Rust node says nothing. */
    ck_assert_int_eq(ask(factory, 5, 50, &reply, &owner), RACTOR_ETIMEOUT);
    peer_hears(&pair.rust, "discarded rust_jobs 5 Loadshed");
    peer_do(&pair.rust, "open");
    peer_hears(&pair.rust, "job rust_jobs 3 - fresh Cast1");
    pair_stop(&pair);
}
END_TEST

START_TEST(a_rust_factory_is_asked_nothing_that_it_has_no_room_for)
{
    uint8_t key[8];
    uint64_t n;
    pair_start(&pair, (enum dialler)_i);
    ractor_factory factory = start_rust_factory("jobs");
    interop_my_basic_message_type_cast1 msg = {RACTOR_STR("a"), 5};
    ractor_job job = {.key = ractor_job_key_u64(1, key),
                      .type = &interop_my_basic_message_type_type,
                      .tag = INTEROP_MY_BASIC_MESSAGE_TYPE_CAST1,
                      .args = &msg,
                      .n_retries = 1};
    ck_assert_int_eq(ractor_factory_cast(factory, &job), RACTOR_ENOTSUP);
    ck_assert_int_eq(ractor_factory_submit(factory, &job, CALL_MS), RACTOR_ENOTSUP);
    ck_assert_int_eq(ractor_factory_queue_depth(factory, CALL_MS, &n), RACTOR_ENOTSUP);
    job.n_retries = 0;
    assert_ok(ractor_factory_cast(factory, &job));
    peer_hears(&pair.rust, "job rust_jobs 1 - fresh Cast1 61 5");
    pair_stop(&pair);
}
END_TEST

START_TEST(what_is_no_job_is_dropped_by_a_rust_factory_or_ends_an_old_one)
{
    pair_start(&pair, (enum dialler)_i);
    ractor_factory factory = start_rust_factory("jobs");
    interop_my_basic_message_type_ref plain = {.any = factory.any};
    c_node_watch(&pair.c, factory.any);
    assert_ok(interop_my_basic_message_type_send_cast1(plain, RACTOR_STR("plain"), 1));
    if (peer_is_old()) {
        c_log_hears(&pair.c.log, "died %llu", (unsigned long long)factory.any.pid);
    } else {
        assert_ok(give_number(factory, 2, "a", 0));
        peer_hears(&pair.rust, "job rust_jobs 2 - fresh Cast1 61 5");
    }
    pair_stop(&pair);
}
END_TEST

/* ------------------------------------------------------------------ Rust gives, C works */

START_TEST(a_c_factory_gets_jobs_of_rust_with_their_key_and_time_to_live)
{
    pair_start(&pair, (enum dialler)_i);
    start_c_factory();
    peer_do(&pair.rust, "job c_jobs u64 18446744073709551614 60000 Cast1 68c3a4 7");
    c_log_hears(&pair.c.log, "routed fffffffffffffffe");
    c_log_hears(&pair.c.log, "job 60000 fresh Cast1 68c3a4 7");
    peer_do(&pair.rust, "job @interop/jobs string 6361742e706e67 0 Cast1 - 0");
    c_log_hears(&pair.c.log, "routed 6361742e706e67");
    c_log_hears(&pair.c.log, "job - fresh Cast1 - 0");
    peer_do(&pair.rust, "job c_jobs string - 0 Cast1 - 0");
    c_log_hears(&pair.c.log, "routed -");
    pair_stop(&pair);
}
END_TEST

START_TEST(a_worker_of_c_answers_a_job)
{
    pair_start(&pair, (enum dialler)_i);
    start_c_factory();
    ck_assert_str_eq(peer_ask(&pair.rust, "call_job c_jobs %d u64 7 0 Call1 2 0", CALL_MS),
                     "OK 646f6e65,62792063");
    c_log_hears(&pair.c.log, "routed 0000000000000007");
    c_log_hears(&pair.c.log, "job - fresh Call1");
    ck_assert_str_eq(
        peer_ask(&pair.rust, "call_job @interop/jobs %d string 61 60000 Call1 0 0", CALL_MS),
        "OK []");
    c_log_hears(&pair.c.log, "job 60000 fresh Call1");
    pair_stop(&pair);
}
END_TEST

START_TEST(a_c_factory_sheds_jobs_of_rust)
{
    pair_start(&pair, (enum dialler)_i);
    start_c_factory();
    peer_do(&pair.rust, "job c_jobs u64 1 0 Cast1 67617465 0");
    c_log_hears(&pair.c.log, "job - fresh Cast1 67617465");
    peer_do(&pair.rust, "job c_jobs u64 2 0 Cast1 61 0");
    c_log_hears(&pair.c.log, "routed 0000000000000002");
    peer_do(&pair.rust, "job c_jobs u64 3 0 Cast1 61 0");
    c_log_hears(&pair.c.log, "discarded 0000000000000003 1");
    /* The protocol has no word for it that a list cannot be: the call's time is up, which its
     * caller or its node notices first. */
    const char *answer = peer_ask(&pair.rust, "call_job c_jobs 50 u64 4 0 Call1 2 0");
    ck_assert_msg(strncmp(answer, "ERR", 3) == 0, "%s", answer);
    c_log_hears(&pair.c.log, "discarded 0000000000000004 1");
    ractor_kill(gate);
    c_log_hears(&pair.c.log, "job - fresh Cast1 61");
    pair_stop(&pair);
}
END_TEST

START_TEST(a_c_factory_lets_jobs_of_rust_expire)
{
    pair_start(&pair, (enum dialler)_i);
    start_c_factory();
    peer_do(&pair.rust, "job c_jobs u64 1 0 Cast1 67617465 0");
    c_log_hears(&pair.c.log, "job - fresh Cast1 67617465");
    peer_do(&pair.rust, "job c_jobs u64 2 1 Cast1 61 0");
    (void)peer_ask(&pair.rust, "call_job c_jobs 50 u64 3 0 Call1 2 0"); /* its time is up after */
    ractor_kill(gate);
    c_log_hears(&pair.c.log, "discarded 0000000000000002 0");
    pair_stop(&pair);
}
END_TEST

START_TEST(what_rust_sends_to_a_c_factory_as_no_job_is_dropped)
{
    pair_start(&pair, (enum dialler)_i);
    start_c_factory();
    peer_do(&pair.rust, "cast c_jobs Cast1 61 1");
    peer_do(&pair.rust, "job c_jobs u64 7 0 Cast1 62 2");
    c_log_hears(&pair.c.log, "job - fresh Cast1 62 2");
    peer_do(&pair.rust, "job c_seed u64 8 0 Cast1 63 3"); /* is a plain message there */
    c_log_hears(&pair.c.log, "cast c_seed Cast1 63 3");
    pair_stop(&pair);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("jobs");
    TCase *cases = tcase_create("jobs");
    tcase_set_timeout(cases, CASE_SECONDS);
    tcase_add_loop_test(cases, a_rust_factory_gets_jobs_with_their_key_and_time_to_live, 0,
                        N_DIALLERS);
    tcase_add_loop_test(cases, a_rust_factory_of_words_gets_words, 0, N_DIALLERS);
    tcase_add_loop_test(cases, a_worker_of_rust_answers_a_job, 0, N_DIALLERS);
    tcase_add_loop_test(cases, a_rust_factory_lets_jobs_of_c_expire_and_sheds_them, 0, N_DIALLERS);
    tcase_add_loop_test(cases, a_rust_factory_is_asked_nothing_that_it_has_no_room_for, 0,
                        N_DIALLERS);
    tcase_add_loop_test(cases, what_is_no_job_is_dropped_by_a_rust_factory_or_ends_an_old_one, 0,
                        N_DIALLERS);
    tcase_add_loop_test(cases, a_c_factory_gets_jobs_of_rust_with_their_key_and_time_to_live, 0,
                        N_DIALLERS);
    tcase_add_loop_test(cases, a_worker_of_c_answers_a_job, 0, N_DIALLERS);
    tcase_add_loop_test(cases, a_c_factory_sheds_jobs_of_rust, 0, N_DIALLERS);
    tcase_add_loop_test(cases, a_c_factory_lets_jobs_of_rust_expire, 0, N_DIALLERS);
    tcase_add_loop_test(cases, what_rust_sends_to_a_c_factory_as_no_job_is_dropped, 0, N_DIALLERS);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}

/* SPDX-License-Identifier: MIT */
/* Jobs on the wire: what is none, what cannot be read, how old one is, whom a node tells of what.
 */
#include "actor/remote.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "cluster/handshake.h"
#include "cluster/link.h"
#include "jobs.h"
#include "suite.h"

#include <check.h>
#include <stdatomic.h>

static struct rt_link *link_to(ractor_ref ref, struct rt_remote_address *address)
{
    ck_assert(ractor_remote_address_of(ref, address));
    return address->link;
}

START_TEST(retries_are_refused_for_a_node_that_has_no_room_for_them)
{
    struct rt_remote_address address;
    struct sample_note note = {RACTOR_STR("text"), 0};
    ractor_job job = jobs_note(&note);
    rt_link_set_extensions(link_to(jobs_there.any, &address), RT_EXTENSIONS & ~RT_EXTENSION_JOBS);
    job.n_retries = 2;
    ck_assert_int_eq(ractor_factory_cast(jobs_there, &job), RACTOR_ENOTSUP);
    job.n_retries = 0;
    ck_assert_int_eq(ractor_factory_cast(jobs_there, &job), RACTOR_OK);
    sample_wait_count(&jobs_n_done, 1);
}
END_TEST

START_TEST(what_is_no_job_and_a_job_for_another_actor_are_refused_at_the_sender)
{
    struct sample_sum terms = {1, 2};
    uint64_t sum;
    ractor_ref ref;
    ractor_spawn_options options = {.name = "plain"};
    ck_assert_int_eq(ractor_spawn(jobs_beta.runtime, &jobs_worker_class, &options, NULL, &ref),
                     RACTOR_OK);
    ractor_factory plain = {sample_find(&jobs_alpha, "plain")};
    jobs_expect_answer();
    ck_assert_int_eq(
        ractor_call(jobs_there.any, &jobs_worker_type, SAMPLE_SUM, &terms, WAIT_MS, &sum, NULL),
        RACTOR_ETYPE);
    sample_wait_log(&jobs_alpha, "is a factory: it was sent what is no job");
    ck_assert_int_eq(
        ractor_call(plain.any, &jobs_worker_type, SAMPLE_SUM, &terms, WAIT_MS, &sum, NULL),
        RACTOR_OK);
    ck_assert_int_eq(jobs_ask(plain, &sum), RACTOR_ETYPE);
    sample_wait_log(&jobs_alpha, "is no factory: it was sent a job");
    jobs_expect_answer();
}
END_TEST

/* As a Rust node, which tells no fingerprints. */
static ractor_message_type blind_type;

static void forget_fingerprint(void)
{
    blind_type = jobs_worker_type;
    blind_type.fingerprint = 0;
}

static _Atomic uint64_t n_dead;

static void on_dead_letter(void *user, const ractor_dead_letter *letter)
{
    (void)user;
    ck_assert_int_eq(letter->reason, RACTOR_DEAD_DECODE);
    ck_assert(ractor_string_equal(letter->variant, RACTOR_STR("Note")));
    ck_assert_uint_eq(letter->to.pid, jobs_factory.any.pid);
    (void)atomic_fetch_add(&n_dead, 1);
}

static void count_dead_letters(void)
{
    ractor_dead_letter_options options = {.on_letter = on_dead_letter};
    ck_assert_int_eq(ractor_dead_letters_subscribe(jobs_beta.runtime, &options), RACTOR_OK);
}

START_TEST(a_factory_refuses_what_is_no_job)
{
    struct sample_note note = {RACTOR_STR("text"), 1};
    struct sample_sum terms = {1, 2};
    uint64_t sum;
    forget_fingerprint();
    count_dead_letters();
    ck_assert_int_eq(
        ractor_call(jobs_there.any, &blind_type, SAMPLE_SUM, &terms, WAIT_MS, &sum, NULL),
        RACTOR_EDECODE);
    ck_assert_int_eq(ractor_send(jobs_there.any, &blind_type, SAMPLE_NOTE, &note), RACTOR_OK);
    sample_wait_count(&n_dead, 1);
    jobs_expect_answer();
    ck_assert_uint_eq(jobs_n_new, 1);
}
END_TEST

/* A cast with any metadata, as a peer may send it. */
static void send_raw(ractor_bytes metadata)
{
    struct rt_remote_address address;
    struct rt_link *link = link_to(jobs_there.any, &address);
    const ractor_codec *codec = sample_type.variants[SAMPLE_NOTE].args;
    struct sample_note note = {RACTOR_STR("text"), 1};
    struct rt_node_message message = {.kind = RT_NODE_CAST,
                                      .to = address.pid,
                                      .variant = RACTOR_STR("Note"),
                                      .metadata = metadata};
    uint8_t *at;
    ck_assert_int_eq(codec->wire_size(&note, &message.what.length), RACTOR_OK);
    size_t head = rt_node_head_size(&message);
    size_t size = head + message.what.length;
    ck_assert_int_eq(rt_link_begin(link, address.incarnation, size, RT_LINK_CONTROL, &at),
                     RACTOR_OK);
    ck_assert_int_eq(rt_node_put_head(&message, at, head), RACTOR_OK);
    (void)codec->write(&note, at + head);
    rt_link_commit(link, size);
}

START_TEST(a_cast_with_too_short_metadata_is_a_dead_letter)
{
    static const uint8_t bytes[RT_JOB_OPTIONS_BYTES];
    count_dead_letters();
    for (size_t length = 0; length < sizeof bytes; length++)
        send_raw((ractor_bytes){bytes, length});
    sample_wait_count(&n_dead, sizeof bytes);
    jobs_expect_answer();
    ck_assert_uint_eq(jobs_n_done, 0);
    send_raw((ractor_bytes){bytes, sizeof bytes}); /* of 1970, without a key, for ever */
    sample_wait_count(&jobs_n_done, 1);
    ck_assert_uint_eq(jobs_times.expires_ns, UINT64_MAX);
}
END_TEST

static void send_aged(uint64_t submitted_ns, uint64_t ttl_ns)
{
    uint8_t options[RT_JOB_OPTIONS_BYTES];
    rt_job_encode(submitted_ns, ttl_ns, options);
    send_raw((ractor_bytes){options, sizeof options});
}

START_TEST(a_job_lives_by_the_time_of_day_of_its_sender)
{
    uint64_t now_ns = rt_calendar_ns();
    send_aged(now_ns - 2, 1);
    send_aged(0, 1);
    send_aged(0, now_ns - 3600 * 1000 * RT_NS_PER_MS);
    sample_wait_count(&jobs_n_discarded[RACTOR_DISCARDED_TTL], 3);
    send_aged(0, now_ns + 3600 * 1000 * RT_NS_PER_MS);
    sample_wait_count(&jobs_n_done, 1);
    ck_assert_uint_lt(jobs_times.begun_ns, jobs_times.expires_ns);
    /* The sender's clock is ahead: the job is as old as if it had been submitted now. */
    send_aged(UINT64_MAX, 3600 * 1000 * RT_NS_PER_MS);
    sample_wait_count(&jobs_n_done, 2);
    ck_assert_uint_eq(jobs_times.expires_ns - jobs_times.submitted_ns, 3600 * 1000 * RT_NS_PER_MS);
    send_aged(now_ns, UINT64_MAX);
    sample_wait_count(&jobs_n_done, 3);
    ck_assert_uint_eq(jobs_n_discarded[RACTOR_DISCARDED_TTL], 3);
}
END_TEST

START_TEST(an_actor_that_is_no_factory_takes_a_job_as_a_message)
{
    struct sample_seen seen;
    uint64_t sum = 0;
    struct sample_sum terms = {1, 2};
    struct sample_note note = {RACTOR_STR("text"), 5};
    sample_seen_init(&seen);
    (void)sample_spawn(jobs_beta.runtime, "plain", &seen);
    ractor_factory plain = {sample_find(&jobs_alpha, "plain")};
    ractor_job job = {.type = &sample_type, .tag = SAMPLE_NOTE, .args = &note};
    ck_assert_int_eq(ractor_factory_cast(plain, &job), RACTOR_OK);
    job = (ractor_job){.type = &sample_type, .tag = SAMPLE_SUM, .args = &terms};
    ck_assert_int_eq(ractor_factory_call(plain, &job, WAIT_MS, &sum, NULL), RACTOR_OK);
    ck_assert_uint_eq(sum, 3);
    ck_assert_uint_eq(atomic_load(&seen.total), 5);
}
END_TEST

/* ------------------------------------------------------------------ without memory */

static _Thread_local uint64_t n_allocations;
static _Thread_local uint64_t failing_allocation;
static _Atomic uint64_t n_ended;

static int fail_one(void *user)
{
    (void)user;
    return failing_allocation != 0 && ++n_allocations == failing_allocation;
}

static ractor_status end_with_reply(const struct rt_return_address *to, const ractor_codec *codec,
                                    const void *value)
{
    (void)to;
    (void)codec;
    (void)value;
    (void)atomic_fetch_add(&n_ended, 1);
    return RACTOR_OK;
}

static ractor_status end_with_failure(const struct rt_return_address *to, ractor_status why)
{
    (void)to;
    (void)why;
    (void)atomic_fetch_add(&n_ended, 1);
    return RACTOR_OK;
}

static const struct rt_return_ops counting_ops = {.reply = end_with_reply,
                                                  .fail = end_with_failure};

/* An allocation that fails is the call's end, in whatever way its caller hears of it. */
START_TEST(without_memory_a_job_from_another_node_ends_exactly_once)
{
    const ractor_codec *codec = sample_type.variants[SAMPLE_SUM].args;
    struct sample_sum terms = {1, 2};
    uint8_t args[64];
    uint64_t n_failed = 0;
    jobs_start_nodes(7, 0);
    jobs_start_factory();
    struct rt_inbound_job job = {.key = ractor_job_key("key")};
    struct rt_inbound in = {.pid = jobs_factory.any.pid,
                            .variant = RACTOR_STR("Sum"),
                            .args = {args, (size_t)(codec->write(&terms, args) - args)},
                            .job = &job};
    rt_alloc_set_fault(fail_one, NULL);
    for (uint64_t n = 1; n <= 40; n++) {
        struct rt_return_address from = {.ops = &counting_ops, .to = in.pid, .tag = n};
        n_allocations = 0;
        failing_allocation = n;
        ractor_status status = ractor_inbound_call_traced(jobs_beta.runtime, &in, WAIT_MS, &from);
        failing_allocation = 0;
        if (status != RACTOR_OK) {
            ck_assert_int_eq(status, RACTOR_ENOMEM);
            n_failed++;
        }
    }
    sample_wait_count(&n_ended, 40 - n_failed);
    rt_alloc_set_fault(NULL, NULL);
    jobs_teardown();
    ck_assert_uint_eq(n_ended, 40 - n_failed);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("node_jobs_wire");
    TCase *cases = suite_case(suite, "jobs", 120);
    tcase_add_checked_fixture(cases, jobs_setup, jobs_teardown);
    tcase_add_test(cases, retries_are_refused_for_a_node_that_has_no_room_for_them);
    tcase_add_test(cases, what_is_no_job_and_a_job_for_another_actor_are_refused_at_the_sender);
    tcase_add_test(cases, a_factory_refuses_what_is_no_job);
    tcase_add_test(cases, a_cast_with_too_short_metadata_is_a_dead_letter);
    tcase_add_test(cases, a_job_lives_by_the_time_of_day_of_its_sender);
    tcase_add_test(cases, an_actor_that_is_no_factory_takes_a_job_as_a_message);
    TCase *alone = suite_case(suite, "alone", 120);
    tcase_add_test(alone, without_memory_a_job_from_another_node_ends_exactly_once);
    return suite_run(suite);
}

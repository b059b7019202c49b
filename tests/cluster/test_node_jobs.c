/* SPDX-License-Identifier: MIT */
/*
 * Jobs for a factory on another node: alpha gives them, beta has the factory, with one worker that
 * may be kept busy at a gate.
 */
#include "actor/remote.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "cluster/handshake.h"
#include "cluster/link.h"
#include "sample.h"
#include "suite.h"

#include <ractor/names.h>
#include <ractor/pg.h>
#include <ractor/trace_context.h>

#include <check.h>
#include <pthread.h>
#include <stdatomic.h>

#define WAIT_MS 20000

static struct sample_node alpha, beta;
static ractor_factory factory; /* beta's own */
static ractor_factory there;   /* the same, seen from alpha */

/* ------------------------------------------------------------------ the factory */

static ractor_message_type worker_type;
static ractor_actor_class worker_class = {.messages = &worker_type, .handlers = &worker_type};
static ractor_ref gate; /* on beta */
static _Atomic uint64_t n_done, n_at_gate, n_to_fail, n_retried, n_new;
static _Atomic uint64_t n_discarded[4]; /* by reason */
static _Atomic uint64_t last_key, n_keys;
static ractor_job_times times; /* of the last note, before `n_done` counts it */
static ractor_status trace_status;
static ractor_trace_context trace; /* likewise */

static ractor_status do_note(ractor_context *ctx, const struct sample_note *note)
{
    ractor_status status = RACTOR_OK;
    if (ractor_string_equal(note->text, RACTOR_STR("gate"))) {
        (void)atomic_fetch_add(&n_at_gate, 1);
        status = ractor_wait(gate, RACTOR_TIMEOUT_NONE);
    }
    if (atomic_load(&n_to_fail) != 0) {
        (void)atomic_fetch_sub(&n_to_fail, 1);
        return ractor_fail(ctx, "not this time");
    }
    ck_assert_int_eq(ractor_job_times_get(ctx, &times), RACTOR_OK);
    trace_status = ractor_trace_current(&trace);
    (void)atomic_fetch_add(&n_done, 1);
    return status;
}

static ractor_status work(const void *handlers, ractor_context *ctx, void *state, uint32_t tag,
                          const void *args, ractor_port *port)
{
    const struct sample_sum *terms = args;
    (void)handlers;
    (void)state;
    if (tag == SAMPLE_NOTE)
        return do_note(ctx, args);
    uint64_t sum = tag == SAMPLE_SUM ? terms->a + terms->b : 0;
    return ractor_port_reply(port, sample_type.variants[tag].reply, &sum);
}

static uint64_t see_key(void *user, ractor_bytes key, uint32_t n_workers)
{
    (void)user;
    (void)n_workers;
    atomic_store(&last_key, ractor_job_key_to_u64(key));
    (void)atomic_fetch_add(&n_keys, 1);
    return 0;
}

static void on_discard(void *user, ractor_discard_reason reason, const ractor_job *job)
{
    (void)user;
    (void)job;
    (void)atomic_fetch_add(&n_discarded[reason], 1);
}

static void on_retry(void *user, const ractor_job *job)
{
    (void)user;
    (void)job;
    (void)atomic_fetch_add(&n_retried, 1);
}

static void on_new(void *user)
{
    (void)user;
    (void)atomic_fetch_add(&n_new, 1);
}

static const ractor_factory_options plain_options = {
    .name = "workers",
    .worker_class = &worker_class,
    .routing = RACTOR_ROUTE_CUSTOM,
    .hash = see_key,
    .settings = {.discard = {.mode = RACTOR_DISCARD_NEWEST, .limit = 1},
                 .on_discard = on_discard,
                 .on_retry = on_retry,
                 .stats.new_job = on_new},
};

static void start_nodes(uint64_t fingerprint, uint32_t flags)
{
    worker_type = sample_type;
    worker_type.dispatch = work;
    worker_type.fingerprint = fingerprint;
    worker_type.flags = flags;
    sample_node_start(&alpha, "alpha", NULL);
    sample_node_start(&beta, "beta", NULL);
    gate = sample_spawn(beta.runtime, "gate", NULL);
}

static void start_factory_of(ractor_routing routing)
{
    ractor_factory_options options = plain_options;
    options.routing = routing;
    ck_assert_int_eq(ractor_factory_start(beta.runtime, &options, &factory), RACTOR_OK);
}

static void start_factory(void)
{
    start_factory_of(plain_options.routing);
}

static void setup(void)
{
    start_nodes(7, 0);
    start_factory();
    sample_connect(&alpha, &beta);
    there.any = sample_find(&alpha, "workers");
}

static void teardown(void)
{
    sample_node_stop(&alpha);
    sample_node_stop(&beta);
}

/* ------------------------------------------------------------------ jobs */

static ractor_job note_job(const struct sample_note *note)
{
    ractor_job job = {.type = &worker_type, .tag = SAMPLE_NOTE, .args = note};
    return job;
}

static ractor_status give_note(const char *text)
{
    struct sample_note note = {ractor_string_from(text), 0};
    ractor_job job = note_job(&note);
    return ractor_factory_cast(there, &job);
}

static ractor_status ask_sum(ractor_factory whom, uint64_t *sum)
{
    uint8_t key[8];
    struct sample_sum terms = {40, 2};
    ractor_job job = {.key = ractor_job_key_u64(0x0102030405060708, key),
                      .type = &worker_type,
                      .tag = SAMPLE_SUM,
                      .args = &terms};
    return ractor_factory_call(whom, &job, WAIT_MS, sum, NULL);
}

/* Answered after everything that was sent before. */
static void expect_sum(void)
{
    uint64_t sum = 0;
    ck_assert_int_eq(ask_sum(there, &sum), RACTOR_OK);
    ck_assert_uint_eq(sum, 42);
}

/* The worker is busy from now on. */
static void close_gate(void)
{
    ck_assert_int_eq(give_note("gate"), RACTOR_OK);
    sample_wait_count(&n_at_gate, 1);
}

START_TEST(a_cast_and_a_call_reach_the_workers_with_their_key)
{
    uint8_t key[8];
    struct sample_note note = {RACTOR_STR("text"), 1};
    ractor_job job = note_job(&note);
    job.key = ractor_job_key_u64(UINT64_MAX - 1, key);
    job.ttl_ms = 60000;
    ck_assert_int_eq(ractor_factory_cast(there, &job), RACTOR_OK);
    sample_wait_count(&n_done, 1);
    ck_assert_uint_eq(last_key, UINT64_MAX - 1);
    ck_assert_uint_le(times.submitted_ns, times.received_ns);
    ck_assert_uint_le(times.received_ns, times.begun_ns);
    ck_assert_uint_le(times.begun_ns, times.expires_ns);
    ck_assert_uint_le(times.expires_ns, times.received_ns + 60000 * RT_NS_PER_MS);
    expect_sum();
    ck_assert_uint_eq(last_key, 0x0102030405060708);
    ck_assert_int_eq(give_note("text"), RACTOR_OK);
    sample_wait_count(&n_done, 2);
    ck_assert_uint_eq(times.expires_ns, UINT64_MAX);
    ck_assert_uint_eq(last_key, 0); /* it has none */
}
END_TEST

static bool is_in_group(void *found)
{
    return ractor_pg_members(alpha.runtime, NULL, "factories", found, 1) == 1;
}

static bool has_cluster_name(void *found)
{
    return ractor_cluster_whereis(alpha.node, "jobs", found) == RACTOR_OK;
}

START_TEST(a_factory_that_starts_later_is_found_by_its_name_and_in_its_group)
{
    ractor_ref found;
    uint64_t sum;
    start_nodes(7, 0);
    sample_connect(&alpha, &beta);
    start_factory();
    ck_assert_int_eq(ractor_pg_join(NULL, "factories", &factory.any, 1), RACTOR_OK);
    ck_assert_int_eq(ractor_cluster_register(beta.node, "jobs", factory.any, RACTOR_NAME_TELL),
                     RACTOR_OK);
    there.any = sample_find(&alpha, "workers");
    expect_sum();
    sample_wait(is_in_group, &found, "a member of the group");
    ck_assert_int_eq(ask_sum((ractor_factory){found}, &sum), RACTOR_OK);
    sample_wait(has_cluster_name, &found, "a bearer of the name");
    ck_assert_int_eq(ask_sum((ractor_factory){found}, &sum), RACTOR_OK);
    ractor_kill(factory.any);
    sample_wait_lost(&alpha, "workers");
    ck_assert_int_eq(ask_sum(there, &sum), RACTOR_ENOENT);
    teardown();
}
END_TEST

START_TEST(a_factory_of_an_enum_that_stays_at_home_is_not_told_of)
{
    ractor_ref ref;
    uint32_t flags[] = {RACTOR_TYPE_LOCAL, RACTOR_TYPE_NO_EXPORT};
    start_nodes(7, flags[_i]);
    start_factory();
    ck_assert_int_eq(ractor_pg_join(NULL, "factories", &factory.any, 1), RACTOR_OK);
    sample_connect(&alpha, &beta);
    (void)sample_spawn(beta.runtime, "last", NULL);
    (void)sample_find(&alpha, "last");
    ck_assert_int_eq(ractor_node_find(alpha.node, NULL, "workers", &ref), RACTOR_ENOENT);
    ck_assert_uint_eq(ractor_pg_members(alpha.runtime, NULL, "factories", &ref, 1), 0);
    teardown();
}
END_TEST

/* The caller itself would wait for ever. */
START_TEST(a_call_hears_that_its_job_has_expired)
{
    struct sample_sum terms = {1, 2};
    ractor_job job = {.type = &worker_type, .tag = SAMPLE_SUM, .args = &terms, .ttl_ms = 1};
    uint64_t sum;
    start_nodes(7, 0);
    start_factory_of(RACTOR_ROUTE_QUEUER);
    sample_connect(&alpha, &beta);
    there.any = sample_find(&alpha, "workers");
    close_gate();
    ck_assert_int_eq(ractor_factory_call(there, &job, RACTOR_TIMEOUT_NONE, &sum, NULL),
                     RACTOR_ETIMEOUT);
    ck_assert_uint_eq(n_discarded[RACTOR_DISCARDED_TTL], 1);
    ractor_kill(gate);
    expect_sum();
    teardown();
}
END_TEST

START_TEST(a_call_hears_that_the_queue_is_full)
{
    uint64_t sum;
    close_gate();
    ck_assert_int_eq(give_note("waits"), RACTOR_OK);
    ck_assert_int_eq(ask_sum(there, &sum), RACTOR_EOVERLOAD);
    ck_assert_uint_eq(n_discarded[RACTOR_DISCARDED_LOADSHED], 1);
    ck_assert_int_eq(give_note("is shed"), RACTOR_OK);
    sample_wait_count(&n_discarded[RACTOR_DISCARDED_LOADSHED], 2);
    ractor_kill(gate);
    sample_wait_count(&n_done, 2);
    expect_sum();
}
END_TEST

START_TEST(a_call_hears_that_the_factory_drains_and_that_it_has_ended)
{
    uint64_t sum;
    close_gate();
    ck_assert_int_eq(ractor_factory_drain(factory), RACTOR_OK);
    ck_assert_int_eq(ask_sum(there, &sum), RACTOR_ESTOPPED);
    ck_assert_uint_eq(n_discarded[RACTOR_DISCARDED_SHUTDOWN], 1);
    ractor_kill(gate);
    ck_assert_int_eq(ractor_wait(factory.any, WAIT_MS), RACTOR_OK);
    sample_wait_lost(&alpha, "workers");
    ck_assert_int_eq(ask_sum(there, &sum), RACTOR_ENOENT);
    ck_assert_int_eq(give_note("text"), RACTOR_ENOENT);
}
END_TEST

static void *ask_meanwhile(void *status)
{
    uint64_t sum;
    *(ractor_status *)status = ask_sum(there, &sum);
    return NULL;
}

START_TEST(a_call_whose_job_waits_ends_with_the_factory)
{
    pthread_t asker;
    ractor_status status = RACTOR_OK;
    close_gate();
    ck_assert_int_eq(pthread_create(&asker, NULL, ask_meanwhile, &status), 0);
    sample_wait_count(&n_new, 2);
    ractor_stop(factory.any, "now");
    ck_assert_int_eq(pthread_join(asker, NULL), 0);
    ck_assert_int_eq(status, RACTOR_ESTOPPED);
    ractor_kill(gate);
}
END_TEST

START_TEST(retries_go_along_between_c_nodes)
{
    struct sample_note note = {RACTOR_STR("text"), 0};
    ractor_job job = note_job(&note);
    atomic_store(&n_to_fail, 2);
    job.n_retries = 2;
    ck_assert_int_eq(ractor_factory_cast(there, &job), RACTOR_OK);
    sample_wait_count(&n_done, 1);
    ck_assert_uint_eq(n_retried, 2);
    uint64_t sum;
    job = (ractor_job){.type = &worker_type, .tag = SAMPLE_HOLD, .n_retries = 1};
    ck_assert_int_eq(ractor_factory_call(there, &job, WAIT_MS, &sum, NULL), RACTOR_EINVAL);
}
END_TEST

static struct rt_link *link_to(ractor_ref ref, struct rt_remote_address *address)
{
    ck_assert(ractor_remote_address_of(ref, address));
    return address->link;
}

START_TEST(retries_are_refused_for_a_node_that_has_no_room_for_them)
{
    struct rt_remote_address address;
    struct sample_note note = {RACTOR_STR("text"), 0};
    ractor_job job = note_job(&note);
    rt_link_set_extensions(link_to(there.any, &address), RT_EXTENSIONS & ~RT_EXTENSION_JOBS);
    job.n_retries = 2;
    ck_assert_int_eq(ractor_factory_cast(there, &job), RACTOR_ENOTSUP);
    job.n_retries = 0;
    ck_assert_int_eq(ractor_factory_cast(there, &job), RACTOR_OK);
    sample_wait_count(&n_done, 1);
}
END_TEST

START_TEST(a_job_belongs_to_its_senders_trace)
{
    ractor_trace_context root;
    ck_assert_int_eq(ractor_trace_new(alpha.runtime, &root), RACTOR_OK);
    ck_assert_int_eq(ractor_trace_begin(&root), RACTOR_OK);
    ck_assert_int_eq(give_note("text"), RACTOR_OK);
    ractor_trace_end();
    sample_wait_count(&n_done, 1);
    ck_assert_int_eq(trace_status, RACTOR_OK);
    ck_assert_mem_eq(trace.trace_id, root.trace_id, sizeof trace.trace_id);
    ck_assert_mem_eq(trace.parent_id, root.span_id, sizeof trace.parent_id);
    ck_assert_int_eq(give_note("text"), RACTOR_OK);
    sample_wait_count(&n_done, 2);
    ck_assert_int_eq(trace_status, RACTOR_ENOENT);
}
END_TEST

START_TEST(what_a_local_factory_alone_can_answer_is_not_supported)
{
    struct sample_note note = {RACTOR_STR("text"), 0};
    ractor_job job = note_job(&note);
    uint64_t n;
    ck_assert_int_eq(ractor_factory_submit(there, &job, WAIT_MS), RACTOR_ENOTSUP);
    ck_assert_int_eq(ractor_factory_queue_depth(there, WAIT_MS, &n), RACTOR_ENOTSUP);
    ck_assert_int_eq(ractor_factory_capacity(there, WAIT_MS, &n), RACTOR_ENOTSUP);
    ck_assert_int_eq(ractor_factory_active_workers(there, WAIT_MS, &n), RACTOR_ENOTSUP);
    ck_assert_int_eq(ractor_factory_resize(there, 2), RACTOR_ENOTSUP);
    ck_assert_int_eq(ractor_factory_drain(there), RACTOR_ENOTSUP);
    ck_assert_int_eq(ractor_factory_update(there, &plain_options.settings), RACTOR_ENOTSUP);
    expect_sum();
}
END_TEST

START_TEST(what_is_wrong_with_a_job_is_said_before_it_is_sent)
{
    struct sample_note note = {RACTOR_STR("text"), 0};
    ractor_job job = note_job(&note);
    uint64_t sum;
    ck_assert_int_eq(ractor_factory_call(there, &job, WAIT_MS, &sum, NULL), RACTOR_EINVAL);
    job.key.length = 1; /* of nothing */
    ck_assert_int_eq(ractor_factory_cast(there, &job), RACTOR_EINVAL);
    job = (ractor_job){.type = &worker_type, .tag = SAMPLE_NOTE};
    ck_assert_int_eq(ractor_factory_cast(there, &job), RACTOR_EINVAL);
    job.tag = SAMPLE_HOLD;
    ck_assert_int_eq(ractor_factory_cast(there, &job), RACTOR_EINVAL);
    ck_assert_int_eq(ractor_factory_call(there, &job, WAIT_MS, NULL, NULL), RACTOR_EINVAL);
}
END_TEST

/* ------------------------------------------------------------------ jobs and other messages */

START_TEST(what_is_no_job_and_a_job_for_another_actor_are_refused_at_the_sender)
{
    struct sample_sum terms = {1, 2};
    uint64_t sum;
    ractor_ref ref;
    ractor_spawn_options options = {.name = "plain"};
    ck_assert_int_eq(ractor_spawn(beta.runtime, &worker_class, &options, NULL, &ref), RACTOR_OK);
    ractor_factory plain = {sample_find(&alpha, "plain")};
    expect_sum();
    ck_assert_int_eq(ractor_call(there.any, &worker_type, SAMPLE_SUM, &terms, WAIT_MS, &sum, NULL),
                     RACTOR_ETYPE);
    sample_wait_log(&alpha, "is a factory: it was sent what is no job");
    ck_assert_int_eq(ractor_call(plain.any, &worker_type, SAMPLE_SUM, &terms, WAIT_MS, &sum, NULL),
                     RACTOR_OK);
    ck_assert_int_eq(ask_sum(plain, &sum), RACTOR_ETYPE);
    sample_wait_log(&alpha, "is no factory: it was sent a job");
    expect_sum();
}
END_TEST

/* As a Rust node, which tells no fingerprints. */
static ractor_message_type blind_type;

static void forget_fingerprint(void)
{
    blind_type = worker_type;
    blind_type.fingerprint = 0;
}

static _Atomic uint64_t n_dead;

static void on_dead_letter(void *user, const ractor_dead_letter *letter)
{
    (void)user;
    ck_assert_int_eq(letter->reason, RACTOR_DEAD_DECODE);
    ck_assert(ractor_string_equal(letter->variant, RACTOR_STR("Note")));
    ck_assert_uint_eq(letter->to.pid, factory.any.pid);
    (void)atomic_fetch_add(&n_dead, 1);
}

static void count_dead_letters(void)
{
    ractor_dead_letter_options options = {.on_letter = on_dead_letter};
    ck_assert_int_eq(ractor_dead_letters_subscribe(beta.runtime, &options), RACTOR_OK);
}

START_TEST(a_factory_refuses_what_is_no_job)
{
    struct sample_note note = {RACTOR_STR("text"), 1};
    struct sample_sum terms = {1, 2};
    uint64_t sum;
    forget_fingerprint();
    count_dead_letters();
    ck_assert_int_eq(ractor_call(there.any, &blind_type, SAMPLE_SUM, &terms, WAIT_MS, &sum, NULL),
                     RACTOR_EDECODE);
    ck_assert_int_eq(ractor_send(there.any, &blind_type, SAMPLE_NOTE, &note), RACTOR_OK);
    sample_wait_count(&n_dead, 1);
    expect_sum();
    ck_assert_uint_eq(n_new, 1);
}
END_TEST

/* A cast with any metadata, as a peer may send it. */
static void send_raw(ractor_bytes metadata)
{
    struct rt_remote_address address;
    struct rt_link *link = link_to(there.any, &address);
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
    expect_sum();
    ck_assert_uint_eq(n_done, 0);
    send_raw((ractor_bytes){bytes, sizeof bytes}); /* of 1970, without a key, for ever */
    sample_wait_count(&n_done, 1);
    ck_assert_uint_eq(times.expires_ns, UINT64_MAX);
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
    sample_wait_count(&n_discarded[RACTOR_DISCARDED_TTL], 3);
    send_aged(0, now_ns + 3600 * 1000 * RT_NS_PER_MS);
    sample_wait_count(&n_done, 1);
    ck_assert_uint_lt(times.begun_ns, times.expires_ns);
    /* The sender's clock is ahead: the job is as old as if it had been submitted now. */
    send_aged(UINT64_MAX, 3600 * 1000 * RT_NS_PER_MS);
    sample_wait_count(&n_done, 2);
    ck_assert_uint_eq(times.expires_ns - times.submitted_ns, 3600 * 1000 * RT_NS_PER_MS);
    send_aged(now_ns, UINT64_MAX);
    sample_wait_count(&n_done, 3);
    ck_assert_uint_eq(n_discarded[RACTOR_DISCARDED_TTL], 3);
}
END_TEST

START_TEST(an_actor_that_is_no_factory_takes_a_job_as_a_message)
{
    struct sample_seen seen;
    uint64_t sum = 0;
    struct sample_sum terms = {1, 2};
    struct sample_note note = {RACTOR_STR("text"), 5};
    sample_seen_init(&seen);
    (void)sample_spawn(beta.runtime, "plain", &seen);
    ractor_factory plain = {sample_find(&alpha, "plain")};
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
    start_nodes(7, 0);
    start_factory();
    struct rt_inbound_job job = {.key = ractor_job_key("key")};
    struct rt_inbound in = {.pid = factory.any.pid,
                            .variant = RACTOR_STR("Sum"),
                            .args = {args, (size_t)(codec->write(&terms, args) - args)},
                            .job = &job};
    rt_alloc_set_fault(fail_one, NULL);
    for (uint64_t n = 1; n <= 40; n++) {
        struct rt_return_address from = {.ops = &counting_ops, .to = in.pid, .tag = n};
        n_allocations = 0;
        failing_allocation = n;
        ractor_status status = ractor_inbound_call_traced(beta.runtime, &in, WAIT_MS, &from);
        failing_allocation = 0;
        if (status != RACTOR_OK) {
            ck_assert_int_eq(status, RACTOR_ENOMEM);
            n_failed++;
        }
    }
    sample_wait_count(&n_ended, 40 - n_failed);
    rt_alloc_set_fault(NULL, NULL);
    teardown();
    ck_assert_uint_eq(n_ended, 40 - n_failed);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("node_jobs");
    TCase *cases = suite_case(suite, "jobs", 120);
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, a_cast_and_a_call_reach_the_workers_with_their_key);
    tcase_add_test(cases, a_call_hears_that_the_queue_is_full);
    tcase_add_test(cases, a_call_hears_that_the_factory_drains_and_that_it_has_ended);
    tcase_add_test(cases, a_call_whose_job_waits_ends_with_the_factory);
    tcase_add_test(cases, retries_go_along_between_c_nodes);
    tcase_add_test(cases, retries_are_refused_for_a_node_that_has_no_room_for_them);
    tcase_add_test(cases, a_job_belongs_to_its_senders_trace);
    tcase_add_test(cases, what_a_local_factory_alone_can_answer_is_not_supported);
    tcase_add_test(cases, what_is_wrong_with_a_job_is_said_before_it_is_sent);
    tcase_add_test(cases, what_is_no_job_and_a_job_for_another_actor_are_refused_at_the_sender);
    tcase_add_test(cases, a_factory_refuses_what_is_no_job);
    tcase_add_test(cases, a_cast_with_too_short_metadata_is_a_dead_letter);
    tcase_add_test(cases, a_job_lives_by_the_time_of_day_of_its_sender);
    tcase_add_test(cases, an_actor_that_is_no_factory_takes_a_job_as_a_message);
    TCase *alone = suite_case(suite, "alone", 120);
    tcase_add_test(alone, a_call_hears_that_its_job_has_expired);
    tcase_add_test(alone, a_factory_that_starts_later_is_found_by_its_name_and_in_its_group);
    tcase_add_loop_test(alone, a_factory_of_an_enum_that_stays_at_home_is_not_told_of, 0, 2);
    tcase_add_test(alone, without_memory_a_job_from_another_node_ends_exactly_once);
    return suite_run(suite);
}

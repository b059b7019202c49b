/* SPDX-License-Identifier: MIT */
/* A trace goes from node to node with the messages that belong to it. */
#include "sample.h"
#include "suite.h"

#include <ractor/trace_context.h>

#include <check.h>
#include <string.h>

#define PARENT "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

static struct sample_node alpha, beta;
static ractor_message_type looking_type;
static ractor_actor_class looking_class = {.messages = &looking_type, .handlers = &looking_type};

/* What the actor on beta has found to be current, before `n_seen` counts it. */
static ractor_trace_context seen;
static char seen_state[RACTOR_TRACESTATE_BYTES + 1];
static ractor_status seen_status;
static _Atomic uint64_t n_seen;

static ractor_status look(const void *handlers, ractor_context *ctx, void *state, uint32_t tag,
                          const void *args, ractor_port *port)
{
    (void)handlers;
    (void)ctx;
    (void)state;
    (void)args;
    seen_status = ractor_trace_current(&seen);
    if (seen_status == RACTOR_OK) {
        memcpy(seen_state, seen.state.data, seen.state.length);
        seen_state[seen.state.length] = '\0';
    }
    uint64_t sum = 42;
    if (tag == SAMPLE_SUM)
        (void)ractor_port_reply(port, sample_type.variants[SAMPLE_SUM].reply, &sum);
    (void)atomic_fetch_add(&n_seen, 1);
    return RACTOR_OK;
}

static ractor_ref setup_pair(void)
{
    ractor_spawn_options options = {.name = "looker"};
    ractor_ref ref;
    looking_type = sample_type;
    looking_type.dispatch = look;
    sample_node_start(&alpha, "alpha", NULL);
    sample_node_start(&beta, "beta", NULL);
    ck_assert_int_eq(ractor_spawn(beta.runtime, &looking_class, &options, NULL, &ref), RACTOR_OK);
    sample_connect(&alpha, &beta);
    return sample_find(&alpha, "looker");
}

static void teardown_pair(void)
{
    sample_node_stop(&alpha);
    sample_node_stop(&beta);
}

static void check_is_child_of(const ractor_trace_context *root)
{
    ck_assert_int_eq(seen_status, RACTOR_OK);
    ck_assert_mem_eq(seen.trace_id, root->trace_id, sizeof seen.trace_id);
    ck_assert_mem_eq(seen.parent_id, root->span_id, sizeof seen.span_id);
    ck_assert_int_ne(memcmp(seen.span_id, root->span_id, sizeof seen.span_id), 0);
    ck_assert_uint_eq(seen.flags, root->flags);
}

START_TEST(casts_and_calls_carry_the_trace_and_its_state_to_another_node)
{
    ractor_ref looker = setup_pair();
    ractor_trace_context root;
    uint64_t sum = 0;
    ck_assert_int_eq(ractor_trace_parse(RACTOR_STR(PARENT), RACTOR_STR("a=1,b=2"), &root),
                     RACTOR_OK);
    ck_assert_int_eq(ractor_trace_begin(&root), RACTOR_OK);
    ck_assert_int_eq(sample_note(looker, "text", 1), RACTOR_OK);
    sample_wait_count(&n_seen, 1);
    check_is_child_of(&root);
    ck_assert_str_eq(seen_state, "a=1,b=2");
    ck_assert_int_eq(sample_sum(looker, 1, 2, &sum), RACTOR_OK);
    sample_wait_count(&n_seen, 2);
    check_is_child_of(&root);
    ck_assert_uint_eq(sum, 42);
    ractor_trace_end();
    ck_assert_int_eq(sample_note(looker, "text", 1), RACTOR_OK);
    sample_wait_count(&n_seen, 3);
    ck_assert_int_eq(seen_status, RACTOR_ENOENT);
    teardown_pair();
}
END_TEST

START_TEST(a_trace_may_have_no_state_or_a_long_one)
{
    static char text[RACTOR_TRACESTATE_BYTES + 1];
    ractor_ref looker = setup_pair();
    ractor_trace_context root;
    memset(text, 'x', RACTOR_TRACESTATE_BYTES);
    ck_assert_int_eq(ractor_trace_new(alpha.runtime, &root), RACTOR_OK);
    ck_assert_int_eq(ractor_trace_begin(&root), RACTOR_OK);
    ck_assert_int_eq(sample_note(looker, "text", 1), RACTOR_OK);
    sample_wait_count(&n_seen, 1);
    check_is_child_of(&root);
    ck_assert_str_eq(seen_state, "");
    root.state = ractor_string_from(text);
    ck_assert_int_eq(ractor_trace_begin(&root), RACTOR_OK);
    ck_assert_int_eq(sample_note(looker, "text", 1), RACTOR_OK);
    sample_wait_count(&n_seen, 2);
    ck_assert_str_eq(seen_state, text);
    ractor_trace_end();
    teardown_pair();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("node_trace");
    TCase *cases = suite_case(suite, "trace", 60);
    tcase_add_test(cases, casts_and_calls_carry_the_trace_and_its_state_to_another_node);
    tcase_add_test(cases, a_trace_may_have_no_state_or_a_long_one);
    return suite_run(suite);
}

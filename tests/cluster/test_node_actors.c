/* SPDX-License-Identifier: MIT */
/* Actors that messages name, on their way from node to node: which start of its node is meant goes
 * along between C nodes. */
#include "actor/remote.h"
#include "cluster/handshake.h"
#include "cluster/link.h"
#include "directory.rc.h"
#include "sample.h"
#include "suite.h"

#include <ractor/peer.h>
#include <ractor/wire_compound.h>

#include <check.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define WAIT_MS 20000

typedef ractor_actor_tests_directory actor_value;

static struct sample_node alpha, beta;

/* ------------------------------------------------------------------ an actor of the schema */

/* What was kept last, on whichever node. */
static struct {
    pthread_mutex_t lock;
    char node[RACTOR_NODE_NAME_BYTES]; /* under lock, as the next */
    ractor_actor_id id;
} kept = {.lock = PTHREAD_MUTEX_INITIALIZER};
static _Atomic uint64_t n_kept;

static ractor_status directory_keep(ractor_context *ctx, void *state,
                                    const tests_directory_keep *msg)
{
    (void)ctx;
    (void)state;
    (void)pthread_mutex_lock(&kept.lock);
    kept.id = msg->who.any;
    memcpy(kept.node, msg->who.any.node.data, msg->who.any.node.length);
    kept.id.node.data = kept.node;
    (void)pthread_mutex_unlock(&kept.lock);
    (void)atomic_fetch_add(&n_kept, 1);
    return RACTOR_OK;
}

static ractor_status directory_kept(ractor_context *ctx, void *state,
                                    tests_directory_kept_port *port)
{
    (void)ctx;
    (void)state;
    return tests_directory_kept_reply(port, (actor_value){kept.id});
}

static ractor_status directory_echo(ractor_context *ctx, void *state,
                                    const tests_directory_echo *msg,
                                    tests_directory_echo_port *port)
{
    (void)ctx;
    (void)state;
    return tests_directory_echo_reply(port, msg->who);
}

/* All that there are, in the order of the schema. */
static ractor_status directory_echo_all(ractor_context *ctx, void *state,
                                        const tests_directory_echo_all *msg,
                                        tests_directory_echo_all_port *port)
{
    size_t n = 0;
    (void)ctx;
    (void)state;
    actor_value *all = calloc(3 + msg->entries.length + msg->by_number.length, sizeof *all);
    if (all == NULL)
        return RACTOR_ENOMEM;
    all[n++] = msg->first;
    for (size_t i = 0; i < msg->entries.length; i++)
        all[n++] = msg->entries.data[i].who;
    for (size_t i = 0; i < msg->by_number.length; i++)
        all[n++] = msg->by_number.data[i].value;
    if (msg->maybe.has_value)
        all[n++] = msg->maybe.value;
    if (msg->at.tag == TESTS_PLACE_AT)
        all[n++] = msg->at.as.at.arg0;
    ractor_status status =
        tests_directory_echo_all_reply(port, (ractor_vec_actor_tests_directory){all, n});
    free(all);
    return status;
}

static const ractor_actor_class directory_class = {TESTS_DIRECTORY_HANDLERS(directory)};

static ractor_ref spawn_directory(struct sample_node *node, const char *name)
{
    ractor_spawn_options options = {.name = name};
    tests_directory_ref ref;
    ck_assert_int_eq(tests_directory_spawn(node->runtime, &directory_class, &options, NULL, &ref),
                     RACTOR_OK);
    return ref.any;
}

static tests_directory_ref find_directory(struct sample_node *from, const char *name)
{
    return tests_directory_ref_of(sample_find(from, name));
}

/* ------------------------------------------------------------------ the nodes */

static ractor_ref start_beta(uint16_t port)
{
    ractor_node_options options = {.port = port, .listen_addr = "127.0.0.1"};
    sample_node_start(&beta, "beta", &options);
    return spawn_directory(&beta, "directory");
}

static void setup(void)
{
    sample_node_start(&alpha, "alpha", NULL);
    (void)start_beta(0);
    sample_connect(&alpha, &beta);
}

static void teardown(void)
{
    sample_node_stop(&alpha);
    sample_node_stop(&beta);
}

static actor_value value_of(uint64_t pid, uint64_t incarnation)
{
    return (actor_value){{RACTOR_STR("gamma@localhost"), pid, incarnation}};
}

static void expect(actor_value value, uint64_t pid, uint64_t incarnation)
{
    ck_assert_uint_eq(value.any.pid, pid);
    ck_assert_uint_eq(value.any.incarnation, incarnation);
    ck_assert(ractor_string_equal(value.any.node, RACTOR_STR("gamma@localhost")));
}

static uint64_t echo(tests_directory_ref directory, uint64_t incarnation)
{
    tests_directory_echo_result result;
    ck_assert_int_eq(
        tests_directory_call_echo(directory, value_of(7, incarnation), WAIT_MS, &result),
        RACTOR_OK);
    uint64_t echoed = result.value.any.incarnation;
    expect(result.value, 7, echoed);
    tests_directory_echo_result_drop(&result);
    return echoed;
}

START_TEST(the_incarnation_travels_in_a_call_in_its_reply_and_in_a_cast)
{
    const uint64_t known = UINT64_C(0x8123456789abcdef);
    tests_directory_ref directory = find_directory(&alpha, "directory");
    ck_assert_uint_eq(echo(directory, known), known);
    ck_assert_uint_eq(echo(directory, 0), 0);
    ck_assert_uint_eq(echo(directory, 1), 1);
    ck_assert_int_eq(tests_directory_send_keep(directory, value_of(8, known)), RACTOR_OK);
    sample_wait_count(&n_kept, 1);
    ck_assert_uint_eq(kept.id.incarnation, known);
    tests_directory_kept_result result;
    ck_assert_int_eq(tests_directory_call_kept(directory, WAIT_MS, &result), RACTOR_OK);
    expect(result.value, 8, known);
    tests_directory_kept_result_drop(&result);
}
END_TEST

/* Of each kind of type, and more of them than fit a small list. */
START_TEST(each_actor_in_a_message_keeps_its_own_incarnation)
{
    enum { ENTRIES = 100, NUMBERS = 20 };
    tests_entry entries[ENTRIES];
    ractor_map_u16_actor_tests_directory_entry numbers[NUMBERS];
    uint64_t next = 1;
    actor_value first = value_of(next, next);
    for (size_t i = 0; i < ENTRIES; i++) {
        next++; /* every third one is not known */
        entries[i] = (tests_entry){RACTOR_STR("entry"), value_of(next, next % 3 != 0 ? next : 0)};
    }
    for (uint16_t i = 0; i < NUMBERS; i++) {
        next++;
        numbers[i] = (ractor_map_u16_actor_tests_directory_entry){
            (uint16_t)(NUMBERS - i), value_of(next, next % 3 != 0 ? next : 0)};
    }
    ractor_option_actor_tests_directory maybe = {true, value_of(next + 1, 77)};
    tests_place at = {.tag = TESTS_PLACE_AT, .as.at = {value_of(next + 2, 78)}};
    tests_directory_echo_all_result all;
    ck_assert_int_eq(tests_directory_call_echo_all(
                         find_directory(&alpha, "directory"), first, RACTOR_STR("text"),
                         (ractor_vec_tests_entry){entries, ENTRIES},
                         (ractor_map_u16_actor_tests_directory){numbers, NUMBERS}, &maybe, &at,
                         WAIT_MS, &all),
                     RACTOR_OK);
    ck_assert_uint_eq(all.value.length, next + 2);
    for (uint64_t i = 0; i < next; i++)
        expect(all.value.data[i], i + 1, i == 0 || (i + 1) % 3 != 0 ? i + 1 : 0);
    expect(all.value.data[next], next + 1, 77);
    expect(all.value.data[next + 1], next + 2, 78);
    tests_directory_echo_all_result_drop(&all);
}
END_TEST

static void set_extensions(ractor_ref ref, uint64_t extensions)
{
    struct rt_remote_address address;
    ck_assert(ractor_remote_address_of(ref, &address));
    rt_link_set_extensions(address.link, extensions);
}

START_TEST(a_node_that_does_not_know_of_incarnations_is_sent_none)
{
    (void)spawn_directory(&alpha, "here");
    tests_directory_ref there = find_directory(&alpha, "directory");
    tests_directory_ref here = find_directory(&beta, "here");
    set_extensions(there.any, RT_EXTENSIONS & ~RT_EXTENSION_STARTS);
    ck_assert_uint_eq(echo(there, 5), 0); /* lost on the way there */
    ck_assert_uint_eq(echo(here, 5), 0);  /* lost on the way back */
    set_extensions(there.any, RT_EXTENSIONS);
    ck_assert_uint_eq(echo(there, 5), 5);
}
END_TEST

/* ------------------------------------------------------------------ a node that restarts */

/* Spawns actors until one has the pid. */
static void reuse_pid(uint64_t pid)
{
    for (int i = 0; i < 10000; i++)
        if (spawn_directory(&beta, NULL).pid == pid)
            return;
    ck_abort_msg("pid %llu does not come again", (unsigned long long)pid);
}

/* What names an actor is kept by a third node over the restart, and comes back from there. */
START_TEST(an_actor_of_a_node_that_has_restarted_is_stale_when_a_message_names_it)
{
    char name[RACTOR_NODE_NAME_BYTES];
    ractor_actor_id id;
    ractor_ref found;
    tests_directory_kept_result result;
    uint16_t port = ractor_node_port(beta.node);
    struct sample_node gamma_node;
    sample_node_start(&gamma_node, "gamma", NULL);
    (void)spawn_directory(&gamma_node, "keeper");
    sample_connect(&alpha, &gamma_node);
    tests_directory_ref keeper = find_directory(&alpha, "keeper");
    ck_assert_int_eq(
        ractor_node_id_of(alpha.node, find_directory(&alpha, "directory").any, name, &id),
        RACTOR_OK);
    ck_assert_int_eq(tests_directory_send_keep(keeper, (actor_value){id}), RACTOR_OK);
    sample_wait_count(&n_kept, 1);
    ck_assert_int_eq(ractor_node_resolve(alpha.node, &id, &found), RACTOR_OK);
    sample_node_stop(&beta);
    sample_wait_lost(&alpha, "directory");
    if (start_beta(port).pid != id.pid)
        reuse_pid(id.pid);
    ck_assert_int_eq(ractor_cluster_connect(alpha.node, "127.0.0.1", port, WAIT_MS), RACTOR_OK);
    ck_assert_int_eq(tests_directory_call_kept(keeper, WAIT_MS, &result), RACTOR_OK);
    ck_assert_int_eq(ractor_node_resolve(alpha.node, &result.value.any, &found), RACTOR_ESTALE);
    result.value.any.incarnation = 0; /* what a Rust node would have kept */
    ck_assert_int_eq(ractor_node_resolve(alpha.node, &result.value.any, &found), RACTOR_OK);
    tests_directory_kept_result_drop(&result);
    sample_node_stop(&gamma_node);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("node_actors");
    TCase *tcase = suite_case(suite, "actors", 60);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, the_incarnation_travels_in_a_call_in_its_reply_and_in_a_cast);
    tcase_add_test(tcase, each_actor_in_a_message_keeps_its_own_incarnation);
    tcase_add_test(tcase, a_node_that_does_not_know_of_incarnations_is_sent_none);
    tcase_add_test(tcase, an_actor_of_a_node_that_has_restarted_is_stale_when_a_message_names_it);
    return suite_run(suite);
}

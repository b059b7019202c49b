/* SPDX-License-Identifier: MIT */
/*
 * Meshes of three and five nodes, some in C and some in Rust. Each node dials the one before it and
 * learns of the rest. The loop variable `_i` is the shape. With Rust before 0.16, which has no
 * elections, there are the meshes of three only.
 */
#include "suites.h"

#include <ractor/pg.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

#define MAX_OF_A_KIND 3

static const struct shape {
    unsigned n_c, n_rust;
} shapes[] = {{2, 1}, {1, 2}, {3, 2}, {2, 3}};
#define N_SHAPES ((int)(sizeof shapes / sizeof shapes[0]))
#define N_SHAPES_OF_THREE 2

/* The nodes' numbers: C, Rust, C, Rust, …, as long as there are of both. */
static struct mesh {
    struct shape shape;
    struct c_node c[MAX_OF_A_KIND];
    struct peer rust[MAX_OF_A_KIND];
} mesh;
static const char *const c_names[MAX_OF_A_KIND] = {"c0", "c1", "c2"};
static const char *const rust_names[MAX_OF_A_KIND] = {"r0", "r1", "r2"};

static unsigned n_nodes(void)
{
    return mesh.shape.n_c + mesh.shape.n_rust;
}

/* Whether a node is one in C, and which of its kind. */
static bool is_c(unsigned node, unsigned *index)
{
    unsigned n_pairs = mesh.shape.n_c < mesh.shape.n_rust ? mesh.shape.n_c : mesh.shape.n_rust;
    *index = node < 2 * n_pairs ? node / 2 : node - n_pairs;
    return node < 2 * n_pairs ? node % 2 == 0 : mesh.shape.n_c > mesh.shape.n_rust;
}

static const char *name_of(unsigned node)
{
    unsigned i;
    return is_c(node, &i) ? c_names[i] : rust_names[i];
}

static uint16_t port_of(unsigned node)
{
    unsigned i;
    return is_c(node, &i) ? ractor_node_port(mesh.c[i].node) : mesh.rust[i].port;
}

static void start_node(unsigned node)
{
    unsigned i;
    if (is_c(node, &i)) {
        c_node_start_named(&mesh.c[i], c_names[i], "cookie");
        (void)c_node_spawn_seed(&mesh.c[i], c_names[i]);
        return;
    }
    peer_start_transitive(&mesh.rust[i], rust_names[i], "cookie");
    peer_do(&mesh.rust[i], "spawn seed %s", rust_names[i]);
}

static void dial(unsigned from, unsigned to)
{
    unsigned i;
    if (is_c(from, &i))
        assert_ok(ractor_cluster_connect(mesh.c[i].node, "127.0.0.1", port_of(to), CALL_MS));
    else
        peer_do(&mesh.rust[i], "dial 127.0.0.1:%u", port_of(to));
}

static void hears(unsigned node, const char *what, unsigned other)
{
    unsigned i;
    if (strcmp(what, "ready") == 0 && !is_c(node, &i) && peer_is_legacy())
        what = "authenticated"; /* it knows of no other step */
    if (is_c(node, &i))
        c_log_hears(&mesh.c[i].log, "session %s %s@localhost", what, name_of(other));
    else
        peer_hears(&mesh.rust[i], "session %s %s@localhost", what, name_of(other));
}

/* It dials one, and is connected with all in the end. */
static void join_mesh(unsigned node, unsigned first, unsigned n)
{
    dial(node, first);
    for (unsigned other = 0; other < n; other++) {
        if (other == node)
            continue;
        hears(node, "ready", other);
        hears(other, "ready", node);
    }
}

static void start_mesh(int shape)
{
    mesh.shape = shapes[shape];
    for (unsigned node = 0; node < n_nodes(); node++) {
        start_node(node);
        if (node != 0)
            join_mesh(node, node - 1, node);
    }
}

static void stop_mesh(void)
{
    for (unsigned i = 0; i < mesh.shape.n_rust; i++)
        peer_stop(&mesh.rust[i]);
    for (unsigned i = 0; i < mesh.shape.n_c; i++)
        c_node_stop(&mesh.c[i]);
}

static bool call_from_c(struct c_node *from, const char *name)
{
    interop_my_basic_message_type_call1_result reply;
    interop_my_basic_message_type_ref to;
    if (ractor_node_find(from->node, NULL, name, &to.any) != RACTOR_OK ||
        interop_my_basic_message_type_call_call1(to, 1, 5, CALL_MS, &reply) != RACTOR_OK)
        return false;
    ck_assert_uint_eq(reply.value.length, 1);
    ck_assert(ractor_string_equal(reply.value.data[0], RACTOR_STR("5")));
    interop_my_basic_message_type_call1_result_drop(&reply);
    return true;
}

/* False: the other is not known, or no longer. */
static bool call(unsigned from, unsigned to)
{
    unsigned i;
    if (is_c(from, &i))
        return call_from_c(&mesh.c[i], name_of(to));
    const char *answer = peer_ask(&mesh.rust[i], "call %s %d Call1 1 5", name_of(to), CALL_MS);
    if (strncmp(answer, "ERR", 3) == 0)
        return false;
    ck_assert_str_eq(answer, "OK 35");
    return true;
}

/* Of two sessions that cross, the one that is kept may be ready some time after the first is: what
 * must come about is asked for until it has. */
static void take_breath(int *n_left, const char *what, unsigned node)
{
    const struct timespec breath = {.tv_nsec = 10000000};
    ck_assert_msg((*n_left)-- != 0, "%s %s", name_of(node), what);
    (void)nanosleep(&breath, NULL);
}

static void call_all(void)
{
    for (unsigned from = 0; from < n_nodes(); from++) {
        for (unsigned to = 0; to < n_nodes(); to++) {
            int n_left = PEER_DEADLINE_MS / 10;
            while (from != to && !call(from, to))
                take_breath(&n_left, "cannot call another node", from);
        }
    }
}

/* Whether the node knows the members on all others. Rust nodes answer with their remote ones. */
static bool knows_members(unsigned node)
{
    unsigned i;
    char begin[16];
    if (is_c(node, &i))
        return ractor_pg_members(mesh.c[i].runtime, NULL, "seeds", NULL, 0) == n_nodes();
    (void)snprintf(begin, sizeof begin, "OK %u ", n_nodes() - 1);
    return strncmp(peer_ask(&mesh.rust[i], "members default seeds"), begin, strlen(begin)) == 0;
}

static void check_groups(void)
{
    for (unsigned node = 0; node < n_nodes(); node++) {
        int n_left = PEER_DEADLINE_MS / 10;
        while (!knows_members(node))
            take_breath(&n_left, "does not know all members", node);
    }
}

START_TEST(a_chain_of_dials_becomes_a_mesh_in_which_all_call_all_and_share_groups)
{
    start_mesh(_i);
    check_groups();
    call_all();
    stop_mesh();
}
END_TEST

/* Gone, heard of by all, and back. */
static void replace(unsigned node)
{
    unsigned i;
    if (is_c(node, &i))
        c_node_stop(&mesh.c[i]);
    else
        peer_kill(&mesh.rust[i]);
    for (unsigned other = 0; other < n_nodes(); other++)
        if (other != node)
            hears(other, "disconnected", node);
    start_node(node);
    join_mesh(node, node == 0 ? 1 : 0, n_nodes());
}

START_TEST(a_node_that_is_killed_comes_back_into_the_mesh)
{
    start_mesh(_i);
    replace(1); /* in Rust */
    check_groups();
    call_all();
    replace(0); /* in C */
    check_groups();
    call_all();
    stop_mesh();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("meshes");
    TCase *cases = tcase_create("meshes");
    tcase_set_timeout(cases, 3 * CASE_SECONDS);
    const int n = peer_is_old() ? N_SHAPES_OF_THREE : N_SHAPES;
    tcase_add_loop_test(
        cases, a_chain_of_dials_becomes_a_mesh_in_which_all_call_all_and_share_groups, 0, n);
    tcase_add_loop_test(cases, a_node_that_is_killed_comes_back_into_the_mesh, 0, n);
    suite_add_tcase(suite, cases);
    return run_suite(suite);
}

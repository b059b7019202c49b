/* SPDX-License-Identifier: MIT */
/*
 * The server's node: one actor, a counter, that the nodes of the cluster find in the process group
 * "counters". It ends when the first node that came has left.
 */
#include "counter.rc.h"

#include <ractor/cluster.h>
#include <ractor/ractor.h>

#include <semaphore.h>
#include <stdio.h>
#include <string.h>

#define MAX_NOTES 8
#define NOTE_BYTES 64

/* The actor's state: touched by one message at a time, so it needs no lock. */
struct counter {
    uint64_t total;
    size_t n_notes;
    char notes[MAX_NOTES][NOTE_BYTES];
};

static ractor_status counter_add(ractor_context *ctx, void *state, const demo_counter_add *msg)
{
    struct counter *counter = state;
    (void)ctx;
    counter->total += msg->amount;
    /* A view is not terminated, and lives until the handler returns: so it is copied. */
    (void)snprintf(counter->notes[counter->n_notes % MAX_NOTES], NOTE_BYTES, "%.*s",
                   RACTOR_STR_ARG(msg->note));
    counter->n_notes++;
    printf("Add %llu, %.*s\n", (unsigned long long)msg->amount, RACTOR_STR_ARG(msg->note));
    return RACTOR_OK;
}

static ractor_status counter_get(ractor_context *ctx, void *state, demo_counter_get_port *port)
{
    struct counter *counter = state;
    (void)ctx;
    return demo_counter_get_reply(port, counter->total);
}

static ractor_status counter_notes(ractor_context *ctx, void *state, const demo_counter_notes *msg,
                                   demo_counter_notes_port *port)
{
    struct counter *counter = state;
    ractor_string notes[MAX_NOTES];
    size_t kept = counter->n_notes < MAX_NOTES ? counter->n_notes : MAX_NOTES;
    size_t n = msg->max < kept ? msg->max : kept;
    (void)ctx;
    for (size_t i = 0; i < n; i++)
        notes[i] = ractor_string_from(counter->notes[(counter->n_notes - n + i) % MAX_NOTES]);
    return demo_counter_notes_reply(port, (ractor_vec_string){.data = notes, .length = n});
}

/* A variant whose function is missing does not compile. */
static const ractor_actor_class counter_class = {
    DEMO_COUNTER_HANDLERS(counter),
    .state_bytes = sizeof(struct counter),
};

static void hear_session(void *user, ractor_session_event event, const ractor_session_info *session)
{
    if (event == RACTOR_SESSION_READY)
        printf("%s is here\n", session->peer_name);
    if (event == RACTOR_SESSION_CLOSED && session->is_authenticated) {
        printf("%s has left\n", session->peer_name);
        (void)sem_post(user);
    }
}

/* Spawns the counter, lets other nodes in, and waits until one has come and gone. */
static ractor_status serve(ractor_runtime *runtime)
{
    demo_counter_ref counter;
    ractor_spawn_options spawn = {.name = "hits"};
    ractor_status status = demo_counter_spawn(runtime, &counter_class, &spawn, NULL, &counter);
    if (status == RACTOR_OK)
        status = ractor_pg_join(NULL, "counters", &counter.any, 1);
    if (status != RACTOR_OK)
        return status;

    ractor_node *node = NULL;
    /* This machine only: for others, give the node a certificate (docs/cluster.md). */
    ractor_node_options options = {
        .name = "server", .cookie = "a long shared secret", .listen_addr = "127.0.0.1"};
    status = ractor_node_start(runtime, &options, &node);
    if (status != RACTOR_OK)
        return status;
    sem_t has_left;
    (void)sem_init(&has_left, 0, 0);
    status = ractor_node_subscribe(node, hear_session, &has_left, NULL);
    if (status == RACTOR_OK) {
        printf("%s listens on port %u\n", ractor_node_name(node), ractor_node_port(node));
        (void)sem_wait(&has_left);
    }
    ractor_node_stop(node);
    (void)sem_destroy(&has_left);
    return status;
}

int main(void)
{
    ractor_runtime *runtime = NULL;
    ractor_runtime_options options = {.log_level = RACTOR_LOG_INFO};
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    ractor_status status = ractor_runtime_start(&options, &runtime);
    if (status == RACTOR_OK) {
        status = serve(runtime);
        ractor_runtime_stop(runtime);
    }
    if (status != RACTOR_OK)
        fprintf(stderr, "server: %s\n", ractor_strerror(status));
    return status == RACTOR_OK ? 0 : 1;
}

/* SPDX-License-Identifier: MIT */
/* Two nodes share rooms between them; one of them looks rooms up, watches one, and names one. */
#include "room.rc.h"

#include <ractor/cluster.h>
#include <ractor/names.h>
#include <ractor/ractor.h>
#include <ractor/ring.h>

#include <inttypes.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WAIT_MS 20000
#define TOPIC_BYTES 64

static void expect(ractor_status status, ractor_status wanted, const char *what)
{
    if (status == wanted)
        return;
    fprintf(stderr, "%s: %s\n", what, ractor_strerror(status));
    exit(1);
}

/* ------------------------------------------------------------------ a room */

struct room {
    char topic[TOPIC_BYTES];
    uint32_t n_said;
};

static ractor_status room_start(ractor_context *ctx, void *state, const void *topic)
{
    (void)ctx;
    (void)snprintf(((struct room *)state)->topic, TOPIC_BYTES, "%s", (const char *)topic);
    return RACTOR_OK;
}

static ractor_status room_say(ractor_context *ctx, void *state, const chat_room_say *msg)
{
    (void)ctx;
    (void)msg;
    ((struct room *)state)->n_said++;
    return RACTOR_OK;
}

static ractor_status room_topic(ractor_context *ctx, void *state, chat_room_topic_port *port)
{
    (void)ctx;
    return chat_room_topic_reply(port, ractor_string_from(((struct room *)state)->topic));
}

static ractor_status room_said(ractor_context *ctx, void *state, chat_room_said_port *port)
{
    (void)ctx;
    return chat_room_said_reply(port, ((struct room *)state)->n_said);
}

static const ractor_actor_class room_class = {
    CHAT_ROOM_HANDLERS(room),
    .state_bytes = sizeof(struct room),
    .pre_start = room_start,
};

/* What a node offers: the bytes that the other one sends are the topic. */
static ractor_status spawn_room(void *user, ractor_runtime *runtime,
                                const ractor_spawn_request *request, ractor_ref *ref)
{
    ractor_spawn_options options = {.name = request->name};
    chat_room_ref room;
    char topic[TOPIC_BYTES];
    (void)user;
    (void)snprintf(topic, sizeof topic, "%.*s", (int)request->args.length,
                   (const char *)request->args.data);
    ractor_status status = chat_room_spawn(runtime, &room_class, &options, topic, &room);
    if (status == RACTOR_OK)
        *ref = room.any;
    return status;
}

/* ------------------------------------------------------------------ two nodes */

struct member {
    ractor_runtime *runtime;
    ractor_node *node;
};

/* A node that has a part of the rooms: it offers to spawn them, and is in the group. */
static void start_member(struct member *member, const char *name)
{
    ractor_node_options options = {
        .name = name, .cookie = "a long shared secret", .listen_addr = "127.0.0.1"};
    chat_room_ref keeper;
    expect(ractor_runtime_start(NULL, &member->runtime), RACTOR_OK, "runtime");
    expect(ractor_node_start(member->runtime, &options, &member->node), RACTOR_OK, "node");
    expect(ractor_node_offer(member->node, "room", spawn_room, NULL), RACTOR_OK, "offer");
    expect(chat_room_spawn(member->runtime, &room_class, NULL, "none", &keeper), RACTOR_OK,
           "keeper");
    expect(ractor_pg_join(NULL, "rooms", &keeper.any, 1), RACTOR_OK, "join");
}

static void stop_member(struct member *member)
{
    ractor_node_stop(member->node);
    ractor_runtime_stop(member->runtime);
}

/* ------------------------------------------------------------------ rooms by key */

static chat_room_ref open_room(struct member *member, const char *name)
{
    static const char topic[] = "this and that";
    ractor_remote_spawn_options what = {.kind = "room", .name = name};
    chat_room_ref room;
    what.args = (ractor_bytes){(const uint8_t *)topic, strlen(topic)};
    expect(ractor_lookup_or_spawn(member->node, NULL, "rooms", &what, WAIT_MS, &room.any),
           RACTOR_OK, name);
    return room;
}

/* Opens rooms until each node has one; the one on the other node is the result. */
static chat_room_ref open_rooms(struct member *member)
{
    chat_room_ref away = {.any = {NULL, 0}};
    bool has_near = false;
    for (int i = 1; i <= 100 && (!has_near || !ractor_ref_is_some(away.any)); i++) {
        char name[16];
        uint32_t n_said = 0;
        (void)snprintf(name, sizeof name, "room %d", i);
        chat_room_ref room = open_room(member, name);
        expect(chat_room_send_say(open_room(member, name), RACTOR_STR("hello")), RACTOR_OK, "say");
        expect(chat_room_call_said(room, WAIT_MS, &n_said), RACTOR_OK, "said");
        bool is_away = ractor_is_remote(room.any);
        (void)printf("%s is on %s node, and has heard %" PRIu32 "\n", name,
                     is_away ? "the other" : "this", n_said);
        if (is_away)
            away = room;
        has_near = has_near || !is_away;
    }
    return away;
}

/* ------------------------------------------------------------------ watching */

struct watcher {
    sem_t *has_heard;
};

static ractor_status watcher_start(ractor_context *ctx, void *state, const void *has_heard)
{
    (void)ctx;
    ((struct watcher *)state)->has_heard = *(sem_t *const *)has_heard;
    return RACTOR_OK;
}

static ractor_status watcher_hear(ractor_context *ctx, void *state,
                                  const ractor_supervision_event *event)
{
    (void)ctx;
    if (event->kind != RACTOR_EVENT_ACTOR_TERMINATED)
        return RACTOR_OK;
    (void)printf("the room on the other node has ended: %.*s\n", RACTOR_STR_ARG(event->reason));
    (void)sem_post(((struct watcher *)state)->has_heard);
    return RACTOR_OK;
}

static void watch_a_room(struct member *member, chat_room_ref room)
{
    static const ractor_actor_class class = {.name = "watcher",
                                             .state_bytes = sizeof(struct watcher),
                                             .pre_start = watcher_start,
                                             .handle_supervisor_event = watcher_hear};
    sem_t has_heard, *to = &has_heard;
    ractor_ref watcher;
    (void)sem_init(&has_heard, 0, 0);
    expect(ractor_spawn(member->runtime, &class, NULL, &to, &watcher), RACTOR_OK, "watcher");
    expect(ractor_monitor(watcher, room.any), RACTOR_OK, "monitor");
    ractor_stop(room.any, "closed for the night");
    (void)sem_wait(&has_heard);
    (void)ractor_stop_and_wait(watcher, NULL, WAIT_MS);
    (void)sem_destroy(&has_heard);
}

/* ------------------------------------------------------------------ a name in the cluster */

static void name_the_lobby(struct member *here, struct member *there)
{
    chat_room_ref lobby, found;
    expect(chat_room_spawn(there->runtime, &room_class, NULL, "welcome", &lobby), RACTOR_OK,
           "lobby");
    expect(ractor_cluster_register(there->node, "lobby", lobby.any, RACTOR_NAME_STOP), RACTOR_OK,
           "register");
    /* It is known here a moment later. */
    while (ractor_cluster_whereis(here->node, "lobby", &found.any) != RACTOR_OK)
        (void)ractor_wait(lobby.any, 1);
    uint32_t n_said = 0;
    expect(chat_room_send_say(found, RACTOR_STR("good evening")), RACTOR_OK, "say");
    expect(chat_room_call_said(found, WAIT_MS, &n_said), RACTOR_OK, "said");
    (void)printf("the lobby was found by its name, and has heard %" PRIu32 "\n", n_said);
    chat_room_ref other;
    expect(chat_room_spawn(here->runtime, &room_class, NULL, "another", &other), RACTOR_OK,
           "another");
    expect(ractor_cluster_register(here->node, "lobby", other.any, RACTOR_NAME_STOP), RACTOR_EEXIST,
           "register");
    (void)printf("there is one lobby only\n");
}

int main(void)
{
    struct member east, west;
    start_member(&east, "east");
    start_member(&west, "west");
    expect(ractor_cluster_connect(east.node, "127.0.0.1", ractor_node_port(west.node), WAIT_MS),
           RACTOR_OK, "connect");
    chat_room_ref away = open_rooms(&east);
    expect(ractor_ref_is_some(away.any) ? RACTOR_OK : RACTOR_ENOENT, RACTOR_OK,
           "a room on the other node");
    watch_a_room(&east, away);
    name_the_lobby(&east, &west);
    stop_member(&east);
    stop_member(&west);
    return 0;
}

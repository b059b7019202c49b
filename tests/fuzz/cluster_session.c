/* SPDX-License-Identifier: MIT */
/*
 * A whole session with a peer that sends any bytes: a node of a simulation, dialled or dialling,
 * its sessions, control handling and actors. The first byte says how:
 *
 *   bit 0      the node dials
 *   bit 1      the peer goes through the handshake first; what is sent comes behind it
 *   bit 2      the peer frames in the older way
 *   bits 3-4   how many bytes arrive at once: all, 1, 7, 64
 *   bit 5      what is sent are records, each a length of 2 bytes and a message, which get frames
 *
 * Whatever comes, the session ends when the bytes do, and the node takes no more memory than its
 * limits and a multiple of what it was sent. The node lives on from input to input, as one in use
 * does, and is made anew now and then.
 */
#include "cluster/codec.h"
#include "cluster/frame.h"
#include "cluster/handshake.h"
#include "cluster/sample.h"

#include <ractor/factory.h>
#include <ractor/pg.h>
#include <ractor/testing.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* There in the sanitizers' runtime only. */
#pragma weak __sanitizer_get_current_allocated_bytes
size_t __sanitizer_get_current_allocated_bytes(void);

#define INPUTS_PER_NODE 256
#define LIMIT_BYTES ((size_t)64 << 10)
/* What a node may take beside what it is sent: frames, out-buffers, spare blocks. */
#define SPARE_BYTES ((size_t)4 << 20)
/* An entry of four bytes makes a reference to an actor, with its place in tables that double. */
#define MEMORY_PER_BYTE 512

static void check(bool is_so)
{
    if (!is_so)
        abort();
}

static size_t allocated(void)
{
    return __sanitizer_get_current_allocated_bytes != NULL
               ? __sanitizer_get_current_allocated_bytes()
               : 0;
}

/* ------------------------------------------------------------------ the node */

static ractor_sim *sim;
static ractor_node *node;
static unsigned n_inputs;

static ractor_status ignore(ractor_context *ctx, void *state, ractor_status status,
                            const void *reply, void *user)
{
    (void)ctx;
    (void)state;
    (void)status;
    (void)reply;
    (void)user;
    return RACTOR_OK;
}

/* Calls whoever joins a group, so that there are calls to be answered, and casts to him. */
static ractor_status on_event(ractor_context *ctx, void *state,
                              const ractor_supervision_event *event)
{
    const struct sample_sum args = {1, 2};
    const struct sample_note note = {{"text", 4}, 1};
    (void)state;
    for (uint32_t i = 0; event->kind == RACTOR_EVENT_GROUP_JOINED && i < event->n_members; i++) {
        ractor_ref member = event->members[i];
        (void)ractor_monitor(ractor_self(ctx), member);
        (void)!ractor_send(member, &sample_type, SAMPLE_NOTE, &note);
        (void)!ractor_ask(ctx, member, &sample_type, SAMPLE_SUM, &args, 100, ignore, NULL);
        (void)!ractor_ask(ctx, member, &sample_type, SAMPLE_HOLD, NULL, 100, ignore, NULL);
    }
    return RACTOR_OK;
}

/* An actor that answers, later, or not at all. */
struct answerer {
    ractor_port held;
};

static ractor_status dispatch(const void *handlers, ractor_context *ctx, void *state, uint32_t tag,
                              const void *args, ractor_port *port)
{
    struct answerer *self = state;
    const uint64_t value = 7;
    const ractor_codec *codec = sample_type.variants[SAMPLE_SUM].reply;
    (void)handlers;
    (void)ctx;
    (void)args;
    if (tag == SAMPLE_SUM)
        (void)ractor_port_reply(port, codec, &value);
    if (tag != SAMPLE_HOLD)
        return RACTOR_OK;
    (void)ractor_port_reply(&self->held, codec, &value);
    self->held = ractor_port_take(port);
    return RACTOR_OK;
}

static void drop_held(void *state)
{
    (void)ractor_port_fail(&((struct answerer *)state)->held, RACTOR_ENOENT);
}

static ractor_message_type answerer_type;
static const ractor_actor_class answerer_class = {
    .name = "answerer",
    .messages = &answerer_type,
    .handlers = &answerer_type,
    .state_bytes = sizeof(struct answerer),
    .fini = drop_held,
};

/* Whose jobs are answered like calls of the answerer, by one worker; whoever knocks too often is
 * refused. */
static const ractor_factory_options factory_options = {
    .name = "factory",
    .worker_class = &answerer_class,
    .routing = RACTOR_ROUTE_QUEUER,
    .settings = {.discard = {.mode = RACTOR_DISCARD_NEWEST, .limit = 8}},
};

static const ractor_actor_class greeter_class = {.name = "greeter",
                                                 .handle_supervisor_event = on_event};

static void start_node(void)
{
    const ractor_runtime_options quiet = {.log_quiet = 1};
    const ractor_sim_options options = {.seed = 1, .runtime = &quiet};
    const ractor_node_options node_options = {.name = "self",
                                              .cookie = SAMPLE_COOKIE,
                                              .is_dial_only = true,
                                              .is_transitive = true,
                                              .frame_limit_bytes = LIMIT_BYTES,
                                              .out_limit_bytes = LIMIT_BYTES};
    const ractor_spawn_options named = {.name = "answerer"};
    ractor_ref greeter, answerer;
    ractor_factory factory;
    answerer_type = sample_type;
    answerer_type.dispatch = dispatch;
    check(ractor_sim_new(&options, &sim) == RACTOR_OK);
    ractor_runtime *runtime = ractor_sim_runtime(sim);
    check(ractor_node_start(runtime, &node_options, &node) == RACTOR_OK);
    check(ractor_spawn(runtime, &greeter_class, NULL, NULL, &greeter) == RACTOR_OK);
    check(ractor_pg_monitor(greeter, "__default_scope__", RACTOR_PG_ALL_GROUPS) == RACTOR_OK);
    check(ractor_spawn(runtime, &answerer_class, &named, NULL, &answerer) == RACTOR_OK);
    check(ractor_pg_join(NULL, "group", &answerer, 1) == RACTOR_OK);
    check(ractor_factory_start(runtime, &factory_options, &factory) == RACTOR_OK);
}

static void stop_node(void)
{
    ractor_node_stop(node);
    ractor_sim_free(sim);
    node = NULL;
}

/* ------------------------------------------------------------------ the peer */

static struct peer {
    ractor_transport base; /* first */
    bool dials;
    bool is_plain; /* the handshake is over, or the input's business */
    bool is_over;  /* the stream has ended */
    bool is_freed;
    bool is_pausing;
    size_t piece;
    const uint8_t *bytes; /* what is still to be sent */
    size_t left;
    size_t n_sent, baseline;
    uint8_t said[2048]; /* handshake messages on their way */
    size_t said_start, said_end;
    struct rt_frame_reader heard;
    struct rt_challenges challenges;
    struct rt_handshake handshake;
    ractor_transport_ready_fn ready;
    void *user;
} peer;
static uint64_t counter;

static ractor_status count(void *user, void *bytes, size_t length)
{
    (void)user;
    counter += UINT64_C(0x9e3779b97f4a7c15);
    memcpy(bytes, &counter, length < sizeof counter ? length : sizeof counter);
    return RACTOR_OK;
}

static struct rt_cookies cookies = {.lock = PTHREAD_MUTEX_INITIALIZER};

static const struct rt_identity identity = {
    .name = "peer@host",
    .connection_string = "host:1",
    .cookies = &cookies,
    .extensions = RT_EXTENSIONS,
    .random = {count, NULL},
};

static void set_cookie(void)
{
    static const ractor_cookies one = {.cookie = SAMPLE_COOKIE};
    struct rt_cookie_set *set = NULL;
    char why[RT_COOKIE_WHY_BYTES];
    if (cookies.set != NULL)
        return;
    check(rt_cookie_set_new(&one, why, &set) == RACTOR_OK);
    rt_cookies_set(&cookies, set);
}

static void wake_node(void)
{
    if (peer.ready != NULL)
        peer.ready(peer.user);
}

static void say(const struct rt_handshake_out *out)
{
    for (size_t i = 0; i < out->n_messages; i++) {
        size_t size = rt_auth_size(&out->messages[i]);
        uint8_t *at = peer.said + peer.said_end;
        check(size != 0 && size < 700);
        at = rt_frame_put_head(peer.heard.framing, size, at);
        check(rt_auth_write(&out->messages[i], at, size) == RACTOR_OK);
        peer.said_end = (size_t)(at - peer.said) + size;
        check(peer.said_end < sizeof peer.said - 800);
    }
}

/* A message of the node's handshake. */
static void hear(ractor_bytes message)
{
    auth_AuthenticationMessage auth;
    struct rt_handshake_out out;
    enum rt_net_kind kind;
    ractor_bytes body;
    if (rt_net_decode(message, &kind, &body) != RACTOR_OK || kind != RT_NET_AUTH ||
        rt_auth_decode(body, &auth) != RACTOR_OK)
        abort();
    enum rt_handshake_result result = rt_handshake_receive(&peer.handshake, &auth, &out);
    if (result == RT_HANDSHAKE_WANTS_STATUS)
        result = rt_handshake_give_status(&peer.handshake, auth_ServerStatus_Status_OK, &out);
    check(result == RT_HANDSHAKE_GOES_ON || result == RT_HANDSHAKE_DONE);
    say(&out);
    peer.is_plain = result == RT_HANDSHAKE_DONE;
}

static ractor_status peer_write(ractor_transport *transport, const void *bytes, size_t size,
                                size_t *length)
{
    uint8_t *at;
    size_t room;
    ractor_bytes message;
    (void)transport;
    *length = size;
    if (peer.is_plain || size == 0)
        return RACTOR_OK;
    check(rt_frame_reader_space(&peer.heard, &at, &room) == RACTOR_OK);
    *length = size < room ? size : room;
    memcpy(at, bytes, *length);
    rt_frame_reader_commit(&peer.heard, *length);
    while (!peer.is_plain && rt_frame_reader_next(&peer.heard, &message) == RACTOR_OK)
        hear(message);
    wake_node();
    return RACTOR_OK;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* After each piece the node is told to wait: its actors run meanwhile. */
static ractor_status peer_read(ractor_transport *transport, void *bytes, size_t capacity,
                               size_t *length)
{
    (void)transport;
    check(peer.baseline == 0 ||
          allocated() <= peer.baseline + SPARE_BYTES + MEMORY_PER_BYTE * peer.n_sent);
    *length = smaller(capacity, peer.said_end - peer.said_start);
    if (*length != 0) {
        memcpy(bytes, peer.said + peer.said_start, *length);
        peer.said_start += *length;
        return RACTOR_OK;
    }
    if (!peer.is_plain)
        return peer.is_over ? RACTOR_OK : RACTOR_EAGAIN;
    *length = smaller(capacity, smaller(peer.piece, peer.left));
    if (*length == 0)
        return peer.is_over ? RACTOR_OK : RACTOR_EAGAIN;
    peer.is_pausing = !peer.is_pausing;
    if (!peer.is_pausing) {
        *length = 0;
        wake_node();
        return RACTOR_EAGAIN;
    }
    memcpy(bytes, peer.bytes, *length);
    peer.bytes += *length;
    peer.left -= *length;
    peer.n_sent += *length;
    return RACTOR_OK;
}

static void peer_watch(ractor_transport *transport, ractor_transport_ready_fn ready, void *user)
{
    (void)transport;
    peer.ready = ready;
    peer.user = user;
}

static void peer_shut(ractor_transport *transport)
{
    (void)transport;
}

static void peer_free(ractor_transport *transport)
{
    (void)transport;
    check(!peer.is_freed);
    peer.is_freed = true;
    peer.ready = NULL;
}

static const ractor_transport_ops peer_ops = {.read = peer_read,
                                              .write = peer_write,
                                              .watch = peer_watch,
                                              .shut = peer_shut,
                                              .free = peer_free};

static void start_peer(uint8_t how, const uint8_t *bytes, size_t size)
{
    static const size_t pieces[] = {SIZE_MAX, 1, 7, 64};
    struct rt_handshake_out out;
    enum rt_framing framing = (how & 4) != 0 ? RT_FRAMING_LEGACY : RT_FRAMING_CURRENT;
    memset(&peer, 0, sizeof peer);
    counter = 0;
    peer.base.ops = &peer_ops;
    peer.dials = (how & 1) == 0;
    peer.is_plain = (how & 2) == 0;
    peer.piece = pieces[how >> 3 & 3];
    peer.bytes = bytes;
    peer.left = size;
    set_cookie();
    peer.baseline = allocated();
    /* A node that dials frames in the present way, whatever its peer does. */
    rt_frame_reader_init(&peer.heard, LIMIT_BYTES, peer.dials ? framing : RT_FRAMING_CURRENT);
    rt_handshake_init(&peer.handshake, &identity, &peer.challenges);
    if (!peer.dials || peer.is_plain)
        return;
    check(rt_handshake_dial(&peer.handshake, RT_COOKIE_NEW, &out) == RACTOR_OK);
    say(&out);
}

/* ------------------------------------------------------------------ records */

static uint8_t framed[(size_t)1 << 18];

/* Gives each record a frame. */
static size_t frame_records(const uint8_t *bytes, size_t size)
{
    uint8_t *at = framed;
    while (size >= 2 && (size_t)(at - framed) < sizeof framed / 2) {
        size_t length = smaller((size_t)bytes[0] << 8 | bytes[1], size - 2);
        length = smaller(length, sizeof framed / 4);
        at = rt_frame_put_head(peer.heard.framing, length, at);
        memcpy(at, bytes + 2, length);
        at += length;
        bytes += 2 + length;
        size -= 2 + length;
    }
    return (size_t)(at - framed);
}

/* ------------------------------------------------------------------ a session */

static void send_all(void)
{
    wake_node();
    (void)ractor_sim_run(sim);
    check(peer.is_freed || peer.left == 0 || !peer.is_plain);
}

static void run_session(void)
{
    ractor_external external = {.transport = &peer.base, .peer_label = "the fuzzer"};
    if (peer.dials)
        check(ractor_cluster_accept_external(node, &external) == RACTOR_OK);
    else
        (void)!ractor_cluster_connect_external(node, &external, 60000);
    (void)ractor_sim_run(sim);
    send_all();
    peer.is_over = true;
    wake_node();
    ractor_sim_advance(sim, 200); /* calls time out */
    check(peer.is_freed && ractor_node_sessions(node, NULL, 0) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    if (node == NULL)
        start_node();
    start_peer(data[0], data + 1, size - 1);
    if ((data[0] & 32) != 0) {
        peer.left = frame_records(data + 1, size - 1);
        peer.bytes = framed;
    }
    run_session();
    rt_handshake_fini(&peer.handshake);
    rt_frame_reader_fini(&peer.heard);
    if (++n_inputs % INPUTS_PER_NODE == 0)
        stop_node();
    return 0;
}

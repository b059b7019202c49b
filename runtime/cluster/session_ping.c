/* SPDX-License-Identifier: MIT */
/*
 * Whether the peer is alive. Whatever arrives shows that it is, and its silence for `silence_ms`
 * that it is not. A peer that has been heard of lately need not be asked: of two idle nodes one
 * asks, and the other knows by it. Pongs also teach the detector how regular the peer is, so that
 * an irregular silence is noticed earlier; a node that judges by that asks all the time.
 */
#include "cluster/session.h"

#include <stdio.h>

/* So often a peer that says nothing is asked before it counts as lost. */
#define PINGS_PER_SILENCE 3
/* Pings of a node's sessions fall on common ticks, so that it wakes for many of them at once. */
#define TICKS_PER_PING 4
/* For the time that a message takes, a peer that never rests is asked all the same, this rarely. */
#define SILENCES_PER_LOOK 3
/* While the detector is to judge, it is asked so often. */
#define JUDGE_MS 50

static uint64_t silent_ms(const struct rt_session *session)
{
    return rt_loop_now_ms(&session->node->loop) - session->heard_ms;
}

static double phi_of(const struct rt_session *session)
{
    return rt_detector_phi(&session->detector, rt_now_ms(session->node));
}

/* The moment of the next look, at which a peer that stays silent is lost. */
static void set_timer(struct rt_session *session);

static bool is_regular(const ractor_node *node)
{
    return node->ping_ms != 0 || node->phi_limit > 0;
}

/* Between a node's own pings, when it need not be regular. */
static uint64_t usual_interval(const ractor_node *node)
{
    return node->silence_ms / PINGS_PER_SILENCE + 1;
}

static uint64_t random_below(const ractor_node *node, uint64_t limit)
{
    uint16_t random = 0;
    if (ractor_random(node->runtime, &random, sizeof random) != RACTOR_OK)
        random = 0; /* it only spreads pings: any number will do */
    return random % limit;
}

/* When a peer that was asked or heard of at that time is to be asked next. */
static uint64_t next_ping(const ractor_node *node, uint64_t from_ms)
{
    if (node->ping_ms != 0)
        return from_ms +
               (node->ping_ms <= node->silence_ms / 3 ? node->ping_ms : node->silence_ms / 3 + 1);
    uint64_t tick = usual_interval(node) / TICKS_PER_PING + 1;
    uint64_t n_ticks = TICKS_PER_PING - 1 + random_below(node, 3);
    return (from_ms / tick + n_ticks) * tick;
}

/* True: the peer is lost. */
static bool judge(struct rt_session *session)
{
    const ractor_node *node = session->node;
    char why[96] = "";
    double phi = node->phi_limit > 0 ? phi_of(session) : 0;
    if (silent_ms(session) > node->silence_ms)
        (void)snprintf(why, sizeof why, "the peer has been silent for %llu ms",
                       (unsigned long long)silent_ms(session));
    else if (node->phi_limit > 0 && phi > node->phi_limit)
        (void)snprintf(why, sizeof why, "the peer's silence is not like it: phi is %.1f", phi);
    else
        return false;
    rt_session_close(session, RACTOR_ENODE, why);
    return true;
}

/* Whether the peer has shown lately that it lives, and the last ping is not too long ago. */
static bool needs_no_ping(const struct rt_session *session, uint64_t now_ms)
{
    const ractor_node *node = session->node;
    return !is_regular(node) && silent_ms(session) < usual_interval(node) / 2 &&
           now_ms - session->pinged_ms < (uint64_t)SILENCES_PER_LOOK * node->silence_ms;
}

static void on_timer(struct rt_loop_timer *timer)
{
    struct rt_session *session = timer->data;
    uint64_t now_ms = rt_loop_now_ms(timer->loop);
    if (judge(session))
        return;
    if (now_ms < session->next_ping_ms) {
        set_timer(session);
        return;
    }
    rt_link_trim(session->link);
    rt_frame_reader_trim(&session->reader);
    if (needs_no_ping(session, now_ms)) {
        session->next_ping_ms = next_ping(session->node, session->heard_ms);
        set_timer(session);
        return;
    }
    rt_session_ping(session);
}

static void set_timer(struct rt_session *session)
{
    const ractor_node *node = session->node;
    uint64_t now = rt_loop_now_ms(&node->loop);
    uint64_t delay = session->next_ping_ms > now ? session->next_ping_ms - now : 0;
    uint64_t silent = now - session->heard_ms;
    uint64_t left = silent <= node->silence_ms ? node->silence_ms - silent + 1 : 0;
    if (left < delay)
        delay = left;
    if (node->phi_limit > 0 && JUDGE_MS < delay)
        delay = JUDGE_MS;
    rt_loop_timer_start(&session->timer, on_timer, delay);
}

void rt_session_ping(struct rt_session *session)
{
    ractor_node *node = session->node;
    uint64_t now = rt_loop_now_ms(&node->loop);
    uint64_t age_ms = now - session->opened_ms;
    control_Ping ping = {
        .has_timestamp = true,
        .timestamp = {.seconds = (int64_t)(age_ms / 1000),
                      .nanos = (int32_t)(age_ms % 1000 * 1000000)},
    };
    struct rt_control_out out = {.kind = RT_CONTROL_PING, .ping = &ping};
    if (session->pinged_ns == 0)
        session->pinged_ns = ractor_now_ns(node->runtime);
    session->pinged_ms = now;
    session->next_ping_ms = next_ping(node, now);
    set_timer(session);
    rt_session_send_control(session, &out);
}

void rt_session_receive_ping(struct rt_session *session, const struct rt_control *control)
{
    control_Ping ping;
    struct rt_control_out out = {.kind = RT_CONTROL_PONG, .ping = &ping};
    if (rt_control_time(control, &ping) != RACTOR_OK)
        rt_session_close(session, RACTOR_EPROTO, "a malformed ping");
    else
        rt_session_send_control(session, &out);
}

void rt_session_receive_pong(struct rt_session *session)
{
    ractor_node *node = session->node;
    uint64_t now_ns = ractor_now_ns(node->runtime);
    uint64_t round_trip_us = session->pinged_ns != 0 ? (now_ns - session->pinged_ns) / 1000 : 0;
    session->pinged_ns = 0;
    (void)pthread_mutex_lock(&node->lock);
    rt_detector_hear(&session->detector, now_ns / 1000000);
    session->info.round_trip_us = round_trip_us < UINT32_MAX ? (uint32_t)round_trip_us : UINT32_MAX;
    (void)pthread_mutex_unlock(&node->lock);
}

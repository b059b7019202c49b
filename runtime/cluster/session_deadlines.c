/* SPDX-License-Identifier: MIT */
/*
 * Calls of the peer whose time is up before they are answered. The link has them in a wheel, to
 * which any thread may take an answered one's deadline out; the loop's timer is set to a moment not
 * later than the first deadline, and looks. As a rule all that it finds is that they were answered,
 * and since timeouts are much alike, it is set once in a while and not for each call.
 */
#include "cluster/session.h"

#include "base/clock.h"

/* A C node is told. Another one's protocol has it hear nothing after a deadline. */
static void end_call(struct rt_session *session, uint64_t pid, ractor_port *port)
{
    if ((rt_link_extensions(session->link) & RT_EXTENSION_CALL_STATUS) != 0)
        (void)ractor_port_fail(port, RACTOR_ETIMEOUT);
    else
        ractor_inbound_cancel(session->node->runtime, pid, port);
}

static void look(struct rt_loop_timer *timer);

static void set_timer(struct rt_session *session, uint64_t look_ns, uint64_t now_ns)
{
    uint64_t left_ns = look_ns > now_ns ? look_ns - now_ns : 0;
    session->look_ns = look_ns;
    rt_loop_timer_start(&session->deadline_timer, look,
                        (left_ns + RT_NS_PER_MS - 1) / RT_NS_PER_MS);
}

static void look(struct rt_loop_timer *timer)
{
    struct rt_session *session = timer->data;
    uint64_t now_ns = ractor_now_ns(session->node->runtime);
    uint64_t pid, next_ns;
    ractor_port port;
    while (rt_link_take_expired(session->link, session->incarnation, now_ns, &pid, &port, &next_ns))
        end_call(session, pid, &port);
    if (next_ns != RT_NEVER)
        set_timer(session, next_ns, now_ns);
}

void rt_session_watch_deadline(struct rt_session *session, uint32_t timeout_ms)
{
    if (timeout_ms == RACTOR_TIMEOUT_NONE)
        return;
    uint64_t now_ns = ractor_now_ns(session->node->runtime);
    uint64_t deadline_ns = now_ns + timeout_ms * RT_NS_PER_MS;
    if (!rt_loop_timer_is_set(&session->deadline_timer) || deadline_ns < session->look_ns)
        set_timer(session, deadline_ns, now_ns);
}

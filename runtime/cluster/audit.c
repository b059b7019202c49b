/* SPDX-License-Identifier: MIT */
#include "cluster/session.h"

const char *ractor_audit_kind_name(ractor_audit_kind kind)
{
    switch (kind) {
    case RACTOR_AUDIT_AUTH_FAILED:
        return "authentication failed";
    case RACTOR_AUDIT_TLS_FAILED:
        return "tls failed";
    case RACTOR_AUDIT_NAME_MISMATCH:
        return "name mismatch";
    case RACTOR_AUDIT_OVER_BUDGET:
        return "over budget";
    case RACTOR_AUDIT_NOT_EXPORTED:
        return "not exported";
    }
    return "?";
}

void rt_node_audit(const ractor_node *node, const ractor_audit_event *event)
{
    if (node->audit != NULL)
        node->audit(node->audit_user, event);
}

/* False: the end is none that an administrator need hear of. */
static bool kind_of(const struct rt_session *session, ractor_status status, ractor_audit_kind *kind)
{
    switch (status) {
    case RACTOR_EAUTH:
        *kind = session->is_misnamed ? RACTOR_AUDIT_NAME_MISMATCH : RACTOR_AUDIT_AUTH_FAILED;
        return true;
    case RACTOR_EINVAL:
        *kind = RACTOR_AUDIT_NAME_MISMATCH;
        return true;
    case RACTOR_ETLS:
        *kind = RACTOR_AUDIT_TLS_FAILED;
        return true;
    case RACTOR_ETIMEOUT:
    case RACTOR_ELIMIT:
        *kind = RACTOR_AUDIT_OVER_BUDGET;
        return true;
    default:
        return false;
    }
}

void rt_session_audit(const struct rt_session *session, ractor_status status, const char *why)
{
    ractor_audit_event event = {
        .is_outbound = session->is_outbound,
        .peer_addr = session->info.peer_addr,
        .peer_name = session->handshake.peer.name,
        .why = why,
        .count = 1,
    };
    bool is_stranger = session->state == RT_SESSION_IN_HANDSHAKE;
    if ((is_stranger || status == RACTOR_ELIMIT) && kind_of(session, status, &event.kind))
        rt_node_audit(session->node, &event);
}

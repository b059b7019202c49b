/* SPDX-License-Identifier: MIT */
/* SRV records (RFC 2782) by the system's resolver. Priorities and weights are left aside: all nodes
 * of a cluster are to be connected. */
#include "cluster/lookup.h"

#include "base/alloc.h"

#include <arpa/nameser.h>
#include <netinet/in.h>
#include <resolv.h>
#include <string.h>

/* As large as an answer can be. */
#define ANSWER_BYTES 65536
/* Priority, weight and port stand before the target. */
#define TARGET_OFFSET 6

static ractor_status add_record(struct rt_lookup *lookup, ns_msg *message, const ns_rr *record)
{
    char host[NS_MAXDNAME];
    const unsigned char *data = ns_rr_rdata(*record);
    if (ns_rr_type(*record) != ns_t_srv || ns_rr_rdlen(*record) <= TARGET_OFFSET)
        return RACTOR_OK; /* an alias on the way */
    uint16_t port = (uint16_t)ns_get16(data + TARGET_OFFSET - 2);
    if (dn_expand(ns_msg_base(*message), ns_msg_end(*message), data + TARGET_OFFSET, host,
                  sizeof host) < 0)
        return RACTOR_EADDR;
    if (host[0] == '\0' || port == 0)
        return RACTOR_OK; /* "." says that there is no such service */
    return rt_lookup_add(lookup, host, strlen(host), port);
}

static ractor_status add_records(struct rt_lookup *lookup, const unsigned char *answer, int length)
{
    ns_msg message;
    ns_rr record;
    ractor_status status = RACTOR_OK;
    if (ns_initparse(answer, length, &message) < 0)
        return RACTOR_EADDR;
    for (int i = 0; i < ns_msg_count(message, ns_s_an) && status == RACTOR_OK; i++) {
        if (ns_parserr(&message, ns_s_an, i, &record) < 0)
            return RACTOR_EADDR;
        status = add_record(lookup, &message, &record);
    }
    return status;
}

ractor_status rt_lookup_srv(struct rt_lookup *lookup)
{
    unsigned char *answer = rt_alloc(ANSWER_BYTES);
    if (answer == NULL)
        return RACTOR_ENOMEM;
    int length = res_query(lookup->source, ns_c_in, ns_t_srv, answer, ANSWER_BYTES);
    ractor_status status = RACTOR_EADDR;
    if (length >= 0 && length <= ANSWER_BYTES)
        status = add_records(lookup, answer, length);
    rt_free(answer);
    return status;
}

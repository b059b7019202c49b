/* SPDX-License-Identifier: MIT */
#include "cluster/codec.h"

#include <pb_decode.h>

enum { NET_AUTH = 1 };

ractor_status rt_auth_decode(ractor_bytes body, auth_AuthenticationMessage *auth)
{
    pb_istream_t stream = pb_istream_from_buffer(body.data, body.length);
    *auth = (auth_AuthenticationMessage)auth_AuthenticationMessage_init_zero;
    if (!pb_decode(&stream, auth_AuthenticationMessage_fields, auth) || auth->which_msg == 0)
        return RACTOR_EDECODE;
    return RACTOR_OK;
}

size_t rt_auth_size(const auth_AuthenticationMessage *auth)
{
    size_t inner = 0;
    if (!pb_get_encoded_size(&inner, auth_AuthenticationMessage_fields, auth))
        return 0;
    return rt_wire_bytes_size(NET_AUTH, inner);
}

ractor_status rt_auth_write(const auth_AuthenticationMessage *auth, uint8_t *start, size_t size)
{
    struct rt_wire_out out = rt_wire_out_to(start, size);
    size_t inner = 0;
    if (!pb_get_encoded_size(&inner, auth_AuthenticationMessage_fields, auth))
        return RACTOR_EINVAL;
    rt_wire_put_head(&out, NET_AUTH, inner);
    rt_wire_put_nanopb(&out, auth_AuthenticationMessage_fields, auth);
    return rt_wire_is_full(&out) ? RACTOR_OK : RACTOR_EINVAL;
}

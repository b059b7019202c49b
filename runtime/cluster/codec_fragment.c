/* SPDX-License-Identifier: MIT */
/*
 * Pieces of a large message (extension 2), each a NetworkMessage of its own:
 *
 *   NetworkMessage.fragment (1000) > is_last (2), data (1)
 *
 * `data` is written last, so that the piece itself follows the head.
 */
#include "cluster/codec.h"

enum { FRAGMENT_DATA = 1, FRAGMENT_IS_LAST = 2 };

static size_t fields_size(size_t length, bool is_last)
{
    return rt_wire_bytes_size(FRAGMENT_DATA, length) +
           (is_last ? rt_wire_number_size(FRAGMENT_IS_LAST, 1) : 0);
}

size_t rt_fragment_head_size(size_t length, bool is_last)
{
    return rt_wire_bytes_size(RT_NET_FRAGMENT, fields_size(length, is_last)) - length;
}

uint8_t *rt_fragment_put_head(size_t length, bool is_last, uint8_t *at)
{
    struct rt_wire_out out = rt_wire_out_to(at, rt_fragment_head_size(length, is_last));
    rt_wire_put_head(&out, RT_NET_FRAGMENT, fields_size(length, is_last));
    if (is_last)
        rt_wire_put_number(&out, FRAGMENT_IS_LAST, 1);
    rt_wire_put_head(&out, FRAGMENT_DATA, length);
    return out.at;
}

ractor_status rt_fragment_decode(ractor_bytes body, ractor_bytes *data, bool *is_last)
{
    struct rt_wire_in in = rt_wire_in_of(body);
    struct rt_wire_field field;
    enum rt_wire_step step;
    *data = (ractor_bytes){NULL, 0};
    *is_last = false;
    while ((step = rt_wire_next(&in, &field)) == RT_WIRE_FIELD) {
        if (field.is_bytes != (field.number == FRAGMENT_DATA) && field.number <= FRAGMENT_IS_LAST)
            return RACTOR_EDECODE;
        if (field.number == FRAGMENT_DATA)
            *data = field.bytes;
        else if (field.number == FRAGMENT_IS_LAST)
            *is_last = field.value != 0;
    }
    return step == RT_WIRE_END ? RACTOR_OK : RACTOR_EDECODE;
}

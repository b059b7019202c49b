/* SPDX-License-Identifier: MIT */
/*
 * A large message is cut into fragments, each a frame of its own:
 *
 *   begin gives    | room for all heads | message                          |
 *   cut makes      | head | 128 KiB | head | 128 KiB | ... | head | rest   |
 *
 * The message is encoded in one piece and moved towards the front piece by piece, so that each byte
 * is moved once and needs no second buffer. The fragments of a message follow one another; only
 * frames of the urgent lane come between.
 */
#include "cluster/handshake.h"
#include "cluster/link.h"

#include <string.h>

static bool is_cut(const struct rt_link *link, size_t size)
{
    return link->lane == RT_LANE_BULK && size > RT_FRAGMENT_BYTES &&
           (link->extensions & RT_EXTENSION_FRAGMENTS) != 0;
}

static size_t head_size(const struct rt_link *link, size_t length, bool is_last)
{
    size_t head = rt_fragment_head_size(length, is_last);
    return rt_frame_head_size(link->framing, head + length) + head;
}

size_t rt_link_overhead(const struct rt_link *link, size_t size)
{
    if (!is_cut(link, size))
        return rt_frame_head_size(link->framing, size);
    size_t n_before = (size - 1) / RT_FRAGMENT_BYTES;
    size_t last = size - n_before * RT_FRAGMENT_BYTES;
    return n_before * head_size(link, RT_FRAGMENT_BYTES, false) + head_size(link, last, true);
}

void rt_link_cut(const struct rt_link *link, size_t size, uint8_t *start)
{
    const uint8_t *from = start + rt_link_overhead(link, size);
    if (!is_cut(link, size)) {
        (void)rt_frame_put_head(link->framing, size, start);
        return;
    }
    while (size != 0) {
        bool is_last = size <= RT_FRAGMENT_BYTES;
        size_t length = is_last ? size : RT_FRAGMENT_BYTES;
        size_t head = rt_fragment_head_size(length, is_last);
        start = rt_frame_put_head(link->framing, head + length, start);
        start = rt_fragment_put_head(length, is_last, start);
        memmove(start, from, length);
        start += length;
        from += length;
        size -= length;
    }
}

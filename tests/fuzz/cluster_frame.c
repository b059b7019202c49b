/* SPDX-License-Identifier: MIT */
/*
 * The frame reader on any bytes, in any pieces: the first byte chooses the framing, the second the
 * size of the pieces. Memory must follow what has arrived.
 */
#include "cluster/frame.h"

#include <stdlib.h>
#include <string.h>

#define LIMIT 100000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool is_so)
{
    if (!is_so)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rt_frame_reader reader;
    if (size < 2)
        return 0;
    size_t piece = data[1] != 0 ? data[1] : size;
    rt_frame_reader_init(&reader, LIMIT, (enum rt_framing)(data[0] % 3));
    ractor_status status = RACTOR_EAGAIN;
    for (size_t at = 2; at < size && status == RACTOR_EAGAIN;) {
        uint8_t *to;
        size_t room;
        ractor_bytes message;
        check(rt_frame_reader_space(&reader, &to, &room) == RACTOR_OK && room != 0);
        size_t n = size - at < piece ? size - at : piece;
        n = n < room ? n : room;
        memcpy(to, data + at, n);
        rt_frame_reader_commit(&reader, n);
        at += n;
        check(reader.capacity <= 2 * at + 1024);
        while ((status = rt_frame_reader_next(&reader, &message)) == RACTOR_OK) {
            check(message.length <= LIMIT);
            check(message.length == 0 || message.data + message.length <= reader.data + reader.end);
        }
    }
    rt_frame_reader_fini(&reader);
    return 0;
}

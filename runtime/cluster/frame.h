/* SPDX-License-Identifier: MIT */
/*
 * Frames: a length of 8 bytes, big-endian, then as many bytes. Legacy peers put a second length, a
 * protobuf varint, between the first and the message.
 *
 *   current   | u64 N | message: N bytes        |
 *   legacy    | u64 N | varint L | message: L   |   N = L + size of the varint
 *
 * The reader's buffer grows with what has arrived, never with what a length promises: the most it
 * takes is twice of that, and a frame over the limit is refused as soon as its length is known.
 * One thread at a time.
 */
#ifndef RACTOR_CLUSTER_FRAME_H
#define RACTOR_CLUSTER_FRAME_H

#include <ractor/status.h>
#include <ractor/value.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RT_FRAME_HEADER_BYTES 8

enum rt_framing {
    RT_FRAMING_UNKNOWN, /* decided by the first frame that arrives */
    RT_FRAMING_CURRENT,
    RT_FRAMING_LEGACY
};

struct rt_frame_reader {
    uint8_t *data; /* NULL until the first byte is read */
    size_t capacity;
    size_t start; /* first byte not yet given out */
    size_t end;   /* behind the last byte that has arrived */
    size_t limit_bytes;
    bool is_hungry; /* the last read has filled the buffer: more is waiting */
    enum rt_framing framing;
};

void rt_frame_reader_init(struct rt_frame_reader *reader, size_t limit_bytes,
                          enum rt_framing framing);
void rt_frame_reader_fini(struct rt_frame_reader *reader);

/* Gives the buffer back when nothing is in it. Ends views of frames. */
void rt_frame_reader_trim(struct rt_frame_reader *reader);

/* Room for the next bytes: at least one. Borrows until the next call of any function here; views
 * of frames end here, too. RACTOR_ENOMEM. */
ractor_status rt_frame_reader_space(struct rt_frame_reader *reader, uint8_t **at, size_t *length);

/* `length` bytes have been written there. */
void rt_frame_reader_commit(struct rt_frame_reader *reader, size_t length);

/*
 * The next whole message, a view that lives until rt_frame_reader_space. RACTOR_EAGAIN: more bytes
 * are needed. RACTOR_ELIMIT: the frame is over the limit. RACTOR_EPROTO: its framing is broken.
 */
ractor_status rt_frame_reader_next(struct rt_frame_reader *reader, ractor_bytes *message);

/* The length that the frame at the front declares; 0 when that is not known yet. For log lines. */
uint64_t rt_frame_reader_declared(const struct rt_frame_reader *reader);

/* `length` bytes of a stream of frames have left, of which the first `frame_left` belong to a frame
 * that was begun before. How much is left of the frame that has been begun now; 0: none. */
size_t rt_frame_skip(size_t frame_left, const uint8_t *bytes, size_t length);

/* Size of what goes before a message of `length` bytes. */
size_t rt_frame_head_size(enum rt_framing framing, size_t length);

/* Writes it and returns the byte behind it. */
uint8_t *rt_frame_put_head(enum rt_framing framing, size_t length, uint8_t *out);

#endif

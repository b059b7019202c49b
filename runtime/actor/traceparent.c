/* SPDX-License-Identifier: MIT */
/*
 * The text form of a trace context:
 *
 *      00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
 *      version, trace-id, parent-id, flags; a later version may go on behind a further dash
 */
#include <ractor/trace_context.h>

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define VERSION_AT 0
#define TRACE_AT 3
#define SPAN_AT 36
#define FLAGS_AT 53
#define LENGTH 55

static const char digits[] = "0123456789abcdef";

/* Lower case only, as the standard has it. */
static bool read_hex(const char *text, uint8_t *bytes, size_t n_bytes)
{
    for (size_t i = 0; i < n_bytes; i++) {
        const char *high = memchr(digits, text[2 * i], 16);
        const char *low = memchr(digits, text[2 * i + 1], 16);
        if (high == NULL || low == NULL)
            return false;
        bytes[i] = (uint8_t)((high - digits) << 4 | (low - digits));
    }
    return true;
}

static void write_hex(const uint8_t *bytes, size_t n_bytes, char *text)
{
    for (size_t i = 0; i < n_bytes; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
}

static bool is_laid_out(ractor_string text, uint8_t version)
{
    if (text.data[TRACE_AT - 1] != '-' || text.data[SPAN_AT - 1] != '-' ||
        text.data[FLAGS_AT - 1] != '-' || version == 0xff)
        return false;
    return text.length == LENGTH || (version != 0 && text.data[LENGTH] == '-');
}

ractor_status ractor_trace_parse(ractor_string traceparent, ractor_string tracestate,
                                 ractor_trace_context *context)
{
    static const uint8_t zero[16];
    ractor_trace_context read = {.state = tracestate};
    uint8_t version;
    if (traceparent.length < LENGTH || !read_hex(traceparent.data + VERSION_AT, &version, 1) ||
        !is_laid_out(traceparent, version) ||
        !read_hex(traceparent.data + TRACE_AT, read.trace_id, sizeof read.trace_id) ||
        !read_hex(traceparent.data + SPAN_AT, read.span_id, sizeof read.span_id) ||
        !read_hex(traceparent.data + FLAGS_AT, &read.flags, 1))
        return RACTOR_EINVAL;
    if (memcmp(read.trace_id, zero, sizeof read.trace_id) == 0 ||
        memcmp(read.span_id, zero, sizeof read.span_id) == 0)
        return RACTOR_EINVAL;
    if (read.state.length > RACTOR_TRACESTATE_BYTES)
        read.state.length = 0;
    *context = read;
    return RACTOR_OK;
}

void ractor_trace_format(const ractor_trace_context *context, char text[RACTOR_TRACEPARENT_BYTES])
{
    memcpy(text, "00-", TRACE_AT);
    write_hex(context->trace_id, sizeof context->trace_id, text + TRACE_AT);
    text[SPAN_AT - 1] = '-';
    write_hex(context->span_id, sizeof context->span_id, text + SPAN_AT);
    text[FLAGS_AT - 1] = '-';
    write_hex(&context->flags, 1, text + FLAGS_AT);
    text[LENGTH] = '\0';
}
_Static_assert(LENGTH + 1 == RACTOR_TRACEPARENT_BYTES, "room for the text");

/* SPDX-License-Identifier: MIT */
#include "base/source.h"

#include <string.h>

static size_t count_lines(const char *text, size_t length)
{
    size_t count = 1;
    for (const char *at = text; (at = memchr(at, '\n', length - (size_t)(at - text))) != NULL; at++)
        count++;
    return count;
}

struct rc_source *rc_source_new(struct rc_arena *arena, const char *path, const char *text,
                                size_t length)
{
    struct rc_source *source = rc_arena_alloc(arena, sizeof *source);
    source->path = path;
    source->text = text;
    source->length = length;
    source->n_lines = count_lines(text, length);
    source->line_starts = rc_arena_array(arena, source->n_lines, sizeof *source->line_starts);
    size_t line = 1;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\n')
            source->line_starts[line++] = (uint32_t)(i + 1);
    }
    return source;
}

struct rc_position rc_source_position(const struct rc_source *source, size_t offset)
{
    size_t low = 0;
    size_t high = source->n_lines;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (source->line_starts[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    struct rc_position position = {low + 1, offset - source->line_starts[low] + 1};
    return position;
}

const char *rc_source_line(const struct rc_source *source, size_t line, size_t *length)
{
    const char *start = source->text + source->line_starts[line - 1];
    const char *end = memchr(start, '\n', source->length - source->line_starts[line - 1]);
    *length = (size_t)((end != NULL ? end : source->text + source->length) - start);
    return start;
}

struct rc_span rc_span_join(struct rc_span a, struct rc_span b)
{
    if (a.source == NULL)
        return b;
    if (b.source != a.source)
        return a;
    struct rc_span joined = {a.source, a.begin < b.begin ? a.begin : b.begin,
                             a.end > b.end ? a.end : b.end};
    return joined;
}

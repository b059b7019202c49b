/* SPDX-License-Identifier: MIT */
#include "base/diag.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    enum rc_severity severity;
    int number;
    const char *option;
} codes[RC_N_CODES] = {
#define RC_CODE_ROW(name, severity, number, option) {RC_##severity, number, option},
    RC_DIAG_CODES(RC_CODE_ROW)
#undef RC_CODE_ROW
};

void rc_diags_init(struct rc_diags *diags, struct rc_arena *arena, size_t max_errors)
{
    *diags = (struct rc_diags){.arena = arena, .max_errors = max_errors};
}

/* Counts a diagnostic and says whether it is kept. */
static bool count(struct rc_diags *diags, enum rc_code code, enum rc_severity *severity)
{
    *severity = codes[code].severity;
    if (*severity == RC_WARNING && diags->policy.is_off[code])
        return false;
    if (*severity == RC_WARNING && diags->policy.is_error[code])
        *severity = RC_ERROR;
    if (*severity == RC_WARNING) {
        diags->n_warnings++;
        return true;
    }
    diags->n_errors++;
    return diags->max_errors == 0 || diags->n_errors <= diags->max_errors;
}

__attribute__((format(printf, 3, 0))) static struct rc_diag *
add(struct rc_diags *diags, enum rc_code code, const char *format, va_list arguments)
{
    struct rc_diag *diag = rc_arena_alloc(diags->arena, sizeof *diag);
    diag->code = code;
    diag->arena = diags->arena;
    diag->message = rc_arena_vprintf(diags->arena, format, arguments);
    if (count(diags, code, &diag->severity)) {
        diag->serial = diags->list.count;
        *rc_list_add(diags->arena, &diags->list) = diag;
    }
    return diag;
}

struct rc_diag *rc_report(struct rc_diags *diags, enum rc_code code, struct rc_span span,
                          const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    struct rc_diag *diag = add(diags, code, format, arguments);
    va_end(arguments);
    diag->span = span;
    diag->path = span.source != NULL ? span.source->path : "";
    return diag;
}

struct rc_diag *rc_report_file(struct rc_diags *diags, enum rc_code code, const char *path,
                               const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    struct rc_diag *diag = add(diags, code, format, arguments);
    va_end(arguments);
    diag->path = path;
    return diag;
}

void rc_note(struct rc_diag *diag, struct rc_span span, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    struct rc_diag_note *note = rc_list_add(diag->arena, &diag->notes);
    note->span = span;
    note->message = rc_arena_vprintf(diag->arena, format, arguments);
    va_end(arguments);
}

void rc_hint(struct rc_diag *diag, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    diag->hint = rc_arena_vprintf(diag->arena, format, arguments);
    va_end(arguments);
}

void rc_diags_merge(struct rc_diags *diags, const struct rc_diags *later)
{
    size_t n_shown = diags->n_errors;
    for (size_t i = 0; i < later->list.count; i++) {
        struct rc_diag *diag = later->list.items[i];
        if (diag->severity == RC_ERROR && diags->max_errors != 0 && n_shown++ >= diags->max_errors)
            continue;
        diag->serial = diags->list.count;
        *rc_list_add(diags->arena, &diags->list) = diag;
    }
    diags->n_errors += later->n_errors;
    diags->n_warnings += later->n_warnings;
}

/* Same file: by place. Different files: as they were first reported. */
static int by_place(const void *left, const void *right)
{
    const struct rc_diag *a = *(const struct rc_diag *const *)left;
    const struct rc_diag *b = *(const struct rc_diag *const *)right;
    if (a->serial != b->serial && a->span.source == b->span.source && a->span.source != NULL &&
        a->span.begin != b->span.begin)
        return a->span.begin < b->span.begin ? -1 : 1;
    return a->serial < b->serial ? -1 : a->serial > b->serial;
}

/* Gives all diagnostics of one source the same major key, so that `by_place` is a total order. */
static void group_by_source(struct rc_diags *diags, struct rc_diag **grouped)
{
    size_t filled = 0;
    for (size_t i = 0; i < diags->list.count; i++) {
        struct rc_diag *head = diags->list.items[i];
        if (head == NULL)
            continue;
        size_t start = filled;
        for (size_t j = i; j < diags->list.count; j++) {
            struct rc_diag *diag = diags->list.items[j];
            if (diag == NULL ||
                (j != i && (diag->span.source != head->span.source || head->span.source == NULL)))
                continue;
            grouped[filled++] = diag;
            diags->list.items[j] = NULL;
        }
        qsort(grouped + start, filled - start, sizeof(struct rc_diag *), by_place);
    }
}

void rc_diags_flush(struct rc_diags *diags, const struct rc_diag_sink *sink)
{
    size_t n = diags->list.count;
    if (n == 0)
        return; /* nothing to say must not need memory: the outputs are written by now */
    struct rc_diag **grouped = rc_arena_array(diags->arena, n, sizeof(struct rc_diag *));
    group_by_source(diags, grouped);
    for (size_t i = 0; i < n; i++)
        sink->show(sink->user, grouped[i]);
    diags->list.count = 0;
}

const char *rc_code_text(enum rc_code code, char text[8])
{
    bool is_error = codes[code].severity == RC_ERROR;
    (void)snprintf(text, 8, "%c%04d", is_error ? 'E' : 'W', codes[code].number % 10000);
    return text;
}

const char *rc_code_switch(enum rc_code code)
{
    return codes[code].option;
}

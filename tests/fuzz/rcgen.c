/* SPDX-License-Identifier: MIT */
/*
 * The compiler's front end on any bytes: read checks, parser, names and types, and both ways of
 * showing what is wrong. What parses is formatted, and the formatter's properties must hold.
 */
#include "../compiler/fmt_oracle.h"

#include "base/diag_json.h"
#include "base/diag_text.h"
#include "driver/read.h"
#include "sema/sema.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void out_of_memory(void *user)
{
    (void)user;
    abort();
}

static void show(struct rc_arena *arena, struct rc_diags *diags)
{
    struct rc_buffer out;
    struct rc_diag_text renderer = {.out = &out, .is_colored = true};
    rc_buffer_init(&out, arena);
    for (size_t i = 0; i < diags->list.count; i++) {
        rc_diag_text_show(&renderer, diags->list.items[i]);
        rc_diag_json_show(&out, diags->list.items[i]);
    }
}

/* Parses and checks; false when the text is none that could be formatted. */
static bool check(struct rc_arena *arena, const char *text, size_t size)
{
    struct rc_intern names;
    struct rc_diags diags;
    struct rc_sema sema;
    rc_intern_init(&names, arena);
    rc_diags_init(&diags, arena, 20);
    struct rc_source *source = rc_source_new(arena, "fuzz.ractor", text, size);
    if (!rc_read_check(&diags, source)) {
        show(arena, &diags);
        return false;
    }
    struct rc_file *file = rc_parse(arena, &names, &diags, source);
    rc_sema_init(&sema, arena, &names, &diags);
    rc_sema_declare(&sema, file);
    rc_sema_check(&sema, file);
    show(arena, &diags);
    return !file->is_broken;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rc_arena arena;
    rc_arena_init(&arena, out_of_memory, NULL);
    const char *text = rc_arena_text(&arena, (const char *)data, size);
    if (check(&arena, text, size)) {
        const char *violation = fmt_violation(&arena, text, size);
        if (violation != NULL) {
            (void)fprintf(stderr, "%s\n", violation);
            abort();
        }
    }
    rc_arena_fini(&arena);
    return 0;
}

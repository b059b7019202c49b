/* SPDX-License-Identifier: MIT */
#include "cli/report.h"

#include "base/diag_json.h"
#include "base/diag_text.h"
#include "driver/compile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void rc_report_out_of_memory(void *user)
{
    static const char text[] = "rcgen: out of memory\n";
    static const char json[] =
        "{\"severity\":\"error\",\"code\":null,\"warning\":null,\"message\":\"out of memory\","
        "\"file\":null,\"line\":null,\"column\":null,\"end_line\":null,\"end_column\":null,"
        "\"notes\":[],\"hints\":[]}\n";
    const struct rc_report_style *style = user;
    ssize_t written = style->is_json ? write(STDERR_FILENO, json, sizeof json - 1)
                                     : write(STDERR_FILENO, text, sizeof text - 1);
    (void)written; /* there is nobody left to tell */
    _exit(RC_OUTCOME_IO);
}

static void put(const struct rc_buffer *text)
{
    if (text->length != 0 && fwrite(text->data, 1, text->length, stderr) != text->length)
        exit(RC_OUTCOME_IO);
}

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

static size_t n_hidden(const struct rc_diags *diags)
{
    bool is_capped = diags->max_errors != 0 && diags->n_errors > diags->max_errors;
    return is_capped ? diags->n_errors - diags->max_errors : 0;
}

static void show_json(struct rc_buffer *text, struct rc_diags *diags, const char *io_error)
{
    const struct rc_diag_sink sink = {rc_diag_json_show, text};
    size_t hidden = n_hidden(diags);
    rc_diags_flush(diags, &sink);
    if (io_error != NULL)
        rc_diag_json_message(text, "error", io_error);
    if (hidden != 0)
        rc_diag_json_message(
            text, "note",
            rc_arena_printf(diags->arena, "%zu more error%s not shown", hidden, plural(hidden)));
}

static void show_text(struct rc_buffer *text, struct rc_diags *diags, bool is_colored,
                      const char *io_error, const char *outcome_text)
{
    struct rc_diag_text renderer = {.out = text, .is_colored = is_colored};
    const struct rc_diag_sink sink = {rc_diag_text_show, &renderer};
    size_t hidden = n_hidden(diags);
    rc_diags_flush(diags, &sink);
    if (io_error != NULL)
        rc_buffer_printf(text, "rcgen: %s\n", io_error);
    if (hidden != 0)
        rc_buffer_printf(text, "rcgen: %zu more error%s not shown (--max-errors=0 shows all)\n",
                         hidden, plural(hidden));
    if (diags->n_errors != 0)
        rc_buffer_printf(text, "rcgen: %zu error%s, %s\n", diags->n_errors, plural(diags->n_errors),
                         outcome_text);
}

void rc_report_show(const struct rc_report_style *style, struct rc_diags *diags,
                    const char *io_error, const char *outcome_text)
{
    struct rc_buffer text;
    rc_buffer_init(&text, diags->arena);
    if (style->is_json)
        show_json(&text, diags, io_error);
    else
        show_text(&text, diags, style->is_colored, io_error, outcome_text);
    put(&text);
}

void rc_report_usage(const struct rc_report_style *style, struct rc_arena *arena,
                     const char *program, const char *error)
{
    struct rc_buffer text;
    rc_buffer_init(&text, arena);
    if (style->is_json)
        rc_diag_json_message(&text, "error", error);
    else
        rc_buffer_printf(&text, "rcgen: %s\nTry `%s --help`.\n", error, program);
    put(&text);
}

static bool default_color(void)
{
    const char *force = getenv("CLICOLOR_FORCE");
    const char *no_color = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");
    if (no_color != NULL && no_color[0] != '\0')
        return false;
    if (force != NULL && force[0] != '\0' && strcmp(force, "0") != 0)
        return true;
    return isatty(STDERR_FILENO) && (terminal == NULL || strcmp(terminal, "dumb") != 0);
}

struct rc_report_style rc_report_default(void)
{
    return (struct rc_report_style){.is_colored = default_color()};
}

bool rc_report_set_format(struct rc_report_style *style, const char *format)
{
    style->is_json = strcmp(format, "json") == 0;
    return style->is_json || strcmp(format, "text") == 0;
}

bool rc_report_set_color(struct rc_report_style *style, const char *when)
{
    if (strcmp(when, "always") == 0)
        style->is_colored = true;
    else if (strcmp(when, "never") == 0)
        style->is_colored = false;
    else
        return strcmp(when, "auto") == 0;
    return true;
}

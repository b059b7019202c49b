/* SPDX-License-Identifier: MIT */
/*
 * Diagnostics: collected while the compiler works, then handed in source order to a sink. The same
 * list serves the terminal, the JSON output and an editor.
 *
 *     struct rc_diag *diag = rc_report(diags, RC_DUPLICATE_TYPE, span, "`%s` is declared twice",
 * s); rc_note(diag, earlier, "first declared here"); rc_hint(diag, "rename one of them");
 */
#ifndef RCGEN_BASE_DIAG_H
#define RCGEN_BASE_DIAG_H

#include "base/arena.h"
#include "base/diag_codes.h"
#include "base/list.h"
#include "base/source.h"

#include <stdbool.h>

enum rc_code {
#define RC_CODE_ENUM(name, severity, number, option) RC_##name,
    RC_DIAG_CODES(RC_CODE_ENUM)
#undef RC_CODE_ENUM
        RC_N_CODES
};

enum rc_severity { RC_ERROR, RC_WARNING };

/* A further remark on a diagnostic, at a place of its own. */
struct rc_diag_note {
    struct rc_span span;
    const char *message;
};

struct rc_diag {
    enum rc_code code;
    enum rc_severity severity;
    struct rc_span span; /* source NULL: about a file as such, then `path` says which */
    const char *path;
    const char *message;
    RC_LIST(struct rc_diag_note) notes;
    const char *hint; /* what to do about it; NULL: none */
    struct rc_arena *arena;
    size_t serial;
};

/* How warnings are treated, one entry per code; errors ignore it. */
struct rc_diag_policy {
    bool is_off[RC_N_CODES];
    bool is_error[RC_N_CODES];
};

struct rc_diags {
    struct rc_arena *arena;
    struct rc_diag_policy policy;
    RC_LIST(struct rc_diag *) list;
    size_t n_errors;
    size_t n_warnings;
    size_t max_errors; /* more are counted, not kept; 0: no limit */
};

/* Receives finished diagnostics; one table per way of showing them. */
struct rc_diag_sink {
    void (*show)(void *user, const struct rc_diag *diag);
    void *user;
};

void rc_diags_init(struct rc_diags *diags, struct rc_arena *arena, size_t max_errors);

/* Adds a diagnostic. Never NULL: what is suppressed goes to a record that nobody sees. */
struct rc_diag *rc_report(struct rc_diags *diags, enum rc_code code, struct rc_span span,
                          const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The same about a file that could not become a source. */
struct rc_diag *rc_report_file(struct rc_diags *diags, enum rc_code code, const char *path,
                               const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Points at another place that matters. */
void rc_note(struct rc_diag *diag, struct rc_span span, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Says how to fix it. */
void rc_hint(struct rc_diag *diag, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds those of another list, which were reported later; they are shared, not copied. */
void rc_diags_merge(struct rc_diags *diags, const struct rc_diags *later);

/* Shows all, ordered by file as first met and place in it, and forgets them. */
void rc_diags_flush(struct rc_diags *diags, const struct rc_diag_sink *sink);

/* "E0302" or "W0901". */
const char *rc_code_text(enum rc_code code, char text[8]);

/* A warning's name, as in -Wno-NAME; empty for an error. */
const char *rc_code_switch(enum rc_code code);

/* The nearest of `names` to `wanted`, when near enough to be a slip; else NULL. */
const char *rc_nearest(const char *wanted, const char *const *names, size_t n_names);

#endif

/* SPDX-License-Identifier: MIT */
/* The command line. Everything that ends the process is here. */
#include "cli/options.h"

#include "base/diag_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void out_of_memory(void *user)
{
    static const char message[] = "rcgen: out of memory\n";
    (void)user;
    if (write(STDERR_FILENO, message, sizeof message - 1) < 0)
        _exit(RC_OUTCOME_IO);
    _exit(RC_OUTCOME_IO);
}

static void put(FILE *stream, const struct rc_buffer *text)
{
    if (text->length != 0 && fwrite(text->data, 1, text->length, stream) != text->length)
        exit(RC_OUTCOME_IO);
}

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

/* Shows what was found, then how much of it there was. */
static void show(struct rc_compile *compile, const struct rc_cli_options *options)
{
    struct rc_buffer text;
    struct rc_diags *diags = &compile->diags;
    rc_buffer_init(&text, compile->arena);
    struct rc_diag_text renderer = {.out = &text, .is_colored = options->is_colored};
    const struct rc_diag_sink sink = {rc_diag_text_show, &renderer};
    rc_diags_flush(diags, &sink);
    if (compile->io_error != NULL)
        rc_buffer_printf(&text, "rcgen: %s\n", compile->io_error);
    if (diags->max_errors != 0 && diags->n_errors > diags->max_errors)
        rc_buffer_printf(&text, "rcgen: %zu more error%s not shown (--max-errors=0 shows all)\n",
                         diags->n_errors - diags->max_errors,
                         plural(diags->n_errors - diags->max_errors));
    if (diags->n_errors != 0)
        rc_buffer_printf(&text, "rcgen: %zu error%s, nothing written\n", diags->n_errors,
                         plural(diags->n_errors));
    put(stderr, &text);
}

static void apply(struct rc_compile *compile, const struct rc_cli_options *options)
{
    compile->backend = options->backend;
    compile->version = RCGEN_VERSION;
    compile->if_changed = options->if_changed;
    compile->diags.policy = options->policy;
    for (size_t i = 0; i < options->include_dirs.count; i++)
        *rc_list_add(compile->arena, &compile->loader.include_dirs) =
            options->include_dirs.items[i];
}

static void print_outputs(const struct rc_cli_options *options)
{
    for (size_t i = 0; i < options->jobs.count; i++) {
        for (size_t j = 0; j < options->backend->n_outputs; j++)
            (void)puts(options->jobs.items[i].outputs[j]);
    }
}

static enum rc_outcome run(struct rc_arena *arena, int argc, char **argv)
{
    struct rc_cli_options options;
    struct rc_compile compile;
    enum rc_cli_action action = rc_cli_parse(&options, arena, argc, argv);
    switch (action) {
    case RC_CLI_USAGE_ERROR:
        (void)fprintf(stderr, "rcgen: %s\nTry `rcgen --help`.\n", options.error);
        return RC_OUTCOME_USAGE;
    case RC_CLI_HELP:
        (void)fputs(rc_cli_help, stdout);
        return RC_OUTCOME_OK;
    case RC_CLI_VERSION:
        (void)puts("rcgen " RCGEN_VERSION);
        return RC_OUTCOME_OK;
    case RC_CLI_PRINT_OUTPUTS:
        print_outputs(&options);
        return RC_OUTCOME_OK;
    case RC_CLI_COMPILE:
        break;
    }
    rc_compile_init(&compile, arena, options.max_errors);
    apply(&compile, &options);
    enum rc_outcome outcome = rc_compile_run(&compile, options.jobs.items, options.jobs.count);
    show(&compile, &options);
    return outcome;
}

int main(int argc, char **argv)
{
    struct rc_arena arena;
    rc_arena_init(&arena, out_of_memory, NULL);
    enum rc_outcome outcome = run(&arena, argc, argv);
    rc_arena_fini(&arena);
    if (fflush(stdout) != 0)
        outcome = RC_OUTCOME_IO;
    return (int)outcome;
}

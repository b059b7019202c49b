/* SPDX-License-Identifier: MIT */
/* The command line. Everything that ends the process is in this folder. */
#include "cli/fmt.h"
#include "cli/fuzz.h"
#include "cli/lsp.h"
#include "cli/options.h"
#include "cli/response.h"
#include "cli/review.h"
#include "cli/values.h"

#include <stdio.h>
#include <string.h>

static void apply(struct rc_compile *compile, const struct rc_cli_options *options)
{
    rc_cli_compile_init(compile, &options->common, options->max_errors);
    for (size_t i = 0; i < options->backends.count; i++) {
        compile->backends[i] = options->backends.items[i];
        compile->shared[i] = options->backends.shared[i];
    }
    compile->n_backends = options->backends.count;
    compile->if_changed = options->if_changed;
}

static void print_outputs(const struct rc_cli_options *options)
{
    const struct rc_backends *backends = &options->backends;
    for (size_t i = 0; i < options->jobs.count; i++) {
        for (size_t j = 0; j < backends->count; j++) {
            for (size_t k = 0; k < backends->items[j]->n_outputs; k++)
                (void)puts(options->jobs.items[i].outputs[j][k]);
        }
    }
    for (size_t i = 0; i < backends->count; i++) {
        if (backends->shared[i] != NULL)
            (void)puts(backends->shared[i]);
    }
}

static enum rc_outcome compile(struct rc_arena *arena, struct rc_report_style *style, int argc,
                               char **argv)
{
    struct rc_cli_options options = {.common = {.arena = arena, .style = style}};
    struct rc_compile run;
    enum rc_outcome outcome = RC_OUTCOME_OK;
    rc_cli_parse(&options, argc, argv);
    if (rc_cli_ends(&options.common, "rcgen", rc_cli_help, &outcome))
        return outcome;
    if (options.is_version)
        (void)puts("rcgen " RCGEN_VERSION);
    else if (options.is_print_outputs)
        print_outputs(&options);
    if (options.is_version || options.is_print_outputs)
        return outcome;
    apply(&run, &options);
    outcome = rc_compile_run(&run, options.jobs.items, options.jobs.count);
    rc_report_show(style, &run.diags, run.io_error, "nothing written");
    return outcome;
}

/* What the first word may be instead of a schema. */
struct command {
    const char *name;
    enum rc_outcome (*run)(struct rc_arena *arena, struct rc_report_style *style, int argc,
                           char **argv);
};

static const struct command *find_command(const char *name)
{
    static const struct command commands[] = {
        {"breaking", rc_cli_review}, {"decode", rc_cli_values},  {"encode", rc_cli_values},
        {"fmt", rc_cli_fmt},         {"fuzz", rc_cli_fuzz},      {"lint", rc_cli_review},
        {"lsp", rc_cli_lsp},         {"vectors", rc_cli_values},
    };
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    }
    return NULL;
}

static enum rc_outcome run(struct rc_arena *arena, struct rc_report_style *style, int argc,
                           char **argv)
{
    struct rc_arguments given = {argc, argv};
    const char *error = rc_cli_expand(arena, &given);
    if (error != NULL) {
        rc_report_usage(style, arena, "rcgen", error);
        return RC_OUTCOME_IO;
    }
    const struct command *command = given.argc > 1 ? find_command(given.argv[1]) : NULL;
    if (command == NULL)
        return compile(arena, style, given.argc, given.argv);
    return command->run(arena, style, given.argc - 1, given.argv + 1);
}

int main(int argc, char **argv)
{
    struct rc_arena arena;
    struct rc_report_style style = rc_report_default();
    rc_arena_init(&arena, rc_report_out_of_memory, &style);
    enum rc_outcome outcome = run(&arena, &style, argc, argv);
    rc_arena_fini(&arena);
    if (fflush(stdout) != 0)
        outcome = RC_OUTCOME_IO;
    return (int)outcome;
}

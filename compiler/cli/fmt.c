/* SPDX-License-Identifier: MIT */
#include "cli/fmt.h"

#include "cli/common.h"
#include "driver/format.h"

#include <stdio.h>
#include <string.h>

#define MAX_ERRORS 20

static const char help[] =
    "Usage: rcgen fmt [-i | --check] SCHEMA...\n"
    "Prints schemas in their canonical layout; comments stay.\n"
    "\n"
    "  -i, --in-place       rewrite the files that would change\n"
    "      --check          print the names of the files that would change, and exit with 1\n"
    "      --color WHEN     auto, always or never\n"
    "      --diagnostics F  text, or json: one object per line on standard error\n"
    "  -h, --help           this text\n"
    "\n"
    "A schema of `-` is standard input.\n"
    "Exit status: 0 done, 1 a schema has errors or, with --check, another layout, 2 wrong usage,\n"
    "3 input or output failed.\n";

enum long_option { OPT_CHECK = 256 };

static const struct option long_options[] = {
    {"in-place", no_argument, NULL, 'i'},
    {"check", no_argument, NULL, OPT_CHECK},
    RC_CLI_REPORT_ROWS,
    {NULL, 0, NULL, 0},
};

struct fmt_options {
    struct rc_cli_common common;
    bool is_in_place;
    bool is_check;
};

static bool take(void *options_, int option)
{
    struct fmt_options *options = options_;
    if (option == 'i')
        options->is_in_place = true;
    else if (option == OPT_CHECK)
        options->is_check = true;
    else
        return false;
    return true;
}

static void parse(struct fmt_options *options, int argc, char **argv)
{
    static const struct rc_cli_syntax syntax = {":ih", long_options, take};
    struct rc_cli_common *common = &options->common;
    rc_cli_read(common, &syntax, options, argc, argv);
    if (common->is_help || common->error != NULL)
        return;
    if (optind == argc)
        common->error = "no schema given";
    else if (options->is_in_place && options->is_check)
        common->error = "-i and --check exclude each other";
    for (int i = optind; i < argc; i++) {
        if (options->is_in_place && strcmp(argv[i], "-") == 0)
            common->error = "standard input cannot be rewritten";
    }
}

/* Says or does what was asked for with one formatted file. */
static enum rc_outcome deliver(const struct fmt_options *options, const char *path,
                               const struct rc_formatted *formatted, const char **io_error)
{
    const struct rc_buffer *text = &formatted->canonical;
    if (options->is_check) {
        if (!formatted->is_canonical)
            (void)puts(path);
        return formatted->is_canonical ? RC_OUTCOME_OK : RC_OUTCOME_ERRORS;
    }
    if (!options->is_in_place) {
        if (text->length != 0 && fwrite(text->data, 1, text->length, stdout) != text->length)
            *io_error = "standard output cannot be written";
    } else if (!formatted->is_canonical) {
        *io_error = rc_format_rewrite(options->common.arena, path, formatted);
    }
    return *io_error == NULL ? RC_OUTCOME_OK : RC_OUTCOME_IO;
}

enum rc_outcome rc_cli_fmt(struct rc_arena *arena, struct rc_report_style *style, int argc,
                           char **argv)
{
    struct fmt_options options = {.common = {.arena = arena, .style = style}};
    enum rc_outcome worst = RC_OUTCOME_OK;
    parse(&options, argc, argv);
    if (rc_cli_ends(&options.common, "rcgen fmt", help, &worst))
        return worst;
    for (int i = optind; i < argc; i++) {
        struct rc_diags diags;
        struct rc_formatted formatted;
        const char *io_error = NULL;
        rc_diags_init(&diags, arena, MAX_ERRORS);
        enum rc_outcome outcome = rc_format_file(arena, &diags, argv[i], &formatted);
        if (outcome == RC_OUTCOME_OK)
            outcome = deliver(&options, argv[i], &formatted, &io_error);
        rc_report_show(style, &diags, io_error, "not formatted");
        worst = outcome > worst ? outcome : worst;
    }
    return worst;
}

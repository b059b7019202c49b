/* SPDX-License-Identifier: MIT */
#include "cli/fmt.h"

#include "driver/format.h"

#include <getopt.h>
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

enum long_option { OPT_CHECK = 256, OPT_COLOR, OPT_DIAGNOSTICS };

static const struct option long_options[] = {
    {"in-place", no_argument, NULL, 'i'},
    {"check", no_argument, NULL, OPT_CHECK},
    {"color", required_argument, NULL, OPT_COLOR},
    {"diagnostics", required_argument, NULL, OPT_DIAGNOSTICS},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

struct fmt_options {
    struct rc_arena *arena;
    struct rc_report_style *style;
    bool is_in_place;
    bool is_check;
    bool is_help;
    const char *error; /* what is wrong with the command line; NULL: nothing */
};

/* One option; false ends the parsing. */
static bool take(struct fmt_options *options, int option, char **argv)
{
    switch (option) {
    case 'i':
        options->is_in_place = true;
        return true;
    case OPT_CHECK:
        options->is_check = true;
        return true;
    case OPT_COLOR:
        if (!rc_report_set_color(options->style, optarg))
            options->error = "--color takes auto, always or never";
        return options->error == NULL;
    case OPT_DIAGNOSTICS:
        if (!rc_report_set_format(options->style, optarg))
            options->error = "--diagnostics takes text or json";
        return options->error == NULL;
    case 'h':
        options->is_help = true;
        return false;
    default:
        options->error = rc_arena_printf(
            options->arena, "%s%s",
            option == ':' ? "an argument is missing after " : "unknown option ", argv[optind - 1]);
        return false;
    }
}

static void parse(struct fmt_options *options, int argc, char **argv)
{
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, ":ih", long_options, NULL)) != -1) {
        if (!take(options, option, argv))
            return;
    }
    if (optind == argc)
        options->error = "no schema given";
    else if (options->is_in_place && options->is_check)
        options->error = "-i and --check exclude each other";
    for (int i = optind; i < argc; i++) {
        if (options->is_in_place && strcmp(argv[i], "-") == 0)
            options->error = "standard input cannot be rewritten";
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
        *io_error = rc_format_rewrite(options->arena, path, formatted);
    }
    return *io_error == NULL ? RC_OUTCOME_OK : RC_OUTCOME_IO;
}

enum rc_outcome rc_cli_fmt(struct rc_arena *arena, struct rc_report_style *style, int argc,
                           char **argv)
{
    struct fmt_options options = {.arena = arena, .style = style};
    enum rc_outcome worst = RC_OUTCOME_OK;
    parse(&options, argc, argv);
    if (options.is_help)
        (void)fputs(help, stdout);
    if (options.error != NULL)
        rc_report_usage(style, arena, "rcgen fmt", options.error);
    if (options.is_help || options.error != NULL)
        return options.is_help ? RC_OUTCOME_OK : RC_OUTCOME_USAGE;
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

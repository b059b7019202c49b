/* SPDX-License-Identifier: MIT */
#include "cli/fuzz.h"

#include "driver/fuzz.h"

#include <getopt.h>
#include <stdio.h>

#define MAX_ERRORS 20

static const char help[] =
    "Usage: rcgen fuzz [-I DIR] [-o DIR] SCHEMA\n"
    "Writes a libFuzzer target for each message enum: fuzz_PACKAGE_ENUM.c, to be linked with what\n"
    "rcgen makes of the schema and of its imports.\n"
    "\n"
    "  -I DIR               also look for imports in DIR\n"
    "  -o, --out-dir DIR    write the targets to DIR (default: the current folder)\n"
    "      --if-changed     leave targets alone that would not change\n"
    "      --print-outputs  print the targets' paths and do nothing else\n"
    "      --color WHEN     auto, always or never\n"
    "      --diagnostics F  text, or json: one object per line on standard error\n"
    "  -h, --help           this text\n"
    "\n"
    "Exit status: 0 done, 1 the schema has errors, 2 wrong usage, 3 input or output failed.\n";

enum long_option { OPT_IF_CHANGED = 256, OPT_PRINT_OUTPUTS, OPT_COLOR, OPT_DIAGNOSTICS };

static const struct option long_options[] = {
    {"out-dir", required_argument, NULL, 'o'},
    {"if-changed", no_argument, NULL, OPT_IF_CHANGED},
    {"print-outputs", no_argument, NULL, OPT_PRINT_OUTPUTS},
    {"color", required_argument, NULL, OPT_COLOR},
    {"diagnostics", required_argument, NULL, OPT_DIAGNOSTICS},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

struct fuzz_options {
    struct rc_arena *arena;
    struct rc_report_style *style;
    struct rc_paths include_dirs;
    const char *out_dir;
    bool if_changed;
    bool only_names;
    bool is_help;
    const char *error; /* what is wrong with the command line; NULL: nothing */
};

/* One option; false ends the parsing. */
static bool take(struct fuzz_options *options, int option, char **argv)
{
    switch (option) {
    case 'I':
        *rc_list_add(options->arena, &options->include_dirs) = optarg;
        break;
    case 'o':
        options->out_dir = optarg;
        break;
    case OPT_IF_CHANGED:
        options->if_changed = true;
        break;
    case OPT_PRINT_OUTPUTS:
        options->only_names = true;
        break;
    case OPT_COLOR:
        if (!rc_report_set_color(options->style, optarg))
            options->error = "--color takes auto, always or never";
        break;
    case OPT_DIAGNOSTICS:
        if (!rc_report_set_format(options->style, optarg))
            options->error = "--diagnostics takes text or json";
        break;
    case 'h':
        options->is_help = true;
        return false;
    default:
        options->error = rc_arena_printf(
            options->arena, "%s%s",
            option == ':' ? "an argument is missing after " : "unknown option ", argv[optind - 1]);
    }
    return options->error == NULL;
}

static void parse(struct fuzz_options *options, int argc, char **argv)
{
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, ":I:o:h", long_options, NULL)) != -1) {
        if (!take(options, option, argv))
            return;
    }
    if (optind == argc)
        options->error = "no schema given";
    else if (argc - optind > 1)
        options->error = "one schema at a time";
}

enum rc_outcome rc_cli_fuzz(struct rc_arena *arena, struct rc_report_style *style, int argc,
                            char **argv)
{
    struct fuzz_options options = {.arena = arena, .style = style};
    struct rc_compile compile;
    parse(&options, argc, argv);
    if (options.is_help)
        (void)fputs(help, stdout);
    if (options.error != NULL)
        rc_report_usage(style, arena, "rcgen fuzz", options.error);
    if (options.is_help || options.error != NULL)
        return options.is_help ? RC_OUTCOME_OK : RC_OUTCOME_USAGE;
    struct rc_job job = {.input = argv[optind]};
    rc_compile_init(&compile, arena, MAX_ERRORS);
    compile.version = RCGEN_VERSION;
    compile.if_changed = options.if_changed;
    for (size_t i = 0; i < options.include_dirs.count; i++)
        *rc_list_add(arena, &compile.loader.include_dirs) = options.include_dirs.items[i];
    enum rc_outcome outcome = rc_fuzz_run(&compile, &job, options.out_dir, options.only_names);
    rc_report_show(style, &compile.diags, compile.io_error, "nothing written");
    return outcome;
}

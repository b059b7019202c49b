/* SPDX-License-Identifier: MIT */
#include "cli/fuzz.h"

#include "cli/common.h"
#include "driver/fuzz.h"

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

enum long_option { OPT_IF_CHANGED = 256, OPT_PRINT_OUTPUTS };

static const struct option long_options[] = {
    {"out-dir", required_argument, NULL, 'o'},
    {"if-changed", no_argument, NULL, OPT_IF_CHANGED},
    {"print-outputs", no_argument, NULL, OPT_PRINT_OUTPUTS},
    RC_CLI_REPORT_ROWS,
    {NULL, 0, NULL, 0},
};

struct fuzz_options {
    struct rc_cli_common common;
    const char *out_dir;
    bool if_changed;
    bool only_names;
};

static bool take(void *options_, int option)
{
    struct fuzz_options *options = options_;
    if (option == 'o')
        options->out_dir = optarg;
    else if (option == OPT_IF_CHANGED)
        options->if_changed = true;
    else if (option == OPT_PRINT_OUTPUTS)
        options->only_names = true;
    else
        return false;
    return true;
}

static void parse(struct fuzz_options *options, int argc, char **argv)
{
    static const struct rc_cli_syntax syntax = {":I:o:h", long_options, take};
    struct rc_cli_common *common = &options->common;
    rc_cli_read(common, &syntax, options, argc, argv);
    if (common->is_help || common->error != NULL)
        return;
    if (optind == argc)
        common->error = "no schema given";
    else if (argc - optind > 1)
        common->error = "one schema at a time";
}

enum rc_outcome rc_cli_fuzz(struct rc_arena *arena, struct rc_report_style *style, int argc,
                            char **argv)
{
    struct fuzz_options options = {.common = {.arena = arena, .style = style}};
    struct rc_compile compile;
    enum rc_outcome outcome;
    parse(&options, argc, argv);
    if (rc_cli_ends(&options.common, "rcgen fuzz", help, &outcome))
        return outcome;
    struct rc_job job = {.input = argv[optind]};
    rc_cli_compile_init(&compile, &options.common, MAX_ERRORS);
    compile.if_changed = options.if_changed;
    outcome = rc_fuzz_run(&compile, &job, options.out_dir, options.only_names);
    rc_report_show(style, &compile.diags, compile.io_error, "nothing written");
    return outcome;
}

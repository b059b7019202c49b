/* SPDX-License-Identifier: MIT */
/* Commands that judge schemas: by themselves, or by what they were. */
#include "cli/review.h"

#include "breaking/breaking.h"
#include "cli/policy.h"
#include "lint/lint.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_ERRORS 100

static const char help[] =
    "Usage: rcgen lint [-I DIR] [-W[no-]RULE] SCHEMA...\n"
    "       rcgen breaking --against OLD [-I DIR] [--level LEVEL] [-Wno-RULE] SCHEMA...\n"
    "Says what in schemas is likely to be regretted, or what of a change breaks others.\n"
    "\n"
    "      --against OLD    the schema as it was, or the folder where the schemas lie as they "
    "were\n"
    "      --level LEVEL    only what breaks wire-rust (Rust peers), wire-c (C peers) or source\n"
    "                       (programs that use the generated code); may be repeated\n"
    "  -I DIR               also look for imports in DIR\n"
    "  -W[no-]RULE          switch a rule on or off; the name is behind each finding\n"
    "      --color WHEN     auto, always or never\n"
    "      --diagnostics F  text, or json: one object per line on standard error\n"
    "  -h, --help           this text\n"
    "\n"
    "Exit status: 0 nothing found, 1 something found or a schema has errors, 2 wrong usage, 3 "
    "input\n"
    "failed.\n";

enum long_option { OPT_AGAINST = 256, OPT_LEVEL, OPT_COLOR, OPT_DIAGNOSTICS };

static const struct option long_options[] = {
    {"against", required_argument, NULL, OPT_AGAINST},
    {"level", required_argument, NULL, OPT_LEVEL},
    {"color", required_argument, NULL, OPT_COLOR},
    {"diagnostics", required_argument, NULL, OPT_DIAGNOSTICS},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

struct review_options {
    struct rc_arena *arena;
    struct rc_report_style *style;
    bool is_lint;
    struct rc_paths include_dirs;
    struct rc_diag_policy policy;
    const char *against;
    unsigned levels;
    bool is_help;
    const char *error; /* what is wrong with the command line; NULL: nothing */
};

static bool add_level(struct review_options *options, const char *name)
{
    static const struct {
        const char *name;
        enum rc_level level;
    } levels[] = {{"wire-rust", RC_LEVEL_WIRE_RUST},
                  {"wire-c", RC_LEVEL_WIRE_C},
                  {"source", RC_LEVEL_SOURCE}};
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        if (strcmp(levels[i].name, name) == 0) {
            options->levels |= levels[i].level;
            return true;
        }
    }
    return false;
}

/* One option; false ends the parsing. */
static bool take(struct review_options *options, int option, char **argv)
{
    switch (option) {
    case 'I':
        *rc_list_add(options->arena, &options->include_dirs) = optarg;
        break;
    case 'W':
        if (!rc_cli_set_policy(&options->policy, optarg))
            options->error = rc_arena_printf(options->arena, "no such rule: %s", optarg);
        break;
    case OPT_AGAINST:
        options->against = optarg;
        break;
    case OPT_LEVEL:
        if (!add_level(options, optarg))
            options->error = "--level takes wire-rust, wire-c or source";
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

static void parse(struct review_options *options, int argc, char **argv)
{
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, ":I:W:h", long_options, NULL)) != -1) {
        if (!take(options, option, argv))
            return;
    }
    if (optind == argc)
        options->error = "no schema given";
    else if (options->is_lint && (options->against != NULL || options->levels != 0))
        options->error = "--against and --level go with `rcgen breaking`";
    else if (!options->is_lint && options->against == NULL)
        options->error = "nothing to compare with: --against OLD";
    if (options->levels == 0)
        options->levels = RC_LEVEL_WIRE_RUST | RC_LEVEL_WIRE_C | RC_LEVEL_SOURCE;
}

static void init(struct rc_compile *compile, const struct review_options *options)
{
    rc_compile_init(compile, options->arena, MAX_ERRORS);
    for (size_t i = 0; i < options->include_dirs.count; i++)
        *rc_list_add(options->arena, &compile->loader.include_dirs) =
            options->include_dirs.items[i];
    compile->diags.policy = options->policy;
}

/* Shows what was found and says how it ended. */
static enum rc_outcome finish(const struct review_options *options, struct rc_compile *compile,
                              enum rc_outcome outcome)
{
    size_t n_found = compile->diags.n_errors + compile->diags.n_warnings;
    rc_report_show(options->style, &compile->diags, NULL, "to be looked at");
    return outcome == RC_OUTCOME_OK && n_found != 0 ? RC_OUTCOME_ERRORS : outcome;
}

static enum rc_outcome lint(const struct review_options *options, int argc, char **argv)
{
    struct rc_compile compile;
    size_t count = (size_t)(argc - optind);
    struct rc_job *jobs = rc_arena_array(options->arena, count, sizeof *jobs);
    struct rc_file **files = rc_arena_array(options->arena, count, sizeof *files);
    init(&compile, options);
    for (size_t i = 0; i < count; i++)
        jobs[i].input = argv[optind + (int)i];
    enum rc_outcome outcome = rc_compile_check(&compile, jobs, count);
    if (outcome == RC_OUTCOME_OK) {
        for (size_t i = 0; i < count; i++)
            files[i] = jobs[i].loaded->file;
        rc_lint(&compile.diags, files, count);
    }
    return finish(options, &compile, outcome);
}

/* The old schema: OLD itself, or the file of the same name in the folder OLD. */
static const char *old_path(const struct review_options *options, const char *path)
{
    struct stat info;
    const char *slash = strrchr(path, '/');
    if (stat(options->against, &info) != 0 || !S_ISDIR(info.st_mode))
        return options->against;
    return rc_compile_path(options->arena, options->against, slash != NULL ? slash + 1 : path);
}

/* The rules of this command are errors, each by its name. */
static void make_rules_errors(struct rc_diag_policy *policy)
{
    for (size_t i = RC_BREAK_PACKAGE; i <= RC_BREAK_CONST; i++)
        policy->is_error[i] = true;
}

static enum rc_outcome breaking(const struct review_options *options, const char *path)
{
    struct rc_compile old_run, new_run;
    struct rc_job old_job = {.input = old_path(options, path)}, new_job = {.input = path};
    init(&old_run, options);
    init(&new_run, options);
    make_rules_errors(&new_run.diags.policy);
    memset(old_run.diags.policy.is_off, 1, sizeof old_run.diags.policy.is_off);
    enum rc_outcome outcome = rc_compile_check(&old_run, &old_job, 1);
    if (outcome != RC_OUTCOME_OK)
        return finish(options, &old_run, outcome);
    outcome = rc_compile_check(&new_run, &new_job, 1);
    new_run.diags.n_warnings = 0; /* of the schema alone: they break nobody */
    if (outcome == RC_OUTCOME_OK)
        rc_breaking(&new_run.diags, old_job.loaded->file, new_job.loaded->file, options->levels);
    return finish(options, &new_run, outcome);
}

enum rc_outcome rc_cli_review(struct rc_arena *arena, struct rc_report_style *style, int argc,
                              char **argv)
{
    struct review_options options = {
        .arena = arena, .style = style, .is_lint = strcmp(argv[0], "lint") == 0};
    enum rc_outcome worst = RC_OUTCOME_OK;
    parse(&options, argc, argv);
    if (options.is_help)
        (void)fputs(help, stdout);
    else if (options.error != NULL)
        rc_report_usage(style, arena, rc_arena_printf(arena, "rcgen %s", argv[0]), options.error);
    if (options.is_help || options.error != NULL)
        return options.is_help ? RC_OUTCOME_OK : RC_OUTCOME_USAGE;
    if (options.is_lint)
        return lint(&options, argc, argv);
    for (int i = optind; i < argc; i++) {
        enum rc_outcome outcome = breaking(&options, argv[i]);
        worst = outcome > worst ? outcome : worst;
    }
    return worst;
}

/* SPDX-License-Identifier: MIT */
/* Commands that judge schemas: by themselves, or by what they were. */
#include "cli/review.h"

#include "base/path.h"
#include "breaking/breaking.h"
#include "cli/common.h"
#include "lint/lint.h"

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

enum long_option { OPT_AGAINST = 256, OPT_LEVEL };

static const struct option long_options[] = {
    {"against", required_argument, NULL, OPT_AGAINST},
    {"level", required_argument, NULL, OPT_LEVEL},
    RC_CLI_REPORT_ROWS,
    {NULL, 0, NULL, 0},
};

struct review_options {
    struct rc_cli_common common;
    bool is_lint;
    const char *against;
    unsigned levels;
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

static bool take(void *options_, int option)
{
    struct review_options *options = options_;
    if (option == OPT_AGAINST)
        options->against = optarg;
    else if (option == OPT_LEVEL && !add_level(options, optarg))
        options->common.error = "--level takes wire-rust, wire-c or source";
    return option == OPT_AGAINST || option == OPT_LEVEL;
}

static void parse(struct review_options *options, int argc, char **argv)
{
    static const struct rc_cli_syntax syntax = {":I:W:h", long_options, take};
    struct rc_cli_common *common = &options->common;
    rc_cli_read(common, &syntax, options, argc, argv);
    if (common->is_help || common->error != NULL)
        return;
    if (optind == argc)
        common->error = "no schema given";
    else if (options->is_lint && (options->against != NULL || options->levels != 0))
        common->error = "--against and --level go with `rcgen breaking`";
    else if (!options->is_lint && options->against == NULL)
        common->error = "nothing to compare with: --against OLD";
    if (options->levels == 0)
        options->levels = RC_LEVEL_WIRE_RUST | RC_LEVEL_WIRE_C | RC_LEVEL_SOURCE;
}

/* Shows what was found and says how it ended. */
static enum rc_outcome finish(const struct review_options *options, struct rc_compile *compile,
                              enum rc_outcome outcome)
{
    size_t n_found = compile->diags.n_errors + compile->diags.n_warnings;
    rc_report_show(options->common.style, &compile->diags, NULL, "to be looked at");
    return outcome == RC_OUTCOME_OK && n_found != 0 ? RC_OUTCOME_ERRORS : outcome;
}

static enum rc_outcome lint(const struct review_options *options, int argc, char **argv)
{
    struct rc_compile compile;
    size_t count = (size_t)(argc - optind);
    struct rc_job *jobs = rc_arena_array(options->common.arena, count, sizeof *jobs);
    struct rc_file **files = rc_arena_array(options->common.arena, count, sizeof *files);
    rc_cli_compile_init(&compile, &options->common, MAX_ERRORS);
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
    if (stat(options->against, &info) != 0 || !S_ISDIR(info.st_mode))
        return options->against;
    return rc_compile_path(options->common.arena, options->against, rc_base_name(path));
}

/* The rules of this command are errors, each by its name. */
static void make_rules_errors(struct rc_diag_policy *policy)
{
    for (size_t i = RC_BREAK_PACKAGE; i <= RC_BREAK_PART; i++)
        policy->is_error[i] = true;
}

static enum rc_outcome breaking(const struct review_options *options, const char *path)
{
    struct rc_compile old_run, new_run;
    struct rc_job old_job = {.input = old_path(options, path)}, new_job = {.input = path};
    rc_cli_compile_init(&old_run, &options->common, MAX_ERRORS);
    rc_cli_compile_init(&new_run, &options->common, MAX_ERRORS);
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
    struct review_options options = {.common = {.arena = arena, .style = style},
                                     .is_lint = strcmp(argv[0], "lint") == 0};
    enum rc_outcome worst = RC_OUTCOME_OK;
    parse(&options, argc, argv);
    if (rc_cli_ends(&options.common, rc_arena_printf(arena, "rcgen %s", argv[0]), help, &worst))
        return worst;
    if (options.is_lint)
        return lint(&options, argc, argv);
    for (int i = optind; i < argc; i++) {
        enum rc_outcome outcome = breaking(&options, argv[i]);
        worst = outcome > worst ? outcome : worst;
    }
    return worst;
}

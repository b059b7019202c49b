/* SPDX-License-Identifier: MIT */
#include "cli/common.h"

#include "cli/policy.h"

#include <stdio.h>

static void complain(struct rc_cli_common *common, const char *what, const char *about)
{
    common->error = rc_arena_printf(common->arena, "%s%s", what, about);
}

static void take_shared(struct rc_cli_common *common, int option, const char *word)
{
    switch (option) {
    case 'I':
        *rc_list_add(common->arena, &common->include_dirs) = optarg;
        break;
    case 'W':
        if (!rc_cli_set_policy(&common->policy, optarg))
            complain(common, "no such warning: -W", optarg);
        break;
    case RC_CLI_COLOR:
        if (!rc_report_set_color(common->style, optarg))
            complain(common, "--color takes auto, always or never, not ", optarg);
        break;
    case RC_CLI_DIAGNOSTICS:
        if (!rc_report_set_format(common->style, optarg))
            complain(common, "--diagnostics takes text or json, not ", optarg);
        break;
    case 'h':
        common->is_help = true;
        break;
    case ':':
        complain(common, "an argument is missing after ", word);
        break;
    default:
        complain(common, "unknown option ", word);
        break;
    }
}

void rc_cli_read(struct rc_cli_common *common, const struct rc_cli_syntax *syntax, void *options,
                 int argc, char **argv)
{
    int option;
    opterr = 0;
    while (common->error == NULL && !common->is_help &&
           (option = getopt_long(argc, argv, syntax->letters, syntax->rows, NULL)) != -1) {
        bool is_mistake = option == '?' || option == ':';
        if (is_mistake || syntax->take == NULL || !syntax->take(options, option))
            take_shared(common, option, argv[optind - 1]);
    }
}

bool rc_cli_ends(const struct rc_cli_common *common, const char *program, const char *help,
                 enum rc_outcome *outcome)
{
    if (common->error == NULL && !common->is_help)
        return false;
    if (common->error != NULL)
        rc_report_usage(common->style, common->arena, program, common->error);
    else
        (void)fputs(help, stdout);
    *outcome = common->error != NULL ? RC_OUTCOME_USAGE : RC_OUTCOME_OK;
    return true;
}

void rc_cli_compile_init(struct rc_compile *compile, const struct rc_cli_common *common,
                         size_t max_errors)
{
    rc_compile_init(compile, common->arena, max_errors);
    compile->version = RCGEN_VERSION;
    compile->diags.policy = common->policy;
    for (size_t i = 0; i < common->include_dirs.count; i++)
        *rc_list_add(common->arena, &compile->loader.include_dirs) = common->include_dirs.items[i];
}

/* SPDX-License-Identifier: MIT */
#include "cli/options.h"

#include "backend_c/backend_c.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_MAX_ERRORS 20

const char rc_cli_help[] =
    "Usage: rcgen [OPTION]... SCHEMA...\n"
    "       rcgen fmt [-i | --check] SCHEMA...\n"
    "Compiles .ractor schemas to C: NAME.rc.c and NAME.rc.h for NAME.ractor.\n"
    "`rcgen fmt` lays schemas out; `rcgen fmt --help` tells how.\n"
    "\n"
    "  -I DIR               also look for imports in DIR\n"
    "  -o, --out-dir DIR    write outputs to DIR (default: the current folder)\n"
    "      --c-out FILE     exact path of the C file, for a single schema\n"
    "      --h-out FILE     exact path of the header, for a single schema\n"
    "      --depfile FILE   write a Make/Ninja dependency file, for a single schema\n"
    "      --if-changed     leave outputs alone that would not change\n"
    "      --print-outputs  print the outputs' paths and do nothing else\n"
    "  -W[no-]NAME          switch a warning on or off\n"
    "  -Werror[=NAME]       treat warnings, or one of them, as errors\n"
    "  -w                   no warnings\n"
    "      --max-errors N   stop showing errors after N (default 20; 0: show all)\n"
    "      --color WHEN     auto, always or never\n"
    "      --diagnostics F  text, or json: one object per line on standard error\n"
    "  -h, --help           this text\n"
    "      --version        the version\n"
    "\n"
    "A schema of `-` is standard input.\n"
    "Exit status: 0 done, 1 the schemas have errors, 2 wrong usage, 3 input or output failed.\n";

enum long_option {
    OPT_C_OUT = 256,
    OPT_H_OUT,
    OPT_DEPFILE,
    OPT_IF_CHANGED,
    OPT_PRINT_OUTPUTS,
    OPT_MAX_ERRORS,
    OPT_COLOR,
    OPT_DIAGNOSTICS,
    OPT_VERSION
};

static const struct option long_options[] = {
    {"out-dir", required_argument, NULL, 'o'},
    {"c-out", required_argument, NULL, OPT_C_OUT},
    {"h-out", required_argument, NULL, OPT_H_OUT},
    {"depfile", required_argument, NULL, OPT_DEPFILE},
    {"if-changed", no_argument, NULL, OPT_IF_CHANGED},
    {"print-outputs", no_argument, NULL, OPT_PRINT_OUTPUTS},
    {"max-errors", required_argument, NULL, OPT_MAX_ERRORS},
    {"color", required_argument, NULL, OPT_COLOR},
    {"diagnostics", required_argument, NULL, OPT_DIAGNOSTICS},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, OPT_VERSION},
    {NULL, 0, NULL, 0},
};

static enum rc_cli_action usage(struct rc_cli_options *options, const char *format,
                                const char *what)
{
    options->error = rc_arena_printf(options->arena, "%s%s", format, what);
    return RC_CLI_USAGE_ERROR;
}

/* Sets `flags` of the warning with this name, or of all when it is NULL. */
static bool set_warning(bool *flags, const char *name, bool value)
{
    bool is_found = name == NULL;
    for (size_t i = 0; i < RC_N_CODES; i++) {
        const char *option = rc_code_switch((enum rc_code)i);
        if (option[0] == '\0' || (name != NULL && strcmp(option, name) != 0))
            continue;
        flags[i] = value;
        is_found = true;
    }
    return is_found;
}

/* -Wname, -Wno-name, -Werror, -Werror=name, -Wno-error. */
static bool set_policy(struct rc_diag_policy *policy, const char *argument)
{
    if (strcmp(argument, "error") == 0)
        return set_warning(policy->is_error, NULL, true);
    if (strcmp(argument, "no-error") == 0)
        return set_warning(policy->is_error, NULL, false);
    if (strcmp(argument, "all") == 0 || strcmp(argument, "extra") == 0)
        return set_warning(policy->is_off, NULL, false);
    if (strncmp(argument, "error=", 6) == 0)
        return set_warning(policy->is_error, argument + 6, true);
    if (strncmp(argument, "no-error=", 9) == 0)
        return set_warning(policy->is_error, argument + 9, false);
    if (strncmp(argument, "no-", 3) == 0)
        return set_warning(policy->is_off, argument + 3, true);
    return set_warning(policy->is_off, argument, false);
}

static bool set_max_errors(struct rc_cli_options *options, const char *text)
{
    char *end = NULL;
    unsigned long value = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0')
        return false;
    options->max_errors = value;
    return true;
}

/* One option; COMPILE means go on. */
static enum rc_cli_action take(struct rc_cli_options *options, int option, char **argv)
{
    switch (option) {
    case 'I':
        *rc_list_add(options->arena, &options->include_dirs) = optarg;
        break;
    case 'o':
        options->out_dir = optarg;
        break;
    case 'W':
        if (!set_policy(&options->policy, optarg))
            return usage(options, "no such warning: -W", optarg);
        break;
    case 'w':
        (void)set_warning(options->policy.is_off, NULL, true);
        break;
    case OPT_H_OUT:
        options->outputs[0] = optarg;
        break;
    case OPT_C_OUT:
        options->outputs[1] = optarg;
        break;
    case OPT_DEPFILE:
        options->depfile = optarg;
        break;
    case OPT_IF_CHANGED:
        options->if_changed = true;
        break;
    case OPT_PRINT_OUTPUTS:
        options->is_print_outputs = true;
        break;
    case OPT_MAX_ERRORS:
        if (!set_max_errors(options, optarg))
            return usage(options, "not a number: ", optarg);
        break;
    case OPT_COLOR:
        if (!rc_report_set_color(&options->style, optarg))
            return usage(options, "--color takes auto, always or never, not ", optarg);
        break;
    case OPT_DIAGNOSTICS:
        if (!rc_report_set_format(&options->style, optarg))
            return usage(options, "--diagnostics takes text or json, not ", optarg);
        break;
    case 'h':
        return RC_CLI_HELP;
    case OPT_VERSION:
        return RC_CLI_VERSION;
    case ':':
        return usage(options, "an argument is missing after ", argv[optind - 1]);
    default:
        return usage(options, "unknown option ", argv[optind - 1]);
    }
    return RC_CLI_COMPILE;
}

static enum rc_cli_action add_jobs(struct rc_cli_options *options, int argc, char **argv)
{
    bool is_exact =
        options->outputs[0] != NULL || options->outputs[1] != NULL || options->depfile != NULL;
    if (optind == argc)
        return usage(options, "no schema given", "");
    if (is_exact && argc - optind > 1)
        return usage(options, "--c-out, --h-out and --depfile work with a single schema", "");
    for (int i = optind; i < argc; i++) {
        struct rc_job *job = rc_list_add(options->arena, &options->jobs);
        job->input = argv[i];
        job->depfile = options->depfile;
        const char *name = strcmp(argv[i], "-") == 0 ? "stdin" : argv[i];
        for (size_t j = 0; j < options->backend->n_outputs; j++)
            job->outputs[j] = options->outputs[j] != NULL
                                  ? options->outputs[j]
                                  : rc_compile_output_path(options->arena, options->out_dir, name,
                                                           options->backend->suffixes[j]);
        for (size_t k = 0; k + 1 < options->jobs.count; k++) {
            if (strcmp(options->jobs.items[k].outputs[0], job->outputs[0]) == 0)
                return usage(options, "two schemas would both be written to ", job->outputs[0]);
        }
    }
    return options->is_print_outputs ? RC_CLI_PRINT_OUTPUTS : RC_CLI_COMPILE;
}

enum rc_cli_action rc_cli_parse(struct rc_cli_options *options, struct rc_arena *arena, int argc,
                                char **argv)
{
    int option;
    *options = (struct rc_cli_options){.arena = arena,
                                       .backend = &rc_backend_c,
                                       .max_errors = DEFAULT_MAX_ERRORS,
                                       .style = rc_report_default()};
    opterr = 0;
    while ((option = getopt_long(argc, argv, ":I:o:W:wh", long_options, NULL)) != -1) {
        enum rc_cli_action action = take(options, option, argv);
        if (action != RC_CLI_COMPILE)
            return action;
    }
    return add_jobs(options, argc, argv);
}

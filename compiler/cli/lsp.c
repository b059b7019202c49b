/* SPDX-License-Identifier: MIT */
#include "cli/lsp.h"

#include "cli/policy.h"
#include "lsp/server.h"

#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

static const char help[] =
    "Usage: rcgen lsp [-I DIR] [-W[no-]NAME] [--lint]\n"
    "A language server for editors: messages of the language server protocol on standard input "
    "and\n"
    "output.\n"
    "\n"
    "  -I DIR          also look for imports in DIR\n"
    "  -W[no-]NAME     switch a warning on or off\n"
    "      --lint      apply the rules of `rcgen lint`, too\n"
    "      --stdio     taken and ignored, as some editors give it\n"
    "  -h, --help      this text\n"
    "\n"
    "Exit status: 0 after a shutdown, 1 when the connection ended without one, 2 wrong usage.\n";

enum long_option { OPT_LINT = 256, OPT_STDIO };

static const struct option long_options[] = {
    {"lint", no_argument, NULL, OPT_LINT},
    {"stdio", no_argument, NULL, OPT_STDIO},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

struct cli_lsp_options {
    struct rc_arena *arena;
    struct rc_lsp_options lsp;
    bool is_help;
    const char *error; /* what is wrong with the command line; NULL: nothing */
};

/* One option; false ends the parsing. */
static bool take(struct cli_lsp_options *options, int option, char **argv)
{
    switch (option) {
    case 'I':
        *rc_list_add(options->arena, &options->lsp.include_dirs) = optarg;
        break;
    case 'W':
        if (!rc_cli_set_policy(&options->lsp.policy, optarg))
            options->error = rc_arena_printf(options->arena, "no such warning: %s", optarg);
        break;
    case OPT_LINT:
        options->lsp.is_lint = true;
        break;
    case OPT_STDIO:
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

static void parse(struct cli_lsp_options *options, int argc, char **argv)
{
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, ":I:W:h", long_options, NULL)) != -1) {
        if (!take(options, option, argv))
            return;
    }
    if (optind < argc)
        options->error = "schemas are opened by the editor, not named here";
}

static size_t read_input(void *user, char *data, size_t size)
{
    (void)user;
    for (;;) {
        ssize_t count = read(STDIN_FILENO, data, size);
        if (count >= 0)
            return (size_t)count;
        if (errno != EINTR)
            return 0;
    }
}

static bool input_is_ready(void *user)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    (void)user;
    return poll(&input, 1, 0) > 0;
}

enum rc_outcome rc_cli_lsp(struct rc_arena *arena, struct rc_report_style *style, int argc,
                           char **argv)
{
    const struct rc_lsp_io io = {.read = read_input, .is_ready = input_is_ready, .out = stdout};
    struct cli_lsp_options options = {.arena = arena};
    parse(&options, argc, argv);
    if (options.is_help)
        (void)fputs(help, stdout);
    if (options.error != NULL)
        rc_report_usage(style, arena, "rcgen lsp", options.error);
    if (options.is_help || options.error != NULL)
        return options.is_help ? RC_OUTCOME_OK : RC_OUTCOME_USAGE;
    (void)signal(SIGPIPE, SIG_IGN); /* an editor that is gone shows as a failed write */
    return rc_lsp_serve(&io, &options.lsp, RCGEN_VERSION, rc_report_out_of_memory, style)
               ? RC_OUTCOME_OK
               : RC_OUTCOME_ERRORS;
}

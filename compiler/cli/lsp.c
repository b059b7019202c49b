/* SPDX-License-Identifier: MIT */
#include "cli/lsp.h"

#include "cli/common.h"
#include "lsp/server.h"

#include <errno.h>
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
    RC_CLI_HELP_ROW,
    {NULL, 0, NULL, 0},
};

struct cli_lsp_options {
    struct rc_cli_common common;
    bool is_lint;
};

static bool take(void *options_, int option)
{
    struct cli_lsp_options *options = options_;
    if (option == OPT_LINT)
        options->is_lint = true;
    return option == OPT_LINT || option == OPT_STDIO;
}

static void parse(struct cli_lsp_options *options, int argc, char **argv)
{
    static const struct rc_cli_syntax syntax = {":I:W:h", long_options, take};
    struct rc_cli_common *common = &options->common;
    rc_cli_read(common, &syntax, options, argc, argv);
    if (common->is_help || common->error != NULL)
        return;
    if (optind < argc)
        common->error = "schemas are opened by the editor, not named here";
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
    struct cli_lsp_options options = {.common = {.arena = arena, .style = style}};
    const struct rc_cli_common *common = &options.common;
    enum rc_outcome outcome;
    parse(&options, argc, argv);
    if (rc_cli_ends(common, "rcgen lsp", help, &outcome))
        return outcome;
    const struct rc_lsp_options lsp = {
        .include_dirs = common->include_dirs, .policy = common->policy, .is_lint = options.is_lint};
    (void)signal(SIGPIPE, SIG_IGN); /* an editor that is gone shows as a failed write */
    return rc_lsp_serve(&io, &lsp, RCGEN_VERSION, rc_report_out_of_memory, style)
               ? RC_OUTCOME_OK
               : RC_OUTCOME_ERRORS;
}

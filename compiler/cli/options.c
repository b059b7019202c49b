/* SPDX-License-Identifier: MIT */
#include "cli/options.h"

#include "backend_c/backend_c.h"
#include "backend_rust/backend_rust.h"
#include "cli/policy.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_MAX_ERRORS 20

const char rc_cli_help[] =
    "Usage: rcgen [OPTION]... SCHEMA...\n"
    "       rcgen fmt | lint | breaking | decode | encode | vectors | fuzz | lsp ...\n"
    "Compiles .ractor schemas to C (NAME.rc.c and NAME.rc.h for NAME.ractor) or Rust (NAME.rs).\n"
    "`rcgen fmt` lays schemas out, `lint` and `breaking` judge them and their changes, `decode` "
    "and\n"
    "`encode` show and make bytes on the wire, `vectors` makes examples of them, `fuzz` makes\n"
    "libFuzzer targets. `rcgen COMMAND --help` tells how.\n"
    "\n"
    "  -I DIR               also look for imports in DIR\n"
    "  -o, --out-dir DIR    write C outputs to DIR (default: the current folder)\n"
    "      --rust-out DIR   write Rust outputs to DIR, and no C unless -o or --c-out asks for it\n"
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
    "A schema of `-` is standard input; `@FILE` stands for the arguments in FILE.\n"
    "Exit status: 0 done, 1 the schemas have errors, 2 wrong usage, 3 input or output failed.\n";

enum long_option {
    OPT_C_OUT = 256,
    OPT_H_OUT,
    OPT_RUST_OUT,
    OPT_DEPFILE,
    OPT_IF_CHANGED,
    OPT_PRINT_OUTPUTS,
    OPT_MAX_ERRORS,
    OPT_VERSION
};

static const struct option long_options[] = {
    {"out-dir", required_argument, NULL, 'o'},
    {"c-out", required_argument, NULL, OPT_C_OUT},
    {"h-out", required_argument, NULL, OPT_H_OUT},
    {"rust-out", required_argument, NULL, OPT_RUST_OUT},
    {"depfile", required_argument, NULL, OPT_DEPFILE},
    {"if-changed", no_argument, NULL, OPT_IF_CHANGED},
    {"print-outputs", no_argument, NULL, OPT_PRINT_OUTPUTS},
    {"max-errors", required_argument, NULL, OPT_MAX_ERRORS},
    RC_CLI_REPORT_ROWS,
    {"version", no_argument, NULL, OPT_VERSION},
    {NULL, 0, NULL, 0},
};

static void complain(struct rc_cli_options *options, const char *what, const char *about)
{
    options->common.error = rc_arena_printf(options->common.arena, "%s%s", what, about);
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

static bool take_path(struct rc_cli_options *options, int option)
{
    switch (option) {
    case 'o':
        options->out_dir = optarg;
        return true;
    case OPT_H_OUT:
        options->h_out = optarg;
        return true;
    case OPT_C_OUT:
        options->c_out = optarg;
        return true;
    case OPT_RUST_OUT:
        options->rust_dir = optarg;
        return true;
    case OPT_DEPFILE:
        options->depfile = optarg;
        return true;
    default:
        return false;
    }
}

static bool take(void *options_, int option)
{
    struct rc_cli_options *options = options_;
    switch (option) {
    case 'w':
        (void)rc_cli_set_warning(options->common.policy.is_off, NULL, true);
        return true;
    case OPT_IF_CHANGED:
        options->if_changed = true;
        return true;
    case OPT_PRINT_OUTPUTS:
        options->is_print_outputs = true;
        return true;
    case OPT_MAX_ERRORS:
        if (!set_max_errors(options, optarg))
            complain(options, "not a number: ", optarg);
        return true;
    case OPT_VERSION:
        options->is_version = true;
        return true;
    default:
        return take_path(options, option);
    }
}

static void add_backend(struct rc_cli_options *options, const struct rc_backend *backend,
                        const char *dir)
{
    struct rc_backends *backends = &options->backends;
    backends->items[backends->count] = backend;
    backends->dirs[backends->count] = dir;
    backends->shared[backends->count] =
        backend->shared_name != NULL
            ? rc_compile_path(options->common.arena, dir, backend->shared_name)
            : NULL;
    backends->count++;
}

/* C, unless only Rust is asked for. */
static void choose_backends(struct rc_cli_options *options)
{
    bool wants_c = options->out_dir != NULL || options->c_out != NULL || options->h_out != NULL;
    if (options->rust_dir == NULL || wants_c)
        add_backend(options, &rc_backend_c, options->out_dir);
    if (options->rust_dir != NULL)
        add_backend(options, &rc_backend_rust, options->rust_dir);
}

/* Where one backend's outputs for a job go. */
static void place_outputs(struct rc_cli_options *options, size_t which, struct rc_job *job)
{
    const struct rc_backend *backend = options->backends.items[which];
    const char *exact[RC_MAX_OUTPUTS] = {options->h_out, options->c_out};
    const char *name = strcmp(job->input, "-") == 0 ? "stdin" : job->input;
    for (size_t i = 0; i < backend->n_outputs; i++)
        job->outputs[which][i] =
            backend == &rc_backend_c && exact[i] != NULL
                ? exact[i]
                : rc_compile_output_path(options->common.arena, options->backends.dirs[which], name,
                                         backend->suffixes[i]);
}

/* Two schemas of one name would overwrite each other; NULL: there are none. */
static const char *find_clash(const struct rc_cli_options *options, const struct rc_job *job)
{
    for (size_t i = 0; &options->jobs.items[i] != job; i++) {
        if (strcmp(options->jobs.items[i].outputs[0][0], job->outputs[0][0]) == 0)
            return job->outputs[0][0];
    }
    for (size_t i = 0; i < options->backends.count; i++) {
        if (options->backends.shared[i] != NULL &&
            strcmp(options->backends.shared[i], job->outputs[i][0]) == 0)
            return job->outputs[i][0];
    }
    return NULL;
}

static void add_jobs(struct rc_cli_options *options, int argc, char **argv)
{
    bool is_exact = options->c_out != NULL || options->h_out != NULL || options->depfile != NULL;
    if (optind == argc)
        complain(options, "no schema given", "");
    if (is_exact && argc - optind > 1)
        complain(options, "--c-out, --h-out and --depfile work with a single schema", "");
    choose_backends(options);
    for (int i = optind; i < argc && options->common.error == NULL; i++) {
        struct rc_job *job = rc_list_add(options->common.arena, &options->jobs);
        job->input = argv[i];
        job->depfile = options->depfile;
        for (size_t j = 0; j < options->backends.count; j++)
            place_outputs(options, j, job);
        const char *clash = find_clash(options, job);
        if (clash != NULL)
            complain(options, "two outputs would both be written to ", clash);
    }
}

void rc_cli_parse(struct rc_cli_options *options, int argc, char **argv)
{
    static const struct rc_cli_syntax syntax = {":I:o:W:wh", long_options, take};
    const struct rc_cli_common *common = &options->common;
    options->max_errors = DEFAULT_MAX_ERRORS;
    rc_cli_read(&options->common, &syntax, options, argc, argv);
    if (!common->is_help && common->error == NULL && !options->is_version)
        add_jobs(options, argc, argv);
}

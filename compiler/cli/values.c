/* SPDX-License-Identifier: MIT */
/* Commands on values: each loads a schema, then works on one value or on all vectors. */
#include "cli/values.h"

#include "base/path.h"
#include "cli/common.h"
#include "driver/payload.h"
#include "value/json.h"
#include "value/target.h"
#include "value/vectors.h"
#include "value/wire.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ERRORS 20
#define JSON_STYLE (JSON_INDENT(2) | JSON_REAL_PRECISION(17) | JSON_ENCODE_ANY)

static const char help[] =
    "Usage: rcgen decode [-I DIR] [--json] SCHEMA TARGET [HEX | --file FILE]\n"
    "       rcgen encode [-I DIR] [--raw] SCHEMA TARGET [JSON | --file FILE]\n"
    "       rcgen vectors [-I DIR] SCHEMA\n"
    "Shows what bytes on the wire mean, makes such bytes, or makes examples of all.\n"
    "\n"
    "A TARGET is Room.Post (the fields of the variant Post of the enum Room), Room.Who:reply, or "
    "a\n"
    "struct's or union's name.\n"
    "\n"
    "  -I DIR               also look for imports in DIR\n"
    "  -f, --file FILE      decode: bytes as they are; encode: JSON. `-` is standard input\n"
    "      --json           decode: to JSON instead of readable text\n"
    "      --raw            encode: to bytes as they are, not hexadecimal\n"
    "      --color WHEN     auto, always or never\n"
    "      --diagnostics F  text, or json: one object per line on standard error\n"
    "  -h, --help           this text\n"
    "\n"
    "Exit status: 0 done, 1 the schema has errors or the bytes or JSON are no such value, 2 wrong\n"
    "usage, 3 input or output failed.\n";

enum long_option { OPT_JSON = 256, OPT_RAW };

static const struct option long_options[] = {
    {"file", required_argument, NULL, 'f'},
    {"json", no_argument, NULL, OPT_JSON},
    {"raw", no_argument, NULL, OPT_RAW},
    RC_CLI_REPORT_ROWS,
    {NULL, 0, NULL, 0},
};

struct values_options {
    struct rc_cli_common common;
    const char *command; /* decode, encode or vectors */
    const char *schema;
    const char *target;
    const char *text; /* HEX or JSON; NULL: `file` */
    const char *file;
    bool is_json;
    bool is_raw;
};

static bool is_command(const struct values_options *options, const char *name)
{
    return strcmp(options->command, name) == 0;
}

static bool take(void *options_, int option)
{
    struct values_options *options = options_;
    if (option == 'f')
        options->file = optarg;
    else if (option == OPT_JSON)
        options->is_json = true;
    else if (option == OPT_RAW)
        options->is_raw = true;
    else
        return false;
    return true;
}

static void parse(struct values_options *options, int argc, char **argv)
{
    static const struct rc_cli_syntax syntax = {":I:f:h", long_options, take};
    struct rc_cli_common *common = &options->common;
    rc_cli_read(common, &syntax, options, argc, argv);
    if (common->is_help || common->error != NULL)
        return;
    int n_words = argc - optind;
    bool is_vectors = is_command(options, "vectors");
    options->schema = n_words > 0 ? argv[optind] : NULL;
    options->target = n_words > 1 ? argv[optind + 1] : NULL;
    options->text = n_words > 2 ? argv[optind + 2] : NULL;
    if (options->schema == NULL)
        common->error = "no schema given";
    else if (is_vectors && n_words > 1)
        common->error = "one schema at a time";
    else if (!is_vectors && options->target == NULL)
        common->error = "no target given";
    else if (!is_vectors && (options->text == NULL) == (options->file == NULL))
        common->error = "give the value either as an argument or by --file";
    else if (n_words > 3)
        common->error = "too many arguments";
}

/* ------------------------------------------------------------------ input and output */

static enum rc_outcome refuse(const struct values_options *options, const char *what,
                              enum rc_outcome outcome)
{
    struct rc_diags none;
    rc_diags_init(&none, options->common.arena, MAX_ERRORS);
    rc_report_show(options->common.style, &none, what, "nothing done");
    return outcome;
}

/* Puts it out, and frees it. NULL: there was no memory for it. */
static enum rc_outcome put_json(const struct values_options *options, json_t *json)
{
    char *text = json != NULL ? json_dumps(json, JSON_STYLE) : NULL;
    json_decref(json);
    if (text == NULL)
        rc_report_out_of_memory(options->common.style);
    bool is_good = puts(text) >= 0;
    free(text);
    return is_good ? RC_OUTCOME_OK
                   : refuse(options, "standard output cannot be written", RC_OUTCOME_IO);
}

/* Hexadecimal digits with white space between bytes. */
static bool parse_hex(const struct values_options *options, const char *text, struct rc_buffer *out)
{
    rc_buffer_init(out, options->common.arena);
    for (; *text != '\0'; text++) {
        if (isspace((unsigned char)*text))
            continue;
        if (!isxdigit((unsigned char)text[0]) || !isxdigit((unsigned char)text[1]))
            return false;
        const char digits[] = {text[0], text[1], '\0'};
        char byte = (char)strtoul(digits, NULL, 16);
        rc_buffer_add(out, &byte, 1);
        text++;
    }
    return true;
}

/* ------------------------------------------------------------------ commands */

static enum rc_outcome decode(const struct values_options *options, const struct rc_target *target)
{
    struct rc_value_walk walk = {.arena = options->common.arena};
    struct rc_buffer bytes = {0};
    const char *error = NULL;
    size_t length = 0;
    const char *data = "";
    if (options->file != NULL) {
        data = rc_payload_read(options->common.arena, options->file, &length, &error);
        if (data == NULL)
            return refuse(options, error, RC_OUTCOME_IO);
    } else if (!parse_hex(options, options->text, &bytes)) {
        return refuse(options, "not hexadecimal digits, two a byte", RC_OUTCOME_ERRORS);
    } else if (bytes.length != 0) {
        data = bytes.data;
        length = bytes.length;
    }
    const struct rc_value *value = target->fields != NULL
                                       ? rc_value_decode_fields(&walk, target->fields, data, length)
                                       : rc_value_decode(&walk, target->type, data, length);
    if (value == NULL)
        return refuse(options, walk.error, RC_OUTCOME_ERRORS);
    if (options->is_json)
        return put_json(options, target->fields != NULL ? rc_json_of_fields(options->common.arena,
                                                                            value, target->fields)
                                                        : rc_json_of(options->common.arena, value));
    struct rc_buffer text;
    rc_buffer_init(&text, options->common.arena);
    if (target->fields != NULL)
        rc_value_print(value, target->name, target->fields, &text);
    else
        rc_value_print_type(value, &text);
    return puts(rc_buffer_text(&text)) >= 0
               ? RC_OUTCOME_OK
               : refuse(options, "standard output cannot be written", RC_OUTCOME_IO);
}

static enum rc_outcome put_bytes(const struct values_options *options,
                                 const struct rc_buffer *bytes)
{
    bool is_good = true;
    if (options->is_raw) {
        is_good =
            bytes->length == 0 || fwrite(bytes->data, 1, bytes->length, stdout) == bytes->length;
    } else {
        for (size_t i = 0; i < bytes->length; i++)
            is_good = printf("%02x", (unsigned char)bytes->data[i]) > 0 && is_good;
        is_good = puts("") >= 0 && is_good;
    }
    return is_good ? RC_OUTCOME_OK
                   : refuse(options, "standard output cannot be written", RC_OUTCOME_IO);
}

static enum rc_outcome encode_json(const struct values_options *options,
                                   const struct rc_target *target, const json_t *json)
{
    struct rc_value_walk walk = {.arena = options->common.arena};
    struct rc_buffer bytes;
    rc_buffer_init(&bytes, options->common.arena);
    const struct rc_value *value = target->fields != NULL
                                       ? rc_json_to_fields(&walk, target->fields, json)
                                       : rc_json_to_value(&walk, target->type, json);
    bool is_good =
        value != NULL &&
        (target->fields != NULL ? rc_value_encode_fields(&walk, target->fields, value, &bytes)
                                : rc_value_encode(&walk, value, &bytes));
    return is_good ? put_bytes(options, &bytes) : refuse(options, walk.error, RC_OUTCOME_ERRORS);
}

static enum rc_outcome encode(const struct values_options *options, const struct rc_target *target)
{
    const char *error = NULL;
    const char *text = options->text;
    size_t length = text != NULL ? strlen(text) : 0;
    json_error_t what;
    if (text == NULL)
        text = rc_payload_read(options->common.arena, options->file, &length, &error);
    if (text == NULL)
        return refuse(options, error, RC_OUTCOME_IO);
    json_t *json =
        json_loadb(text, length, JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, &what);
    if (json == NULL)
        return refuse(options,
                      rc_arena_printf(options->common.arena, "not JSON, line %d, column %d: %s",
                                      what.line, what.column, what.text),
                      RC_OUTCOME_ERRORS);
    enum rc_outcome outcome = encode_json(options, target, json);
    json_decref(json);
    return outcome;
}

static enum rc_outcome run(const struct values_options *options, const struct rc_file *file)
{
    struct rc_target target;
    if (is_command(options, "vectors"))
        return put_json(options,
                        rc_vectors(options->common.arena, file, rc_base_name(options->schema)));
    const char *error = rc_target_find(options->common.arena, file, options->target, &target);
    if (error != NULL)
        return refuse(options, error, RC_OUTCOME_USAGE);
    return is_command(options, "decode") ? decode(options, &target) : encode(options, &target);
}

enum rc_outcome rc_cli_values(struct rc_arena *arena, struct rc_report_style *style, int argc,
                              char **argv)
{
    struct values_options options = {.common = {.arena = arena, .style = style},
                                     .command = argv[0]};
    struct rc_compile compile;
    enum rc_outcome outcome;
    parse(&options, argc, argv);
    if (rc_cli_ends(&options.common, rc_arena_printf(arena, "rcgen %s", argv[0]), help, &outcome))
        return outcome;
    struct rc_job job = {.input = options.schema};
    rc_cli_compile_init(&compile, &options.common, MAX_ERRORS);
    outcome = rc_compile_check(&compile, &job, 1);
    rc_report_show(style, &compile.diags, NULL, "nothing done");
    return outcome == RC_OUTCOME_OK ? run(&options, job.loaded->file) : outcome;
}

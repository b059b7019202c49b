/* SPDX-License-Identifier: MIT */
/*
 * The language server on any bytes: as they are when the first is `R`, else cut at line ends into
 * bodies that get a head each, so that the fuzzer need not count. Must end, and free what it took.
 */
#include "lsp/server.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
    const char *data;
    size_t left;
};

static size_t read_input(void *user, char *data, size_t size)
{
    struct input *input = user;
    size_t count = size < input->left ? size : input->left;
    memcpy(data, input->data, count);
    input->data += count;
    input->left -= count;
    return count;
}

static bool is_ready(void *user)
{
    const struct input *input = user;
    return input->left != 0 && input->left % 2 == 0; /* diagnostics go out now and then */
}

static void out_of_memory(void *user)
{
    (void)user;
    abort();
}

/* The lines as messages; the caller frees them. */
static char *frame(const char *data, size_t size, size_t *length)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, length);
    if (out == NULL)
        abort();
    while (size > 0) {
        const char *end = memchr(data, '\n', size);
        size_t body = end != NULL ? (size_t)(end - data) : size;
        size_t step = end != NULL ? body + 1 : body;
        (void)fprintf(out, "Content-Length: %zu\r\n\r\n", body);
        (void)fwrite(data, 1, body, out);
        data += step;
        size -= step;
    }
    (void)fclose(out);
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static FILE *out;
    const struct rc_lsp_options options = {.is_lint = true};
    if (out == NULL)
        out = fopen("/dev/null", "w");
    if (out == NULL || size == 0)
        return 0;
    size_t length = size - 1;
    char *framed = data[0] == 'R' ? NULL : frame((const char *)data, size, &length);
    struct input input = {framed != NULL ? framed : (const char *)data + 1, length};
    const struct rc_lsp_io io = {read_input, is_ready, &input, out};
    (void)rc_lsp_serve(&io, &options, "fuzz", out_of_memory, NULL);
    free(framed);
    return 0;
}

/* SPDX-License-Identifier: MIT */
#include "cli/response.h"

#include "base/buffer.h"
#include "base/list.h"
#include "driver/payload.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>

RC_LIST_TYPE(words, char *);

/* Takes the argument that begins at `at`; returns its end, NULL when a quote is not closed. */
static const char *take_word(const char *at, const char *end, struct rc_buffer *word)
{
    char quote = '\0';
    for (; at < end && (quote != '\0' || !isspace((unsigned char)*at)); at++) {
        if (*at == quote) {
            quote = '\0';
        } else if (quote == '\0' && (*at == '"' || *at == '\'')) {
            quote = *at;
        } else {
            if (*at == '\\' && at + 1 < end)
                at++;
            rc_buffer_add(word, at, 1);
        }
    }
    return quote == '\0' ? at : NULL;
}

static const char *read_words(struct rc_arena *arena, const char *path, struct words *words)
{
    const char *error = NULL;
    size_t length = 0;
    const char *at = rc_payload_read(arena, path, &length, &error);
    if (at == NULL)
        return error;
    if (memchr(at, '\0', length) != NULL)
        return rc_arena_printf(arena, "%s: contains a NUL byte", path);
    for (const char *end = at + length; at < end;) {
        struct rc_buffer word;
        if (isspace((unsigned char)*at)) {
            at++;
            continue;
        }
        rc_buffer_init(&word, arena);
        at = take_word(at, end, &word);
        if (at == NULL)
            return rc_arena_printf(arena, "%s: a quote is not closed", path);
        *rc_list_add(arena, words) = rc_arena_text(arena, rc_buffer_text(&word), word.length);
    }
    return NULL;
}

const char *rc_cli_expand(struct rc_arena *arena, struct rc_arguments *arguments)
{
    struct words words = {0};
    const char *error = NULL;
    for (int i = 0; i < arguments->argc && error == NULL; i++) {
        char *word = arguments->argv[i];
        if (i > 0 && word[0] == '@' && word[1] != '\0')
            error = read_words(arena, word + 1, &words);
        else
            *rc_list_add(arena, &words) = word;
    }
    if (error != NULL)
        return error;
    if (words.count >= INT_MAX)
        return "too many arguments";
    *rc_list_add(arena, &words) = NULL;
    *arguments = (struct rc_arguments){(int)words.count - 1, words.items};
    return NULL;
}

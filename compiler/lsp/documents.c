/* SPDX-License-Identifier: MIT */
#include "lsp/documents.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void fini(struct rc_lsp_document *document)
{
    free(document->uri);
    free(document->path);
    free(document->text);
}

void rc_lsp_documents_fini(struct rc_lsp_documents *documents)
{
    for (size_t i = 0; i < documents->count; i++)
        fini(&documents->items[i]);
    free(documents->items);
    *documents = (struct rc_lsp_documents){0};
}

struct rc_lsp_document *rc_lsp_document_find(const struct rc_lsp_documents *documents,
                                             const char *uri)
{
    for (size_t i = 0; i < documents->count; i++) {
        if (strcmp(documents->items[i].uri, uri) == 0)
            return &documents->items[i];
    }
    return NULL;
}

/* The path of a URI, on the heap. */
static char *heap_path(struct rc_arena *arena, const char *uri)
{
    const char *path = rc_lsp_path(arena, uri);
    return path != NULL && path[0] != '\0' ? strdup(path) : NULL;
}

static struct rc_lsp_document *add(struct rc_lsp_documents *documents, struct rc_arena *arena,
                                   const char *uri)
{
    if (documents->count == RC_LSP_MAX_DOCUMENTS)
        return NULL;
    struct rc_lsp_document *grown =
        realloc(documents->items, (documents->count + 1) * sizeof *grown);
    if (grown == NULL)
        return NULL;
    documents->items = grown;
    struct rc_lsp_document made = {.uri = strdup(uri), .path = heap_path(arena, uri)};
    made.text = calloc(1, 1);
    if (made.uri == NULL || made.path == NULL || made.text == NULL) {
        fini(&made);
        return NULL;
    }
    grown[documents->count] = made;
    return &grown[documents->count++];
}

bool rc_lsp_document_open(struct rc_lsp_documents *documents, struct rc_arena *arena,
                          const char *uri, const char *text, size_t length)
{
    struct rc_lsp_document *document = rc_lsp_document_find(documents, uri);
    if (document == NULL)
        document = add(documents, arena, uri);
    return document != NULL && rc_lsp_document_edit(document, 0, document->length, text, length);
}

bool rc_lsp_document_edit(struct rc_lsp_document *document, size_t begin, size_t end,
                          const char *text, size_t length)
{
    size_t total = document->length - (end - begin) + length;
    bool is_too_large = total > RC_SOURCE_LIMIT_BYTES;
    if (is_too_large)
        begin = length = total = 0;
    char *edited = malloc(total + 1);
    if (edited == NULL)
        return false;
    memcpy(edited, document->text, begin);
    memcpy(edited + begin, text, length);
    memcpy(edited + begin + length, document->text + end, total - begin - length);
    edited[total] = '\0';
    free(document->text);
    document->text = edited;
    document->length = total;
    document->is_too_large = is_too_large;
    return true;
}

void rc_lsp_document_close(struct rc_lsp_documents *documents, const char *uri)
{
    struct rc_lsp_document *document = rc_lsp_document_find(documents, uri);
    if (document == NULL)
        return;
    fini(document);
    *document = documents->items[--documents->count];
}

void rc_lsp_documents_overlay(const struct rc_lsp_documents *documents, struct rc_loader *loader)
{
    for (size_t i = 0; i < documents->count; i++) {
        const struct rc_lsp_document *document = &documents->items[i];
        struct rc_overlay *overlay = rc_list_add(loader->arena, &loader->overlays);
        struct stat info;
        overlay->path = document->path;
        overlay->text = document->text;
        overlay->length = document->length;
        overlay->inode = (ino_t)i + 1; /* on device 0, which holds no files */
        if (stat(document->path, &info) == 0) {
            overlay->device = info.st_dev;
            overlay->inode = info.st_ino;
        }
    }
}

/* SPDX-License-Identifier: MIT */
/*
 * One message is dealt with at a time, in the order of arrival; so there is nothing to cancel. What
 * a message needs lives in an arena that is emptied after it; open documents live on the heap.
 * Diagnostics are sent for all open documents, as each may import another, and only when no further
 * message waits: an editor sends one for each key.
 */
#include "lsp/server.h"

#include "driver/format.h"
#include "lsp/features.h"

#include <stdlib.h>
#include <string.h>

enum rpc_error {
    PARSE_ERROR = -32700,
    INVALID_REQUEST = -32600,
    METHOD_NOT_FOUND = -32601,
    INVALID_PARAMS = -32602,
    SERVER_NOT_INITIALIZED = -32002
};

enum state { STATE_FRESH, STATE_SERVING, STATE_SHUT_DOWN, STATE_GONE };

struct server {
    const struct rc_lsp_io *io;
    struct rc_lsp_options options;
    const char *version;
    struct rc_lsp_reader reader;
    struct rc_arena forever; /* what `initialize` said */
    struct rc_arena arena;   /* of one message */
    struct rc_lsp_documents documents;
    enum rc_lsp_unit unit;
    const char *root;
    enum state state;
    bool is_dirty; /* documents have changed since diagnostics were sent */
};

/* What is wrong with a request; message NULL: nothing. */
struct failure {
    enum rpc_error code;
    const char *message;
};

/* Takes `json`; NULL stands for what memory was missing for. */
static void send_json(struct server *server, json_t *json)
{
    char *text = json != NULL ? json_dumps(json, JSON_COMPACT) : NULL;
    json_decref(json);
    if (text == NULL)
        server->arena.out_of_memory(server->arena.user);
    int sent = fprintf(server->io->out, "Content-Length: %zu\r\n\r\n%s", strlen(text), text);
    if (sent < 0 || fflush(server->io->out) != 0)
        server->state = STATE_GONE;
    free(text);
}

static void send_error(struct server *server, const json_t *id, enum rpc_error code,
                       const char *message)
{
    send_json(server, json_pack("{s:s, s:o, s:{s:i, s:s}}", "jsonrpc", "2.0", "id",
                                id != NULL ? json_deep_copy(id) : json_null(), "error", "code",
                                (int)code, "message", message));
}

static void notify(struct server *server, const char *method, json_t *params)
{
    send_json(server,
              json_pack("{s:s, s:s, s:o}", "jsonrpc", "2.0", "method", method, "params", params));
}

/* A string inside of an object; NULL: it is not there. */
static const char *string_at(const json_t *json, const char *outer, const char *name)
{
    if (outer != NULL)
        json = json_object_get(json, outer);
    return json_string_value(json_object_get(json, name));
}

static struct rc_lsp_context context_of(struct server *server)
{
    return (struct rc_lsp_context){.arena = &server->arena,
                                   .options = &server->options,
                                   .documents = &server->documents,
                                   .unit = server->unit,
                                   .root = server->root};
}

static const struct rc_lsp_document *document_of(struct server *server, const json_t *params,
                                                 struct failure *failure)
{
    const char *uri = string_at(params, "textDocument", "uri");
    const struct rc_lsp_document *document =
        uri != NULL ? rc_lsp_document_find(&server->documents, uri) : NULL;
    if (document == NULL)
        *failure = (struct failure){INVALID_PARAMS, "no open document has this URI"};
    return document;
}

static bool offset_at(const struct server *server, const struct rc_lsp_document *document,
                      const json_t *position, size_t *offset)
{
    const json_t *line = json_object_get(position, "line");
    const json_t *character = json_object_get(position, "character");
    if (!json_is_integer(line) || !json_is_integer(character) || json_integer_value(line) < 0 ||
        json_integer_value(character) < 0)
        return false;
    *offset =
        rc_lsp_offset(document->text, document->length, server->unit,
                      (size_t)json_integer_value(line), (size_t)json_integer_value(character));
    return true;
}

/* What most requests ask about: a place in a document. */
struct place {
    struct rc_lsp_context context;
    struct rc_lsp_view view;
    size_t offset;
};

static bool open_place(struct server *server, const json_t *params, struct place *place,
                       struct failure *failure)
{
    const struct rc_lsp_document *document = document_of(server, params, failure);
    if (document == NULL)
        return false;
    if (!offset_at(server, document, json_object_get(params, "position"), &place->offset)) {
        *failure = (struct failure){INVALID_PARAMS, "no position"};
        return false;
    }
    place->context = context_of(server);
    rc_lsp_view(&place->view, &server->arena, &server->options, &server->documents, document->path);
    /* A text with a NUL or the like is read as an empty one. */
    if (place->view.file != NULL && place->offset > place->view.file->source->length)
        place->offset = place->view.file->source->length;
    return true;
}

static json_t *on_hover(struct server *server, const json_t *params, struct failure *failure)
{
    struct place place;
    return open_place(server, params, &place, failure)
               ? rc_lsp_hover(&place.context, &place.view, place.offset)
               : NULL;
}

static json_t *on_definition(struct server *server, const json_t *params, struct failure *failure)
{
    struct place place;
    return open_place(server, params, &place, failure)
               ? rc_lsp_definition(&place.context, &place.view, place.offset)
               : NULL;
}

static json_t *on_completion(struct server *server, const json_t *params, struct failure *failure)
{
    struct place place;
    return open_place(server, params, &place, failure)
               ? rc_lsp_complete(&place.context, &place.view, place.offset)
               : NULL;
}

static json_t *on_references(struct server *server, const json_t *params, struct failure *failure)
{
    struct place place;
    const json_t *context = json_object_get(params, "context");
    bool with_declaration = json_is_true(json_object_get(context, "includeDeclaration"));
    return open_place(server, params, &place, failure)
               ? rc_lsp_references(&place.context, &place.view, place.offset, with_declaration)
               : NULL;
}

static json_t *on_prepare_rename(struct server *server, const json_t *params,
                                 struct failure *failure)
{
    struct place place;
    return open_place(server, params, &place, failure)
               ? rc_lsp_prepare_rename(&place.context, &place.view, place.offset)
               : NULL;
}

static json_t *on_rename(struct server *server, const json_t *params, struct failure *failure)
{
    struct place place;
    const char *name = string_at(params, NULL, "newName");
    if (name == NULL || !rc_lsp_is_name(name)) {
        *failure = (struct failure){INVALID_PARAMS, "the new name is no name"};
        return NULL;
    }
    return open_place(server, params, &place, failure)
               ? rc_lsp_rename(&place.context, &place.view, place.offset, name)
               : NULL;
}

static json_t *on_symbols(struct server *server, const json_t *params, struct failure *failure)
{
    const struct rc_lsp_document *document = document_of(server, params, failure);
    if (document == NULL)
        return NULL;
    struct rc_lsp_context context = context_of(server);
    struct rc_lsp_view view;
    rc_lsp_view(&view, &server->arena, &server->options, &server->documents, document->path);
    return rc_lsp_symbols(&context, &view);
}

/* One edit that replaces all, or none when there is nothing to do or the text has errors. */
static json_t *on_formatting(struct server *server, const json_t *params, struct failure *failure)
{
    const struct rc_lsp_document *document = document_of(server, params, failure);
    if (document == NULL)
        return NULL;
    struct rc_diags diags;
    struct rc_formatted formatted;
    struct rc_source *source =
        rc_source_new(&server->arena, document->path, document->text, document->length);
    rc_diags_init(&diags, &server->arena, 1);
    if (rc_format_source(&server->arena, &diags, source, &formatted) != RC_OUTCOME_OK)
        return json_null();
    if (formatted.is_canonical)
        return json_array();
    struct rc_span all = {source, 0, (uint32_t)source->length};
    return json_pack("[{s:o, s:o}]", "range", rc_lsp_range(all, server->unit), "newText",
                     rc_lsp_string(&server->arena, rc_buffer_text(&formatted.canonical)));
}

static void say(struct server *server, const char *message)
{
    enum { TYPE_WARNING = 2 };
    notify(server, "window/logMessage",
           json_pack("{s:i, s:s}", "type", (int)TYPE_WARNING, "message", message));
}

static json_t *on_open(struct server *server, const json_t *params, struct failure *failure)
{
    const json_t *document = json_object_get(params, "textDocument");
    const char *uri = string_at(document, NULL, "uri");
    const json_t *text = json_object_get(document, "text");
    (void)failure;
    if (uri == NULL || !json_is_string(text) ||
        !rc_lsp_document_open(&server->documents, &server->arena, uri, json_string_value(text),
                              json_string_length(text))) {
        say(server, "a document could not be opened");
        return NULL;
    }
    rc_lsp_document_find(&server->documents, uri)->version =
        json_integer_value(json_object_get(document, "version"));
    server->is_dirty = true;
    return NULL;
}

/* One change: of a range, or of the whole text. */
static bool change(const struct server *server, struct rc_lsp_document *document,
                   const json_t *json)
{
    const json_t *text = json_object_get(json, "text");
    const json_t *range = json_object_get(json, "range");
    size_t begin = 0;
    size_t end = document->length;
    if (!json_is_string(text))
        return false;
    if (range != NULL &&
        (!offset_at(server, document, json_object_get(range, "start"), &begin) ||
         !offset_at(server, document, json_object_get(range, "end"), &end) || begin > end))
        return false;
    return rc_lsp_document_edit(document, begin, end, json_string_value(text),
                                json_string_length(text));
}

static json_t *on_change(struct server *server, const json_t *params, struct failure *failure)
{
    const char *uri = string_at(params, "textDocument", "uri");
    struct rc_lsp_document *document =
        uri != NULL ? rc_lsp_document_find(&server->documents, uri) : NULL;
    const json_t *changes = json_object_get(params, "contentChanges");
    const json_t *version = json_object_get(json_object_get(params, "textDocument"), "version");
    bool is_good = document != NULL;
    (void)failure;
    for (size_t i = 0; is_good && i < json_array_size(changes); i++)
        is_good = change(server, document, json_array_get(changes, i));
    if (!is_good) {
        say(server, "a change could not be followed; close the document and open it again");
        return NULL;
    }
    document->version = json_integer_value(version);
    server->is_dirty = true;
    return NULL;
}

static json_t *on_close(struct server *server, const json_t *params, struct failure *failure)
{
    const struct rc_lsp_document *document = document_of(server, params, failure);
    if (document == NULL)
        return NULL;
    notify(server, "textDocument/publishDiagnostics",
           json_pack("{s:s, s:[]}", "uri", document->uri, "diagnostics"));
    rc_lsp_document_close(&server->documents, document->uri);
    server->is_dirty = true;
    return NULL;
}

/* Files on the disk have changed, which open documents may import. */
static json_t *on_files(struct server *server, const json_t *params, struct failure *failure)
{
    (void)params;
    (void)failure;
    server->is_dirty = true;
    return NULL;
}

/* The workspace's folder, for what is relative to it. */
static const char *root_of(struct server *server, const json_t *params)
{
    const json_t *folders = json_object_get(params, "workspaceFolders");
    const char *uri = string_at(json_array_get(folders, 0), NULL, "uri");
    if (uri == NULL)
        uri = string_at(params, NULL, "rootUri");
    return uri != NULL && strncmp(uri, "file:", 5) == 0 ? rc_lsp_path(&server->forever, uri) : NULL;
}

static void take_options(struct server *server, const json_t *options)
{
    const json_t *folders = json_object_get(options, "includeDirs");
    for (size_t i = 0; i < json_array_size(folders); i++) {
        const char *folder = json_string_value(json_array_get(folders, i));
        bool is_relative = folder != NULL && folder[0] != '/' && server->root != NULL;
        if (folder != NULL)
            *rc_list_add(&server->forever, &server->options.include_dirs) =
                rc_arena_printf(&server->forever, "%s%s%s", is_relative ? server->root : "",
                                is_relative ? "/" : "", folder);
    }
    if (json_is_boolean(json_object_get(options, "lint")))
        server->options.is_lint = json_is_true(json_object_get(options, "lint"));
}

/* The first of the client's encodings that is known here; all clients know UTF-16. */
static enum rc_lsp_unit unit_of(const json_t *params)
{
    const json_t *general = json_object_get(json_object_get(params, "capabilities"), "general");
    const json_t *encodings = json_object_get(general, "positionEncodings");
    for (size_t i = 0; i < json_array_size(encodings); i++) {
        const char *name = json_string_value(json_array_get(encodings, i));
        if (name != NULL && strcmp(name, "utf-8") == 0)
            return RC_LSP_UTF8;
        if (name != NULL && strcmp(name, "utf-16") == 0)
            return RC_LSP_UTF16;
    }
    return RC_LSP_UTF16;
}

static json_t *on_initialize(struct server *server, const json_t *params, struct failure *failure)
{
    enum { SYNC_INCREMENTAL = 2 };
    if (server->state != STATE_FRESH) {
        *failure = (struct failure){INVALID_REQUEST, "the server is initialized already"};
        return NULL;
    }
    server->state = STATE_SERVING;
    server->root = root_of(server, params);
    server->unit = unit_of(params);
    take_options(server, json_object_get(params, "initializationOptions"));
    json_t *capabilities = json_pack(
        "{s:s, s:{s:b, s:i}, s:b, s:b, s:b, s:b, s:b, s:{s:b}, s:{s:[sssss]}}", "positionEncoding",
        server->unit == RC_LSP_UTF8 ? "utf-8" : "utf-16", "textDocumentSync", "openClose", 1,
        "change", (int)SYNC_INCREMENTAL, "hoverProvider", 1, "definitionProvider", 1,
        "documentSymbolProvider", 1, "documentFormattingProvider", 1, "referencesProvider", 1,
        "renameProvider", "prepareProvider", 1, "completionProvider", "triggerCharacters", ":", "<",
        ".", "[", "\"");
    return json_pack("{s:o, s:{s:s, s:s}}", "capabilities", capabilities, "serverInfo", "name",
                     "rcgen", "version", server->version);
}

static json_t *on_shutdown(struct server *server, const json_t *params, struct failure *failure)
{
    (void)params;
    (void)failure;
    server->state = STATE_SHUT_DOWN;
    return json_null();
}

static json_t *ignore(struct server *server, const json_t *params, struct failure *failure)
{
    (void)server;
    (void)params;
    (void)failure;
    return NULL;
}

static const struct method {
    const char *name;
    bool is_request;
    /* The answer, NULL for a notification or after a failure. */
    json_t *(*handle)(struct server *server, const json_t *params, struct failure *failure);
} methods[] = {
    {"initialize", true, on_initialize},
    {"initialized", false, ignore},
    {"shutdown", true, on_shutdown},
    {"$/cancelRequest", false, ignore},
    {"$/setTrace", false, ignore},
    {"textDocument/didOpen", false, on_open},
    {"textDocument/didChange", false, on_change},
    {"textDocument/didClose", false, on_close},
    {"textDocument/didSave", false, on_files},
    {"workspace/didChangeWatchedFiles", false, on_files},
    {"textDocument/hover", true, on_hover},
    {"textDocument/definition", true, on_definition},
    {"textDocument/completion", true, on_completion},
    {"textDocument/references", true, on_references},
    {"textDocument/prepareRename", true, on_prepare_rename},
    {"textDocument/rename", true, on_rename},
    {"textDocument/documentSymbol", true, on_symbols},
    {"textDocument/formatting", true, on_formatting},
};

static const struct method *find_method(const char *name)
{
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        if (strcmp(methods[i].name, name) == 0)
            return &methods[i];
    }
    return NULL;
}

static void on_request(struct server *server, const char *name, const json_t *id,
                       const json_t *params)
{
    const struct method *method = find_method(name);
    struct failure failure = {0};
    if (method == NULL || !method->is_request) {
        send_error(server, id, METHOD_NOT_FOUND, "no such request");
        return;
    }
    if (server->state == STATE_FRESH && method->handle != on_initialize)
        failure = (struct failure){SERVER_NOT_INITIALIZED, "`initialize` comes first"};
    else if (server->state == STATE_SHUT_DOWN)
        failure = (struct failure){INVALID_REQUEST, "the server has been shut down"};
    json_t *result = failure.message == NULL ? method->handle(server, params, &failure) : NULL;
    if (failure.message != NULL)
        send_error(server, id, failure.code, failure.message);
    else
        send_json(server,
                  json_pack("{s:s, s:O, s:o}", "jsonrpc", "2.0", "id", id, "result", result));
}

static void on_notification(struct server *server, const char *name, const json_t *params)
{
    const struct method *method = find_method(name);
    struct failure failure = {0}; /* nobody waits for an answer */
    if (method != NULL && !method->is_request && server->state == STATE_SERVING)
        (void)method->handle(server, params, &failure);
}

static void on_message(struct server *server, json_t *message, bool *is_exit)
{
    const char *method = json_string_value(json_object_get(message, "method"));
    json_t *id = json_object_get(message, "id");
    const json_t *params = json_object_get(message, "params");
    bool is_answer =
        method == NULL && id != NULL &&
        (json_object_get(message, "result") != NULL || json_object_get(message, "error") != NULL);
    *is_exit = method != NULL && strcmp(method, "exit") == 0;
    if (is_answer || *is_exit)
        return; /* the server asks for nothing */
    if (method == NULL || (id != NULL && !json_is_string(id) && !json_is_integer(id)))
        send_error(server, NULL, INVALID_REQUEST, "this is no request");
    else if (id != NULL)
        on_request(server, method, id, params);
    else
        on_notification(server, method, params);
}

static void publish_all(struct server *server)
{
    struct rc_lsp_context context = context_of(server);
    server->is_dirty = false;
    for (size_t i = 0; i < server->documents.count && server->state == STATE_SERVING; i++) {
        notify(server, "textDocument/publishDiagnostics",
               rc_lsp_diagnostics(&context, &server->documents.items[i]));
        rc_arena_reset(&server->arena);
    }
}

/* Deals with one message; false when it was the last. */
static bool serve_one(struct server *server)
{
    enum rc_lsp_read read = rc_lsp_read(&server->reader);
    bool is_exit = false;
    if (read == RC_LSP_END)
        return false;
    if (read == RC_LSP_GARBAGE) {
        send_error(server, NULL, PARSE_ERROR, "bytes that belong to no message");
    } else if (read == RC_LSP_TOO_LARGE) {
        send_error(server, NULL, INVALID_REQUEST, "the message is too large");
    } else {
        json_t *message = json_loadb(server->reader.body, server->reader.length,
                                     JSON_ALLOW_NUL | JSON_DECODE_ANY, NULL);
        if (message == NULL)
            send_error(server, NULL, PARSE_ERROR, "the message is not JSON");
        else
            on_message(server, message, &is_exit);
        json_decref(message);
    }
    rc_arena_reset(&server->arena);
    return !is_exit && server->state != STATE_GONE;
}

bool rc_lsp_serve(const struct rc_lsp_io *io, const struct rc_lsp_options *options,
                  const char *version, void (*out_of_memory)(void *user), void *user)
{
    struct server server = {.io = io, .options = *options, .version = version};
    rc_arena_init(&server.arena, out_of_memory, user);
    rc_arena_init(&server.forever, out_of_memory, user);
    rc_lsp_reader_init(&server.reader, io->read, io->user, RC_LSP_MESSAGE_LIMIT_BYTES);
    while (serve_one(&server)) {
        bool is_idle = rc_lsp_reader_is_empty(&server.reader) && !io->is_ready(io->user);
        if (server.is_dirty && is_idle)
            publish_all(&server);
    }
    bool is_shut_down = server.state == STATE_SHUT_DOWN;
    rc_lsp_documents_fini(&server.documents);
    rc_lsp_reader_fini(&server.reader);
    rc_arena_fini(&server.arena);
    rc_arena_fini(&server.forever);
    return is_shut_down;
}

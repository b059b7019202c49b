/* SPDX-License-Identifier: MIT */
#include "sample.h"

#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* ------------------------------------------------------------------ encodings */

static uint8_t *put_u64(uint64_t value, uint8_t *out)
{
    for (int i = 0; i < 8; i++)
        out[i] = (uint8_t)(value >> (56 - 8 * i));
    return out + 8;
}

static uint64_t get_u64(const uint8_t *in)
{
    uint64_t value = 0;
    for (int i = 0; i < 8; i++)
        value = value << 8 | in[i];
    return value;
}

static ractor_status none_wire_size(const void *value, size_t *bytes)
{
    (void)value;
    *bytes = 0;
    return RACTOR_OK;
}

static uint8_t *none_write(const void *value, uint8_t *out)
{
    (void)value;
    return out;
}

static ractor_status none_measure(const uint8_t *bytes, size_t length, ractor_budget *budget,
                                  size_t *tail_bytes)
{
    (void)bytes;
    (void)budget;
    (void)tail_bytes;
    return length == 0 ? RACTOR_OK : RACTOR_EDECODE;
}

static void none_read(const uint8_t *bytes, size_t length, void *to, ractor_tail *tail)
{
    (void)bytes;
    (void)length;
    (void)to;
    (void)tail;
}

static const ractor_codec none_codec = {
    .size = 0,
    .align = 1,
    .wire_size = none_wire_size,
    .write = none_write,
    .measure = none_measure,
    .read = none_read,
};

static ractor_status u64_wire_size(const void *value, size_t *bytes)
{
    (void)value;
    *bytes = 8;
    return RACTOR_OK;
}

static uint8_t *u64_write(const void *value, uint8_t *out)
{
    return put_u64(*(const uint64_t *)value, out);
}

static ractor_status u64_measure(const uint8_t *bytes, size_t length, ractor_budget *budget,
                                 size_t *tail_bytes)
{
    (void)bytes;
    (void)budget;
    (void)tail_bytes;
    return length == 8 ? RACTOR_OK : RACTOR_EDECODE;
}

static void u64_read(const uint8_t *bytes, size_t length, void *to, ractor_tail *tail)
{
    uint64_t value = get_u64(bytes);
    (void)length;
    (void)tail;
    memcpy(to, &value, sizeof value);
}

static const ractor_codec u64_codec = {
    .size = sizeof(uint64_t),
    .align = _Alignof(uint64_t),
    .wire_size = u64_wire_size,
    .write = u64_write,
    .measure = u64_measure,
    .read = u64_read,
};

static ractor_status sum_wire_size(const void *value, size_t *bytes)
{
    (void)value;
    *bytes = 32;
    return RACTOR_OK;
}

static uint8_t *sum_write(const void *value, uint8_t *out)
{
    const struct sample_sum *sum = value;
    out = put_u64(sum->a, put_u64(8, out));
    return put_u64(sum->b, put_u64(8, out));
}

static ractor_status sum_measure(const uint8_t *bytes, size_t length, ractor_budget *budget,
                                 size_t *tail_bytes)
{
    (void)budget;
    (void)tail_bytes;
    return length == 32 && get_u64(bytes) == 8 && get_u64(bytes + 16) == 8 ? RACTOR_OK
                                                                           : RACTOR_EDECODE;
}

static void sum_read(const uint8_t *bytes, size_t length, void *to, ractor_tail *tail)
{
    struct sample_sum sum = {get_u64(bytes + 8), get_u64(bytes + 24)};
    (void)length;
    (void)tail;
    memcpy(to, &sum, sizeof sum);
}

static const ractor_codec sum_codec = {
    .size = sizeof(struct sample_sum),
    .align = _Alignof(struct sample_sum),
    .wire_size = sum_wire_size,
    .write = sum_write,
    .measure = sum_measure,
    .read = sum_read,
};

static ractor_status note_copy_size(const void *value, size_t *tail_bytes)
{
    *tail_bytes = ((const struct sample_note *)value)->text.length;
    return RACTOR_OK;
}

static void note_copy(void *to, const void *from, ractor_tail *tail)
{
    struct sample_note note = *(const struct sample_note *)from;
    if (note.text.length != 0)
        memcpy(tail->at, note.text.data, note.text.length);
    note.text.data = (char *)tail->at;
    tail->at += note.text.length;
    memcpy(to, &note, sizeof note);
}

static ractor_status note_wire_size(const void *value, size_t *bytes)
{
    *bytes = 24 + ((const struct sample_note *)value)->text.length;
    return RACTOR_OK;
}

static uint8_t *note_write(const void *value, uint8_t *out)
{
    const struct sample_note *note = value;
    out = put_u64(note->text.length, out);
    if (note->text.length != 0)
        memcpy(out, note->text.data, note->text.length);
    return put_u64(note->number, put_u64(8, out + note->text.length));
}

static ractor_status note_measure(const uint8_t *bytes, size_t length, ractor_budget *budget,
                                  size_t *tail_bytes)
{
    (void)budget;
    if (length < 24 || get_u64(bytes) != length - 24)
        return RACTOR_EDECODE;
    *tail_bytes += length - 24;
    return RACTOR_OK;
}

static void note_read(const uint8_t *bytes, size_t length, void *to, ractor_tail *tail)
{
    struct sample_note note = {{(char *)tail->at, length - 24}, get_u64(bytes + length - 8)};
    memcpy(tail->at, bytes + 8, note.text.length);
    tail->at += note.text.length;
    memcpy(to, &note, sizeof note);
}

static const ractor_codec note_codec = {
    .size = sizeof(struct sample_note),
    .align = _Alignof(struct sample_note),
    .copy_size = note_copy_size,
    .copy = note_copy,
    .wire_size = note_wire_size,
    .write = note_write,
    .measure = note_measure,
    .read = note_read,
};

/* ------------------------------------------------------------------ the enum */

static const ractor_variant variants[SAMPLE_TAGS] = {
    [SAMPLE_NOTE] = {"Note", &note_codec, NULL, 0, 0},
    [SAMPLE_SUM] = {"Sum", &sum_codec, &u64_codec, RACTOR_VARIANT_RPC, 0},
    [SAMPLE_HOLD] = {"Hold", &none_codec, &u64_codec, RACTOR_VARIANT_RPC, 0},
    [SAMPLE_DROP] = {"Drop", &none_codec, &u64_codec, RACTOR_VARIANT_RPC, 0},
    [SAMPLE_FAIL] = {"Fail", &none_codec, &u64_codec, RACTOR_VARIANT_RPC, 0},
};

struct state {
    struct sample_seen *seen;
};

static void handle_note(struct sample_seen *seen, const struct sample_note *note)
{
    if (seen == NULL)
        return;
    if (note->number == atomic_load(&seen->n_notes))
        (void)atomic_fetch_add(&seen->n_in_order, 1);
    (void)atomic_fetch_add(&seen->total, note->number);
    (void)atomic_fetch_add(&seen->text_bytes, note->text.length);
    (void)atomic_fetch_add(&seen->n_notes, 1);
}

static ractor_status dispatch(const void *handlers, ractor_context *ctx, void *state_, uint32_t tag,
                              const void *args, ractor_port *port)
{
    struct sample_seen *seen = ((struct state *)state_)->seen;
    const struct sample_sum *terms = args;
    uint64_t sum;
    (void)handlers;
    (void)ctx;
    switch (tag) {
    case SAMPLE_NOTE:
        handle_note(seen, args);
        break;
    case SAMPLE_SUM:
        sum = terms->a + terms->b;
        (void)ractor_port_reply(port, &u64_codec, &sum);
        break;
    case SAMPLE_HOLD:
        (void)pthread_mutex_lock(&seen->lock);
        seen->held[seen->n_held++] = ractor_port_take(port);
        (void)pthread_mutex_unlock(&seen->lock);
        break;
    case SAMPLE_FAIL:
        (void)ractor_port_fail(port, RACTOR_EOVERLOAD);
        break;
    default:
        break; /* Drop */
    }
    return RACTOR_OK;
}

static const char *missing(const void *handlers)
{
    (void)handlers;
    return NULL;
}

static uint32_t find(const char *name, size_t length)
{
    for (uint32_t i = 0; i < SAMPLE_TAGS; i++) {
        if (strlen(variants[i].name) == length && memcmp(variants[i].name, name, length) == 0)
            return i;
    }
    return RACTOR_NO_VARIANT;
}

const ractor_message_type sample_type = {
    .name = "tests.Sample",
    .variants = variants,
    .n_variants = SAMPLE_TAGS,
    .dispatch = dispatch,
    .missing = missing,
    .find = find,
};

static ractor_status pre_start(ractor_context *ctx, void *state, const void *args)
{
    (void)ctx;
    ((struct state *)state)->seen = *(struct sample_seen *const *)args;
    return RACTOR_OK;
}

static const ractor_actor_class sample_class = {
    .messages = &sample_type,
    .handlers = &sample_type,
    .state_bytes = sizeof(struct state),
    .pre_start = pre_start,
};

void sample_seen_init(struct sample_seen *seen)
{
    memset(seen, 0, sizeof *seen);
    ck_assert_int_eq(pthread_mutex_init(&seen->lock, NULL), 0);
}

size_t sample_held(struct sample_seen *seen)
{
    (void)pthread_mutex_lock(&seen->lock);
    size_t n = seen->n_held;
    (void)pthread_mutex_unlock(&seen->lock);
    return n;
}

void sample_release_held(struct sample_seen *seen, uint64_t value)
{
    (void)pthread_mutex_lock(&seen->lock);
    for (size_t i = 0; i < seen->n_held; i++)
        (void)ractor_port_reply(&seen->held[i], &u64_codec, &value);
    seen->n_held = 0;
    (void)pthread_mutex_unlock(&seen->lock);
}

ractor_status sample_try_spawn(ractor_runtime *runtime, const char *name, ractor_ref *ref)
{
    ractor_spawn_options options = {.name = name};
    struct sample_seen *nothing = NULL;
    return ractor_spawn(runtime, &sample_class, &options, &nothing, ref);
}

ractor_ref sample_spawn(ractor_runtime *runtime, const char *name, struct sample_seen *seen)
{
    ractor_spawn_options options = {.name = name};
    ractor_ref ref = {NULL, 0};
    ck_assert_int_eq(ractor_spawn(runtime, &sample_class, &options, &seen, &ref), RACTOR_OK);
    return ref;
}

ractor_status sample_note(ractor_ref to, const char *text, uint64_t number)
{
    struct sample_note note = {ractor_string_from(text), number};
    return ractor_send(to, &sample_type, SAMPLE_NOTE, &note);
}

ractor_status sample_sum(ractor_ref to, uint64_t a, uint64_t b, uint64_t *sum)
{
    struct sample_sum terms = {a, b};
    return ractor_call(to, &sample_type, SAMPLE_SUM, &terms, 20000, sum, NULL);
}

ractor_status sample_call(ractor_ref to, uint32_t tag, uint32_t timeout_ms, uint64_t *value)
{
    return ractor_call(to, &sample_type, tag, NULL, timeout_ms, value, NULL);
}

/* ------------------------------------------------------------------ nodes */

static void keep_line(void *node_, ractor_log_level level, const char *line)
{
    struct sample_node *node = node_;
    size_t length = strlen(line);
    (void)level;
    (void)pthread_mutex_lock(&node->lock);
    if (length + 2 < sizeof node->log - node->log_length) {
        memcpy(node->log + node->log_length, line, length);
        node->log_length += length;
        node->log[node->log_length++] = '\n';
        node->log[node->log_length] = '\0';
    }
    (void)pthread_mutex_unlock(&node->lock);
}

void sample_node_start(struct sample_node *node, const char *name,
                       const ractor_node_options *options)
{
    ractor_node_options mine = {.cookie = SAMPLE_COOKIE};
    ractor_runtime_options quiet = {
        .n_workers = 2, .log = keep_line, .log_user = node, .log_level = RACTOR_LOG_WARN};
    memset(node, 0, sizeof *node);
    ck_assert_int_eq(pthread_mutex_init(&node->lock, NULL), 0);
    if (options != NULL)
        mine = *options;
    mine.name = name;
    if (mine.cookie == NULL && mine.cookies == NULL)
        mine.cookie = SAMPLE_COOKIE;
    ck_assert_int_eq(ractor_runtime_start(&quiet, &node->runtime), RACTOR_OK);
    ck_assert_int_eq(ractor_node_start(node->runtime, &mine, &node->node), RACTOR_OK);
}

void sample_node_stop(struct sample_node *node)
{
    ractor_node_stop(node->node);
    ractor_runtime_stop(node->runtime);
}

bool sample_node_logged(struct sample_node *node, const char *text)
{
    (void)pthread_mutex_lock(&node->lock);
    bool is_there = strstr(node->log, text) != NULL;
    (void)pthread_mutex_unlock(&node->lock);
    return is_there;
}

void sample_connect(struct sample_node *from, struct sample_node *to)
{
    ck_assert_int_eq(
        ractor_cluster_connect(from->node, "127.0.0.1", ractor_node_port(to->node), 20000),
        RACTOR_OK);
}

void sample_wait(bool (*is_so)(void *user), void *user, const char *what)
{
    struct timespec start, now;
    (void)clock_gettime(CLOCK_MONOTONIC, &start);
    while (!is_so(user)) {
        (void)sched_yield();
        (void)clock_gettime(CLOCK_MONOTONIC, &now);
        if (now.tv_sec - start.tv_sec > 20)
            ck_abort_msg("waited in vain for: %s", what);
    }
}

struct count {
    _Atomic uint64_t *counter;
    uint64_t wanted;
};

static bool has_count(void *count_)
{
    const struct count *count = count_;
    return atomic_load(count->counter) >= count->wanted;
}

void sample_wait_count(_Atomic uint64_t *counter, uint64_t wanted)
{
    struct count count = {counter, wanted};
    sample_wait(has_count, &count, "a count");
}

struct line {
    struct sample_node *node;
    const char *text;
};

static bool has_line(void *line_)
{
    const struct line *line = line_;
    return sample_node_logged(line->node, line->text);
}

void sample_wait_log(struct sample_node *node, const char *text)
{
    struct line line = {node, text};
    sample_wait(has_line, &line, text);
}

struct sessions {
    struct sample_node *node;
    size_t wanted;
};

static bool has_sessions(void *sessions_)
{
    const struct sessions *sessions = sessions_;
    return ractor_node_sessions(sessions->node->node, NULL, 0) == sessions->wanted;
}

void sample_wait_sessions(struct sample_node *node, size_t wanted)
{
    struct sessions sessions = {node, wanted};
    sample_wait(has_sessions, &sessions, "a number of sessions");
}

struct search {
    struct sample_node *node;
    const char *name;
    ractor_ref found;
};

static bool has_found(void *search_)
{
    struct search *search = search_;
    return ractor_node_find(search->node->node, NULL, search->name, &search->found) == RACTOR_OK;
}

static bool has_lost(void *search)
{
    return !has_found(search);
}

ractor_ref sample_find(struct sample_node *node, const char *name)
{
    struct search search = {.node = node, .name = name};
    sample_wait(has_found, &search, name);
    return search.found;
}

void sample_wait_lost(struct sample_node *node, const char *name)
{
    struct search search = {.node = node, .name = name};
    sample_wait(has_lost, &search, name);
}

/* ------------------------------------------------------------------ raw connections */

int sample_dial_raw(const struct sample_node *node)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(ractor_node_port(node->node)),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

bool sample_is_closed(int fd)
{
    struct pollfd wanted = {.fd = fd, .events = POLLIN};
    char bytes[512];
    while (poll(&wanted, 1, 20000) == 1) {
        ssize_t n = recv(fd, bytes, sizeof bytes, 0);
        if (n == 0 || (n < 0 && errno == ECONNRESET))
            return true;
    }
    return false;
}

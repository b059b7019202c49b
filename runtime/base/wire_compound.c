/* SPDX-License-Identifier: MIT */
/*
 * Options, unions, results and the keys of maps, driven by small tables that generated code holds.
 *
 *     option      00                      none
 *                 01 T                    a value, its bytes follow
 *     union       length name args        args as those of a message's variant
 *     result      as the union of Ok and Err, of one field each: length name length T
 *
 * An option's C struct begins with its bool, a union's with its tag, an enum of an int's size.
 */
#include "base/alloc.h"

#include <ractor/wire.h>

static ractor_status nest(ractor_budget *budget)
{
    if (budget->depth == 0)
        return RACTOR_ELIMIT;
    budget->depth--;
    return RACTOR_OK;
}

/* Copies what is behind a struct that has been copied flat. */
static void copy_behind(const ractor_codec *codec, void *to, const void *from, ractor_tail *tail)
{
    if (codec->copy != NULL)
        codec->copy(to, from, tail);
}

static const void *at(const void *value, size_t offset)
{
    return (const char *)value + offset;
}

static bool has_value(const void *option)
{
    return *(const bool *)option;
}

ractor_status ractor_wire_option_copy_size(const ractor_wire_option *type, const void *value,
                                           size_t *tail_bytes)
{
    if (!has_value(value) || type->value->copy_size == NULL)
        return RACTOR_OK;
    return type->value->copy_size(at(value, type->offset), tail_bytes);
}

void ractor_wire_option_copy(const ractor_wire_option *type, void *to, const void *from,
                             ractor_tail *tail)
{
    memcpy(to, from, type->size);
    if (has_value(from))
        copy_behind(type->value, (char *)to + type->offset, at(from, type->offset), tail);
}

ractor_status ractor_wire_option_wire_size(const ractor_wire_option *type, const void *value,
                                           size_t *bytes)
{
    RACTOR_WIRE_TRY(ractor_wire_add(bytes, 1));
    return has_value(value) ? type->value->wire_size(at(value, type->offset), bytes) : RACTOR_OK;
}

uint8_t *ractor_wire_option_write(const ractor_wire_option *type, const void *value, uint8_t *out)
{
    *out++ = has_value(value) ? 1 : 0;
    return has_value(value) ? type->value->write(at(value, type->offset), out) : out;
}

ractor_status ractor_wire_option_measure(const ractor_wire_option *type, const uint8_t *bytes,
                                         size_t length, ractor_budget *budget, size_t *tail_bytes)
{
    if (length == 0 || bytes[0] > 1 || (bytes[0] == 0 && length != 1))
        return RACTOR_EDECODE;
    if (bytes[0] == 0)
        return RACTOR_OK;
    RACTOR_WIRE_TRY(nest(budget));
    RACTOR_WIRE_TRY(type->value->measure(bytes + 1, length - 1, budget, tail_bytes));
    budget->depth++;
    return RACTOR_OK;
}

void ractor_wire_option_read(const ractor_wire_option *type, const uint8_t *bytes, size_t length,
                             void *to, ractor_tail *tail)
{
    memset(to, 0, type->size);
    if (bytes[0] == 0)
        return;
    *(bool *)to = true;
    type->value->read(bytes + 1, length - 1, (char *)to + type->offset, tail);
}

void ractor_wire_option_print(const ractor_wire_option *type, const void *value,
                              const ractor_printer *out)
{
    if (!has_value(value)) {
        ractor_wire_print_text(out, "none");
        return;
    }
    ractor_wire_print_text(out, "some(");
    type->value->print(at(value, type->offset), out);
    ractor_wire_print_text(out, ")");
}

bool ractor_wire_option_equal(const ractor_wire_option *type, const void *a, const void *b)
{
    if (has_value(a) != has_value(b))
        return false;
    return !has_value(a) || type->value->equal(at(a, type->offset), at(b, type->offset));
}

/* The case that a value's tag names; NULL when there is none such. */
static const ractor_wire_case *case_of(const ractor_wire_choice *type, const void *value)
{
    unsigned tag;
    memcpy(&tag, value, sizeof tag);
    return tag < type->n_cases ? &type->cases[tag] : NULL;
}

/* The number of the case with this name; n_cases when there is none. */
static size_t find_case(const ractor_wire_choice *type, ractor_bytes name)
{
    for (size_t i = 0; i < type->n_cases; i++) {
        const ractor_wire_case *one = &type->cases[i];
        if (one->length == name.length && memcmp(one->name, name.data, name.length) == 0)
            return i;
    }
    return type->n_cases;
}

ractor_status ractor_wire_choice_copy_size(const ractor_wire_choice *type, const void *value,
                                           size_t *tail_bytes)
{
    const ractor_wire_case *one = case_of(type, value);
    if (one == NULL)
        return RACTOR_EINVAL;
    return one->codec->copy_size != NULL
               ? one->codec->copy_size(at(value, type->offset), tail_bytes)
               : RACTOR_OK;
}

void ractor_wire_choice_copy(const ractor_wire_choice *type, void *to, const void *from,
                             ractor_tail *tail)
{
    memcpy(to, from, type->size);
    copy_behind(case_of(type, from)->codec, (char *)to + type->offset, at(from, type->offset),
                tail);
}

ractor_status ractor_wire_choice_wire_size(const ractor_wire_choice *type, const void *value,
                                           size_t *bytes)
{
    const ractor_wire_case *one = case_of(type, value);
    if (one == NULL)
        return RACTOR_EINVAL;
    RACTOR_WIRE_TRY(ractor_wire_add(bytes, RACTOR_WIRE_LENGTH + one->length));
    if (type->is_bare)
        RACTOR_WIRE_TRY(ractor_wire_add(bytes, RACTOR_WIRE_LENGTH));
    return one->codec->wire_size(at(value, type->offset), bytes);
}

uint8_t *ractor_wire_choice_write(const ractor_wire_choice *type, const void *value, uint8_t *out)
{
    const ractor_wire_case *one = case_of(type, value);
    const void *content = at(value, type->offset);
    ractor_wire_store_64(out, one->length);
    memcpy(out + RACTOR_WIRE_LENGTH, one->name, one->length);
    out += RACTOR_WIRE_LENGTH + one->length;
    if (!type->is_bare)
        return one->codec->write(content, out);
    return ractor_wire_close(out, one->codec->write(content, out + RACTOR_WIRE_LENGTH));
}

ractor_status ractor_wire_choice_measure(const ractor_wire_choice *type, const uint8_t *bytes,
                                         size_t length, ractor_budget *budget, size_t *tail_bytes)
{
    ractor_wire_in in = {bytes, length};
    ractor_bytes name;
    ractor_bytes content;
    RACTOR_WIRE_TRY(ractor_wire_next(&in, &name));
    const size_t which = find_case(type, name);
    if (which == type->n_cases)
        return RACTOR_EDECODE;
    content = (ractor_bytes){in.at, in.left};
    if (type->is_bare) {
        RACTOR_WIRE_TRY(ractor_wire_next(&in, &content));
        RACTOR_WIRE_TRY(ractor_wire_end(&in));
    }
    RACTOR_WIRE_TRY(nest(budget));
    RACTOR_WIRE_TRY(
        type->cases[which].codec->measure(content.data, content.length, budget, tail_bytes));
    budget->depth++;
    return RACTOR_OK;
}

void ractor_wire_choice_read(const ractor_wire_choice *type, const uint8_t *bytes, size_t length,
                             void *to, ractor_tail *tail)
{
    ractor_wire_in in = {bytes, length};
    const unsigned tag = (unsigned)find_case(type, ractor_wire_take(&in));
    const ractor_bytes content =
        type->is_bare ? ractor_wire_take(&in) : (ractor_bytes){in.at, in.left};
    memset(to, 0, type->size);
    memcpy(to, &tag, sizeof tag);
    type->cases[tag].codec->read(content.data, content.length, (char *)to + type->offset, tail);
}

void ractor_wire_choice_print(const ractor_wire_choice *type, const void *value,
                              const ractor_printer *out)
{
    const ractor_wire_case *one = case_of(type, value);
    ractor_wire_print_text(out, one != NULL ? one->name : "?");
    if (one == NULL)
        return;
    if (type->is_bare)
        ractor_wire_print_text(out, "(");
    one->codec->print(at(value, type->offset), out);
    if (type->is_bare)
        ractor_wire_print_text(out, ")");
}

bool ractor_wire_choice_equal(const ractor_wire_choice *type, const void *a, const void *b)
{
    const ractor_wire_case *one = case_of(type, a);
    return one != NULL && one == case_of(type, b) &&
           one->codec->equal(at(a, type->offset), at(b, type->offset));
}

/* Any order that tells different keys apart will do. */
static int compare_keys(const ractor_bytes *a, const ractor_bytes *b)
{
    const size_t shorter = a->length < b->length ? a->length : b->length;
    const int order = shorter != 0 ? memcmp(a->data, b->data, shorter) : 0;
    return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

/* Lets the key at `root` sink to its place in the heap of the first `count`. */
static void sink(ractor_bytes *keys, size_t root, size_t count)
{
    const ractor_bytes key = keys[root];
    for (;;) {
        size_t child = 2 * root + 1;
        if (child >= count)
            break;
        if (child + 1 < count && compare_keys(&keys[child], &keys[child + 1]) < 0)
            child++;
        if (compare_keys(&key, &keys[child]) >= 0)
            break;
        keys[root] = keys[child];
        root = child;
    }
    keys[root] = key;
}

/* Whether no two are equal. Sorts: n log n whatever the keys, so that nobody can choose bad ones.
 */
static bool are_unique(ractor_bytes *keys, size_t count)
{
    for (size_t i = count / 2; i-- > 0;)
        sink(keys, i, count);
    for (size_t end = count; end > 1; end--) {
        const ractor_bytes greatest = keys[0];
        keys[0] = keys[end - 1];
        keys[end - 1] = greatest;
        sink(keys, 0, end - 1);
        if (compare_keys(&keys[0], &keys[end - 1]) == 0)
            return false;
    }
    return true;
}

#define FEW_KEYS 32

/* Takes the next key of a map: from memory or from bytes. */
typedef ractor_bytes next_key(void *from);

/* `duplicate` when two keys are equal. Keys that ascend need no sorting. */
static ractor_status check_keys(next_key *next, void *from, size_t count, ractor_bytes *keys,
                                ractor_status duplicate)
{
    bool is_ascending = true;
    for (size_t i = 0; i < count; i++) {
        keys[i] = next(from);
        is_ascending = is_ascending && (i == 0 || compare_keys(&keys[i - 1], &keys[i]) < 0);
    }
    return is_ascending || are_unique(keys, count) ? RACTOR_OK : duplicate;
}

static ractor_status check_all_keys(next_key *next, void *from, size_t count,
                                    ractor_status duplicate)
{
    ractor_bytes few[FEW_KEYS];
    if (count <= FEW_KEYS)
        return check_keys(next, from, count, few, duplicate);
    if (count > SIZE_MAX / sizeof *few)
        return RACTOR_ELIMIT;
    ractor_bytes *keys = rt_alloc(count * sizeof *keys);
    if (keys == NULL)
        return RACTOR_ENOMEM;
    const ractor_status status = check_keys(next, from, count, keys, duplicate);
    rt_free(keys);
    return status;
}

/* The keys of entries in memory. */
struct entries {
    const unsigned char *at;
    size_t stride;
    const ractor_codec *key;
};

static ractor_bytes next_entry(void *from)
{
    struct entries *entries = from;
    const void *key = entries->at;
    entries->at += entries->stride;
    if (entries->key == &ractor_codec_string) {
        const ractor_string *text = key;
        return (ractor_bytes){(const uint8_t *)text->data, text->length};
    }
    if (entries->key == &ractor_codec_bytes)
        return *(const ractor_bytes *)key;
    return (ractor_bytes){key, entries->key->size};
}

ractor_status ractor_wire_map_keys(const void *entries, size_t count, size_t stride,
                                   const ractor_codec *key)
{
    struct entries from = {entries, stride, key};
    return check_all_keys(next_entry, &from, count, RACTOR_EINVAL);
}

static ractor_bytes next_wire_entry(void *from)
{
    const ractor_bytes entry = ractor_wire_take(from);
    ractor_wire_in in = {entry.data, entry.length};
    return ractor_wire_take(&in);
}

ractor_status ractor_wire_map_wire_keys(const uint8_t *bytes, size_t length, size_t count)
{
    ractor_wire_in from = {bytes, length};
    return check_all_keys(next_wire_entry, &from, count, RACTOR_EDECODE);
}

ractor_status ractor_wire_copy_size_actor(const void *value, size_t *tail_bytes)
{
    const ractor_actor_id *actor = value;
    return ractor_wire_copy_size_string(&actor->node, tail_bytes);
}

void ractor_wire_copy_actor(void *to, const void *from, ractor_tail *tail)
{
    const ractor_actor_id *in = from;
    ractor_actor_id *out = to;
    out->pid = in->pid;
    ractor_wire_copy_string(&out->node, &in->node, tail);
}

ractor_status ractor_wire_wire_size_actor(const void *value, size_t *bytes)
{
    const ractor_actor_id *actor = value;
    RACTOR_WIRE_TRY(ractor_wire_add(bytes, RACTOR_WIRE_LENGTH + sizeof actor->pid));
    return ractor_wire_wire_size_string(&actor->node, bytes);
}

uint8_t *ractor_wire_write_actor(const void *value, uint8_t *out)
{
    const ractor_actor_id *actor = value;
    out = ractor_wire_close(out, ractor_wire_write_string(&actor->node, out + RACTOR_WIRE_LENGTH));
    return ractor_wire_write_u64(&actor->pid, out);
}

ractor_status ractor_wire_measure_actor(const uint8_t *bytes, size_t length, ractor_budget *budget,
                                        size_t *tail_bytes)
{
    ractor_wire_in in = {bytes, length};
    ractor_bytes node;
    RACTOR_WIRE_TRY(ractor_wire_next(&in, &node));
    RACTOR_WIRE_TRY(ractor_wire_measure_string(node.data, node.length, budget, tail_bytes));
    return ractor_wire_measure_u64(in.at, in.left, budget, tail_bytes);
}

void ractor_wire_read_actor(const uint8_t *bytes, size_t length, void *to, ractor_tail *tail)
{
    ractor_wire_in in = {bytes, length};
    ractor_actor_id *out = to;
    const ractor_bytes node = ractor_wire_take(&in);
    ractor_wire_read_string(node.data, node.length, &out->node, tail);
    ractor_wire_read_u64(in.at, in.left, &out->pid, tail);
}

static void print_actor(const void *value, const ractor_printer *out)
{
    static const ractor_wire_field fields[] = {
        {"node", offsetof(ractor_actor_id, node), &ractor_codec_string, false},
        {"pid", offsetof(ractor_actor_id, pid), &ractor_codec_u64, false},
    };
    ractor_wire_print_fields(value, fields, 2, out);
}

static bool equal_actor(const void *a, const void *b)
{
    const ractor_actor_id *left = a;
    const ractor_actor_id *right = b;
    return left->pid == right->pid && ractor_string_equal(left->node, right->node);
}

const ractor_codec ractor_codec_actor = {
    .size = sizeof(ractor_actor_id),
    .align = _Alignof(ractor_actor_id),
    .copy_size = ractor_wire_copy_size_actor,
    .copy = ractor_wire_copy_actor,
    .wire_size = ractor_wire_wire_size_actor,
    .write = ractor_wire_write_actor,
    .measure = ractor_wire_measure_actor,
    .read = ractor_wire_read_actor,
    .print = print_actor,
    .equal = equal_actor,
};

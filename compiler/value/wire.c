/* SPDX-License-Identifier: MIT */
/*
 * Each decoder gets exactly the bytes of its value: whoever holds it has read the length. Offsets
 * in messages count from the first byte of all.
 */
#include "value/wire.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

#define LENGTH_BYTES 8

/* Bytes that are being read. */
struct reader {
    struct rc_value_walk *walk;
    const char *first; /* of the whole message */
    const char *at;
    const char *end;
};

static bool fail_at(const struct reader *in, const char *at, const char *what)
{
    return rc_value_fail(in->walk, "at byte %zu: %s", (size_t)(at - in->first), what);
}

static uint64_t read_number(const char *at, size_t n_bytes)
{
    uint64_t number = 0;
    for (size_t i = 0; i < n_bytes; i++)
        number = number << 8 | (unsigned char)at[i];
    return number;
}

/* A length and that many bytes. */
static bool take_slice(struct reader *in, struct reader *slice)
{
    size_t left = (size_t)(in->end - in->at);
    if (left < LENGTH_BYTES)
        return fail_at(in, in->at, "a length is cut off");
    uint64_t length = read_number(in->at, LENGTH_BYTES);
    if (length > left - LENGTH_BYTES)
        return fail_at(in, in->at, "a length goes past the end");
    *slice = *in;
    slice->at = in->at + LENGTH_BYTES;
    slice->end = slice->at + length;
    in->at = slice->end;
    return true;
}

static bool check_text(const struct reader *in)
{
    for (const char *at = in->at; at < in->end;) {
        size_t length = rc_utf8_length(at, (size_t)(in->end - at));
        if (length == 0)
            return fail_at(in, at, "not UTF-8");
        at += length;
    }
    return true;
}

static struct rc_value *decode(struct reader *in, const struct rc_type *type);

static size_t packed_size(const struct rc_type *type)
{
    static const unsigned char sizes[] = {
#define PACKED_SIZE(name, spelling, size) size,
        RC_BUILTINS(PACKED_SIZE)
#undef PACKED_SIZE
    };
    return sizes[type->kind];
}

static bool is_signed(enum rc_type_kind kind)
{
    return kind <= RC_TYPE_I128;
}

static bool decode_scalar(struct reader *in, struct rc_value *value)
{
    enum rc_type_kind kind = value->type->kind;
    size_t size = packed_size(value->type);
    if ((size_t)(in->end - in->at) != size)
        return rc_value_fail(in->walk, "at byte %zu: %zu bytes, a %s has %zu",
                             (size_t)(in->at - in->first), (size_t)(in->end - in->at),
                             value->type->text->text, size);
    if (size == 16)
        value->high = read_number(in->at, 8);
    value->low = read_number(size == 16 ? in->at + 8 : in->at, size == 16 ? 8 : size);
    if (is_signed(kind) && size < 16) {
        bool is_negative = (value->low >> (8 * size - 1) & 1) != 0;
        if (is_negative && size < 8)
            value->low |= ~UINT64_C(0) << (8 * size);
        value->high = is_negative ? ~UINT64_C(0) : 0;
    }
    if (kind == RC_TYPE_BOOL && value->low > 1)
        return fail_at(in, in->at, "a bool that is neither 0 nor 1");
    if (kind == RC_TYPE_CHAR &&
        (value->low > 0x10FFFF || (value->low >= 0xD800 && value->low <= 0xDFFF)))
        return fail_at(in, in->at, "a char that is no Unicode scalar value");
    return true;
}

/* One step down into the value that the slice holds. */
static bool decode_item(struct reader *slice, const struct rc_type *type, const char *name,
                        size_t index, struct rc_value *parent)
{
    struct rc_value_step step;
    struct rc_value *item = NULL;
    if (rc_value_enter(slice->walk, &step, name, index))
        item = decode(slice, type);
    if (item == NULL)
        return false;
    rc_value_leave(slice->walk, &step);
    rc_value_add(slice->walk->arena, parent, item);
    return true;
}

static bool check_max(struct rc_value_walk *walk, const struct rc_field *field,
                      const struct rc_value *value, const char *name)
{
    if (field->max == 0 || rc_value_count(value) <= field->max)
        return true;
    return rc_value_fail(walk, "`%s` is longer than its maximum of %llu", name,
                         (unsigned long long)field->max);
}

static bool decode_fields(struct reader *in, const struct rc_fields *fields, struct rc_value *value)
{
    for (size_t i = 0; i < fields->count; i++) {
        const char *name = rc_value_field_name(in->walk->arena, fields, i);
        struct reader slice;
        if (in->at == in->end)
            return rc_value_fail(in->walk, "at byte %zu: the field `%s` is missing",
                                 (size_t)(in->at - in->first), name);
        if (!take_slice(in, &slice) ||
            !decode_item(&slice, fields->items[i]->type->type, name, i, value) ||
            !check_max(in->walk, fields->items[i], value->items.items[i], name))
            return false;
    }
    return in->at == in->end || fail_at(in, in->at, "bytes behind the last field");
}

static bool decode_vec(struct reader *in, struct rc_value *value)
{
    const struct rc_type *type = value->type->args[0];
    size_t size = rc_type_is_packed(type) ? packed_size(type) : 0;
    if (size != 0 && (size_t)(in->end - in->at) % size != 0)
        return fail_at(in, in->at, "the last element of a vec is cut off");
    for (size_t i = 0; in->at < in->end; i++) {
        struct reader slice = *in;
        slice.end = in->at + size;
        if (size != 0)
            in->at += size;
        else if (!take_slice(in, &slice))
            return false;
        if (!decode_item(&slice, type, NULL, i, value))
            return false;
    }
    return true;
}

/* A key's bytes, to find the same one twice. */
struct key {
    const char *data;
    size_t length;
};

static int by_bytes(const void *left, const void *right)
{
    const struct key *a = left;
    const struct key *b = right;
    int order = memcmp(a->data, b->data, a->length < b->length ? a->length : b->length);
    return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

static bool check_keys(struct rc_value_walk *walk, struct key *keys, size_t count)
{
    if (count > 1)
        qsort(keys, count, sizeof *keys, by_bytes);
    for (size_t i = 1; i < count; i++) {
        if (by_bytes(&keys[i - 1], &keys[i]) == 0)
            return rc_value_fail(walk, "a map has the same key twice");
    }
    return true;
}

static bool decode_entry(struct reader *in, size_t index, struct rc_value *map, struct key *key)
{
    static const char *const names[] = {"key", "value"};
    struct rc_value_step step;
    struct reader entry;
    if (!take_slice(in, &entry) || !rc_value_enter(in->walk, &step, NULL, index))
        return false;
    for (size_t i = 0; i < 2; i++) {
        struct reader slice;
        if (!take_slice(&entry, &slice))
            return false;
        if (i == 0)
            *key = (struct key){slice.at, (size_t)(slice.end - slice.at)};
        if (!decode_item(&slice, map->type->args[i], names[i], i, map))
            return false;
    }
    if (entry.at != entry.end)
        return fail_at(&entry, entry.at, "bytes behind a map's entry");
    rc_value_leave(in->walk, &step);
    return true;
}

static bool decode_map(struct reader *in, struct rc_value *value)
{
    RC_LIST(struct key) keys = {0};
    for (size_t i = 0; in->at < in->end; i++) {
        if (!decode_entry(in, i, value, rc_list_add(in->walk->arena, &keys)))
            return false;
    }
    return check_keys(in->walk, keys.items, keys.count);
}

static bool decode_option(struct reader *in, struct rc_value *value)
{
    size_t length = (size_t)(in->end - in->at);
    if (length == 0 || (in->at[0] != 0 && in->at[0] != 1))
        return fail_at(in, in->at, "an option that begins with neither 0 nor 1");
    in->at++;
    if (in->at[-1] == 0)
        return in->at == in->end || fail_at(in, in->at, "bytes behind an option without a value");
    return decode_item(in, value->type->args[0], "some", 0, value);
}

/* A result is a union of Ok and Err with a field each. */
static bool decode_union(struct reader *in, struct rc_value *value)
{
    struct reader name = {0};
    if (!take_slice(in, &name))
        return false;
    if (!rc_value_find_variant(value->type, name.at, (size_t)(name.end - name.at), &value->variant))
        return fail_at(in, name.at, "the name of no variant");
    if (value->type->kind == RC_TYPE_UNION)
        return decode_fields(in, rc_value_fields(value->type, value->variant), value);
    struct reader slice;
    if (!take_slice(in, &slice) ||
        !decode_item(&slice, value->type->args[value->variant],
                     rc_value_variant_name(value->type, value->variant), 0, value))
        return false;
    return in->at == in->end || fail_at(in, in->at, "bytes behind a result");
}

static bool take_text(struct reader *in, struct rc_value *value)
{
    value->data = in->at;
    value->length = (size_t)(in->end - in->at);
    return value->type->kind != RC_TYPE_STRING || check_text(in);
}

static bool decode_actor(struct reader *in, struct rc_value *value)
{
    struct reader name;
    if (!take_slice(in, &name) || !check_text(&name))
        return false;
    value->data = name.at;
    value->length = (size_t)(name.end - name.at);
    if (in->end - in->at != 8)
        return fail_at(in, in->at, "an actor's pid has 8 bytes");
    value->low = read_number(in->at, 8);
    return true;
}

/* A varint length, then the message. */
static bool decode_proto(struct reader *in, struct rc_value *value)
{
    uint64_t length = 0;
    const char *start = in->at;
    for (unsigned shift = 0; in->at < in->end && shift < 64; shift += 7) {
        unsigned char byte = (unsigned char)*in->at++;
        length |= (uint64_t)(byte & 0x7F) << shift;
        if ((byte & 0x80) != 0)
            continue;
        if (length != (uint64_t)(in->end - in->at))
            return fail_at(in, start, "a protobuf message of another length than it says");
        return take_text(in, value);
    }
    return fail_at(in, start, "a protobuf message without a length");
}

static bool decode_into(struct reader *in, struct rc_value *value)
{
    switch (value->type->kind) {
    case RC_TYPE_STRING:
    case RC_TYPE_BYTES:
        return take_text(in, value);
    case RC_TYPE_UNIT:
        return in->at == in->end || fail_at(in, in->at, "a unit has no bytes");
    case RC_TYPE_VEC:
        return decode_vec(in, value);
    case RC_TYPE_OPTION:
        return decode_option(in, value);
    case RC_TYPE_MAP:
        return decode_map(in, value);
    case RC_TYPE_RESULT:
    case RC_TYPE_UNION:
        return decode_union(in, value);
    case RC_TYPE_ACTOR:
        return decode_actor(in, value);
    case RC_TYPE_STRUCT:
        return decode_fields(in, &value->type->decl->fields, value);
    case RC_TYPE_PROTO:
        return decode_proto(in, value);
    case RC_TYPE_ENUM:
    case RC_TYPE_PTR:
        return rc_value_fail(in->walk, "`%s` never leaves the process", value->type->text->text);
    default:
        return decode_scalar(in, value);
    }
}

static struct rc_value *decode(struct reader *in, const struct rc_type *type)
{
    struct rc_value *value = rc_value_new(in->walk->arena, type);
    return decode_into(in, value) ? value : NULL;
}

static struct reader reader_of(struct rc_value_walk *walk, const char *bytes, size_t length)
{
    return (struct reader){walk, bytes, bytes, bytes + length};
}

struct rc_value *rc_value_decode_fields(struct rc_value_walk *walk, const struct rc_fields *fields,
                                        const char *bytes, size_t length)
{
    struct reader in = reader_of(walk, bytes, length);
    struct rc_value *value = rc_value_new(walk->arena, NULL);
    return decode_fields(&in, fields, value) ? value : NULL;
}

struct rc_value *rc_value_decode(struct rc_value_walk *walk, const struct rc_type *type,
                                 const char *bytes, size_t length)
{
    struct reader in = reader_of(walk, bytes, length);
    return decode(&in, type);
}

/* ------------------------------------------------------------------ to bytes */

static void put_number(struct rc_buffer *out, uint64_t number, size_t n_bytes)
{
    char bytes[8];
    for (size_t i = 0; i < n_bytes; i++)
        bytes[i] = (char)(number >> (8 * (n_bytes - 1 - i)));
    rc_buffer_add(out, bytes, n_bytes);
}

/* Leaves room for a length; `put_length` fills it in. */
static size_t open_slice(struct rc_buffer *out)
{
    put_number(out, 0, LENGTH_BYTES);
    return out->length;
}

static void close_slice(struct rc_buffer *out, size_t start)
{
    uint64_t length = out->length - start;
    for (size_t i = 0; i < LENGTH_BYTES; i++)
        out->data[start - LENGTH_BYTES + i] = (char)(length >> (8 * (LENGTH_BYTES - 1 - i)));
}

static void put_name(struct rc_buffer *out, const char *data, size_t length)
{
    put_number(out, length, LENGTH_BYTES);
    rc_buffer_add(out, data, length);
}

/* A value with its length before it. */
static bool encode_slice(struct rc_value_walk *walk, const struct rc_value *value,
                         struct rc_buffer *out)
{
    size_t start = open_slice(out);
    if (!rc_value_encode(walk, value, out))
        return false;
    close_slice(out, start);
    return true;
}

static void encode_scalar(const struct rc_value *value, struct rc_buffer *out)
{
    size_t size = packed_size(value->type);
    if (size == 16)
        put_number(out, value->high, 8);
    put_number(out, value->low, size == 16 ? 8 : size);
}

static bool encode_vec(struct rc_value_walk *walk, const struct rc_value *value,
                       struct rc_buffer *out)
{
    bool is_packed = rc_type_is_packed(value->type->args[0]);
    for (size_t i = 0; i < value->items.count; i++) {
        const struct rc_value *item = value->items.items[i];
        if (!(is_packed ? rc_value_encode(walk, item, out) : encode_slice(walk, item, out)))
            return false;
    }
    return true;
}

static bool encode_map(struct rc_value_walk *walk, const struct rc_value *value,
                       struct rc_buffer *out)
{
    size_t count = value->items.count / 2;
    struct key *keys = rc_arena_array(walk->arena, count + 1, sizeof *keys);
    for (size_t i = 0; i < count; i++) {
        struct rc_buffer key;
        size_t start = open_slice(out);
        rc_buffer_init(&key, walk->arena);
        if (!rc_value_encode(walk, value->items.items[2 * i], &key))
            return false;
        keys[i] = (struct key){key.data != NULL ? key.data : "", key.length};
        put_name(out, keys[i].data, keys[i].length);
        if (!encode_slice(walk, value->items.items[2 * i + 1], out))
            return false;
        close_slice(out, start);
    }
    return check_keys(walk, keys, count);
}

static bool encode_union(struct rc_value_walk *walk, const struct rc_value *value,
                         struct rc_buffer *out)
{
    const char *name = rc_value_variant_name(value->type, value->variant);
    put_name(out, name, strlen(name));
    if (value->type->kind == RC_TYPE_RESULT)
        return encode_slice(walk, value->items.items[0], out);
    return rc_value_encode_fields(walk, rc_value_fields(value->type, value->variant), value, out);
}

static void encode_proto(const struct rc_value *value, struct rc_buffer *out)
{
    uint64_t length = value->length;
    do {
        put_number(out, (length & 0x7F) | (length > 0x7F ? 0x80 : 0), 1);
        length >>= 7;
    } while (length != 0);
    rc_buffer_add(out, value->data, value->length);
}

bool rc_value_encode(struct rc_value_walk *walk, const struct rc_value *value,
                     struct rc_buffer *out)
{
    switch (value->type->kind) {
    case RC_TYPE_STRING:
    case RC_TYPE_BYTES:
        rc_buffer_add(out, value->data, value->length);
        return true;
    case RC_TYPE_UNIT:
        return true;
    case RC_TYPE_VEC:
        return encode_vec(walk, value, out);
    case RC_TYPE_OPTION:
        put_number(out, value->items.count, 1);
        return value->items.count == 0 || rc_value_encode(walk, value->items.items[0], out);
    case RC_TYPE_MAP:
        return encode_map(walk, value, out);
    case RC_TYPE_RESULT:
    case RC_TYPE_UNION:
        return encode_union(walk, value, out);
    case RC_TYPE_ACTOR:
        put_name(out, value->data, value->length);
        put_number(out, value->low, 8);
        return true;
    case RC_TYPE_STRUCT:
        return rc_value_encode_fields(walk, &value->type->decl->fields, value, out);
    case RC_TYPE_PROTO:
        encode_proto(value, out);
        return true;
    case RC_TYPE_ENUM:
    case RC_TYPE_PTR:
        return rc_value_fail(walk, "`%s` never leaves the process", value->type->text->text);
    default:
        encode_scalar(value, out);
        return true;
    }
}

bool rc_value_encode_fields(struct rc_value_walk *walk, const struct rc_fields *fields,
                            const struct rc_value *value, struct rc_buffer *out)
{
    for (size_t i = 0; i < fields->count; i++) {
        const char *name = rc_value_field_name(walk->arena, fields, i);
        if (!check_max(walk, fields->items[i], value->items.items[i], name) ||
            !encode_slice(walk, value->items.items[i], out))
            return false;
    }
    return true;
}

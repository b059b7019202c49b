/* SPDX-License-Identifier: MIT */
/*
 * Options, unions and results, driven by small tables that generated code holds.
 *
 *     option      00                      none (in C, held in place or pointed at)
 *                 01 T                    a value, its bytes follow
 *     union       length name args        args as those of a message's variant
 *     result      as the union of Ok and Err, of one field each: length name length T
 *
 * An option's C struct begins with its bool, a union's with its tag, an enum of an int's size.
 */
#include <ractor/wire.h>
#include <ractor/wire_compound.h>

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

/* A boxed option is one pointer, and may be a list's next: each level of input costs depth. */
static const void *boxed(const void *box)
{
    return *(const void *const *)box;
}

ractor_status ractor_wire_box_copy_size(const ractor_codec *type, const void *value,
                                        size_t *tail_bytes)
{
    if (boxed(value) == NULL)
        return RACTOR_OK;
    RACTOR_WIRE_TRY(ractor_wire_extend(tail_bytes, type->align, 1, type->size));
    return type->copy_size != NULL ? type->copy_size(boxed(value), tail_bytes) : RACTOR_OK;
}

void ractor_wire_box_copy(const ractor_codec *type, void *to, const void *from, ractor_tail *tail)
{
    const void *value = boxed(from);
    void *made = NULL;
    if (value != NULL) {
        made = ractor_wire_place(tail, type->align, type->size);
        memcpy(made, value, type->size);
        copy_behind(type, made, value, tail);
    }
    *(const void **)to = made;
}

ractor_status ractor_wire_box_wire_size(const ractor_codec *type, const void *value, size_t *bytes)
{
    RACTOR_WIRE_TRY(ractor_wire_add(bytes, 1));
    return boxed(value) != NULL ? type->wire_size(boxed(value), bytes) : RACTOR_OK;
}

uint8_t *ractor_wire_box_write(const ractor_codec *type, const void *value, uint8_t *out)
{
    *out++ = boxed(value) != NULL ? 1 : 0;
    return boxed(value) != NULL ? type->write(boxed(value), out) : out;
}

ractor_status ractor_wire_box_measure(const ractor_codec *type, const uint8_t *bytes, size_t length,
                                      ractor_budget *budget, size_t *tail_bytes)
{
    if (length == 0 || bytes[0] > 1 || (bytes[0] == 0 && length != 1))
        return RACTOR_EDECODE;
    if (bytes[0] == 0)
        return RACTOR_OK;
    RACTOR_WIRE_TRY(nest(budget));
    RACTOR_WIRE_TRY(ractor_wire_reserve(budget, tail_bytes, type->align, 1, type->size));
    RACTOR_WIRE_TRY(type->measure(bytes + 1, length - 1, budget, tail_bytes));
    budget->depth++;
    return RACTOR_OK;
}

void ractor_wire_box_read(const ractor_codec *type, const uint8_t *bytes, size_t length, void *to,
                          ractor_tail *tail)
{
    void *made = NULL;
    if (bytes[0] != 0) {
        made = ractor_wire_place(tail, type->align, type->size);
        type->read(bytes + 1, length - 1, made, tail);
    }
    *(const void **)to = made;
}

void ractor_wire_box_print(const ractor_codec *type, const void *value, const ractor_printer *out)
{
    if (boxed(value) == NULL) {
        ractor_wire_print_text(out, "none");
        return;
    }
    ractor_wire_print_text(out, "some(");
    type->print(boxed(value), out);
    ractor_wire_print_text(out, ")");
}

bool ractor_wire_box_equal(const ractor_codec *type, const void *a, const void *b)
{
    if (boxed(a) == NULL || boxed(b) == NULL)
        return boxed(a) == boxed(b);
    return type->equal(boxed(a), boxed(b));
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

/* SPDX-License-Identifier: Apache-2.0 */
#include "config/substitute.h"

#include <stdlib.h>

enum { NAME_MAX_LEN = 255 };

/* A reference without its braces, taken apart. */
typedef struct {
    otelmq_str name;
    otelmq_str fallback;
} reference;

static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static size_t name_len(otelmq_str text)
{
    size_t len = 0;
    while (len < text.len && (is_letter(text.data[len]) || text.data[len] == '_' ||
                              (len > 0 && is_digit(text.data[len])))) {
        len++;
    }
    return len;
}

static otelmq_str skip(otelmq_str text, size_t len)
{
    return otelmq_str_from_bytes(text.data + len, text.len - len);
}

static bool starts_with(otelmq_str text, const char *start)
{
    size_t len = strlen(start);
    return text.len >= len && memcmp(text.data, start, len) == 0;
}

/* Printable characters and blanks only; those beyond ASCII are let through. */
static bool is_printable(otelmq_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        if ((byte < ' ' && byte != '\t') || byte == 0x7F) {
            return false;
        }
    }
    return true;
}

/* NAME, NAME:-default, or one of these behind "env:", which may be a name itself, as in env:-x. */
static bool parse_reference(otelmq_str text, reference *parsed)
{
    if (starts_with(text, "env:") && !starts_with(text, "env:-")) {
        text = skip(text, strlen("env:"));
    }
    size_t len = name_len(text);
    otelmq_str rest = skip(text, len);
    parsed->name = otelmq_str_from_bytes(text.data, len);
    parsed->fallback = (otelmq_str){0};
    if (starts_with(rest, ":-")) {
        parsed->fallback = skip(rest, 2);
        rest = skip(rest, rest.len);
    }
    return len > 0 && len <= NAME_MAX_LEN && rest.len == 0 && is_printable(parsed->fallback);
}

static otelmq_str look_up(reference wanted)
{
    char name[NAME_MAX_LEN + 1];
    memcpy(name, wanted.name.data, wanted.name.len);
    name[wanted.name.len] = '\0';
    otelmq_str value = otelmq_str_from(getenv(name));
    return value.len > 0 ? value : wanted.fallback;
}

/* The "${...}" that text begins with; empty when it does not begin with one. */
static otelmq_str reference_at(otelmq_str text)
{
    if (!starts_with(text, "${")) {
        return (otelmq_str){0};
    }
    const char *end = memchr(text.data, '}', text.len);
    size_t len = end != NULL ? (size_t)(end - text.data) + 1 : 0;
    return len > strlen("${}") ? otelmq_str_from_bytes(text.data, len) : (otelmq_str){0};
}

static bool add(otelmq_buffer *filled, otelmq_str text)
{
    if (text.len > OTELMQ_CONFIG_VALUE_MAX - filled->len) {
        return false;
    }
    otelmq_buffer_add_str(filled, text);
    return true;
}

/* A part without "$$". Behind its last brace there is nothing to be looked for, again and again. */
static otelmq_status substitute_part(otelmq_str part, otelmq_buffer *filled, otelmq_str *wrong)
{
    const char *last_brace = part.len > 0 ? memrchr(part.data, '}', part.len) : NULL;
    while (part.len > 0) {
        bool may_begin = last_brace != NULL && part.data < last_brace;
        otelmq_str found = may_begin ? reference_at(part) : (otelmq_str){0};
        otelmq_str added = otelmq_str_from_bytes(part.data, 1);
        reference parsed;
        if (found.len > 0) {
            if (!parse_reference(otelmq_str_from_bytes(found.data + 2, found.len - 3), &parsed)) {
                *wrong = found;
                return OTELMQ_ERROR_MALFORMED;
            }
            added = look_up(parsed);
        }
        if (!add(filled, added)) {
            return OTELMQ_ERROR_LIMIT;
        }
        part = skip(part, found.len > 0 ? found.len : 1);
    }
    return OTELMQ_OK;
}

/* Escapes are found first: they divide text into parts in which references are looked for. */
otelmq_status otelmq_config_substitute(otelmq_str text, otelmq_buffer *filled, otelmq_str *wrong)
{
    otelmq_status status = OTELMQ_OK;
    while (text.len > 0 && status == OTELMQ_OK) {
        const char *escape = memmem(text.data, text.len, "$$", 2);
        size_t len = escape != NULL ? (size_t)(escape - text.data) : text.len;
        status = substitute_part(otelmq_str_from_bytes(text.data, len), filled, wrong);
        if (status == OTELMQ_OK && escape != NULL) {
            status = add(filled, OTELMQ_STR("$")) ? OTELMQ_OK : OTELMQ_ERROR_LIMIT;
            len += 2;
        }
        text = skip(text, len);
    }
    if (status == OTELMQ_OK && !otelmq_buffer_is_complete(filled)) {
        status = OTELMQ_ERROR_NO_MEMORY;
    }
    return status;
}

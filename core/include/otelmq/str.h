/* SPDX-License-Identifier: Apache-2.0 */
/*
 * otelmq_str is a piece of text or bytes with its length: what every function here takes and
 * returns where a string need not end in NUL, because broker headers do not. It owns nothing.
 * An empty one may have data NULL. Plain data; any thread.
 */
#ifndef OTELMQ_STR_H
#define OTELMQ_STR_H

#include <otelmq/api.h>

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

OTELMQ_BEGIN_C

typedef struct {
    const char *data;
    size_t len; /* in bytes */
} otelmq_str;

/* An otelmq_str over a string literal, its length known at compile time. */
#ifdef __cplusplus
#define OTELMQ_STR(literal) (otelmq_str{"" literal, sizeof(literal) - 1})
#else
#define OTELMQ_STR(literal) ((otelmq_str){"" literal, sizeof(literal) - 1})
#endif

/* Borrows text up to its NUL; NULL gives the empty string. */
static inline otelmq_str otelmq_str_from(const char *text)
{
    otelmq_str str = {text, text != NULL ? strlen(text) : 0};
    return str;
}

/* Borrows len bytes at data. */
static inline otelmq_str otelmq_str_from_bytes(const void *data, size_t len)
{
    otelmq_str str = {(const char *)data, len};
    return str;
}

static inline bool otelmq_str_is_empty(otelmq_str str)
{
    return str.len == 0;
}

/* Byte by byte; two empty strings are equal whatever their data. */
static inline bool otelmq_str_equal(otelmq_str a, otelmq_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

OTELMQ_END_C

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How setting something up answers. Functions that create, parse, flush or shut down return an
 * otelmq_status; functions that record (start, set, add, inject, extract, end) cannot fail for
 * their caller and return none.
 */
#ifndef OTELMQ_STATUS_H
#define OTELMQ_STATUS_H

#include <otelmq/api.h>

OTELMQ_BEGIN_C

typedef enum {
    OTELMQ_OK = 0,
    OTELMQ_ERROR_INVALID_ARGUMENT, /* A NULL where none is allowed, or a value out of range. */
    OTELMQ_ERROR_MALFORMED, /* Text or bytes that do not follow their grammar. */
    OTELMQ_ERROR_NO_MEMORY, /* An allocation failed; nothing was changed. */
    OTELMQ_ERROR_LIMIT, /* It would not fit: too long, too many, queue full. */
    OTELMQ_ERROR_TIMEOUT, /* The caller's deadline passed first. */
    OTELMQ_ERROR_NOT_FOUND, /* No such key, name or file. */
    OTELMQ_ERROR_IO, /* A system or network call failed. */
    OTELMQ_ERROR_REJECTED, /* The other side answered, and refused. */
    OTELMQ_ERROR_SHUT_DOWN, /* The object was shut down before. */
} otelmq_status;

/* What status means, as one English phrase. Never NULL; a static string. Any thread. */
OTELMQ_API const char *otelmq_status_text(otelmq_status status);

OTELMQ_END_C

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Baggage: values of the application (a customer's tier, a tenant) that travel with the trace
 * context from service to service and can be read everywhere behind. It leaves your system with
 * the messages: put no secret in it. Immutable and reference counted; NULL is the empty baggage
 * everywhere. Any thread. (W3C Baggage; specification: baggage/api.md.)
 */
#ifndef OTELMQ_BAGGAGE_H
#define OTELMQ_BAGGAGE_H

#include <otelmq/status.h>
#include <otelmq/str.h>

OTELMQ_BEGIN_C

typedef struct otelmq_baggage otelmq_baggage;

/* One entry, borrowed from its baggage. */
typedef struct {
    otelmq_str key;
    otelmq_str value; /* decoded; any UTF-8 */
    otelmq_str metadata; /* the properties behind the value as they stood, or empty */
} otelmq_baggage_entry;

/* The value of key, empty when there is none. */
OTELMQ_API otelmq_str otelmq_baggage_get(const otelmq_baggage *baggage, const char *key);

/* How many entries there are, and the index-th of them in order; {0} past the last. */
OTELMQ_API size_t otelmq_baggage_count(const otelmq_baggage *baggage);
OTELMQ_API otelmq_baggage_entry otelmq_baggage_entry_at(const otelmq_baggage *baggage,
                                                        size_t index);

/*
 * A new baggage, yours, in which entry replaces the one with the same key or stands last. The key
 * must be UTF-8 and not empty, and the metadata visible ASCII without commas, else
 * OTELMQ_ERROR_MALFORMED; bytes of the value that are not UTF-8 become U+FFFD. Headers have no
 * place for a key that is no token (RFC 7230: letters, digits and some signs): such an entry is
 * left out of them, and so stays in this process.
 */
OTELMQ_API otelmq_status otelmq_baggage_with(const otelmq_baggage *baggage,
                                             otelmq_baggage_entry entry,
                                             const otelmq_baggage **result);

/* A new baggage, yours, without key; NULL in *result when no entry is left. */
OTELMQ_API otelmq_status otelmq_baggage_without(const otelmq_baggage *baggage, const char *key,
                                                const otelmq_baggage **result);

/*
 * A new baggage, yours, with the entries of both; where both have a key, those of over win. Either
 * may be NULL.
 */
OTELMQ_API otelmq_status otelmq_baggage_merge(const otelmq_baggage *under,
                                              const otelmq_baggage *over,
                                              const otelmq_baggage **result);

/* One more reference; returns its argument. */
OTELMQ_API const otelmq_baggage *otelmq_baggage_retain(const otelmq_baggage *baggage);

/* Gives one reference back; the last one frees. */
OTELMQ_API void otelmq_baggage_release(const otelmq_baggage *baggage);

OTELMQ_END_C

#endif

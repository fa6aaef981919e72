/* SPDX-License-Identifier: Apache-2.0 */
/* How the propagator makes a baggage out of a header, and what a well-formed entry is. */
#ifndef OTELMQ_CONTEXT_BAGGAGE_NODE_H
#define OTELMQ_CONTEXT_BAGGAGE_NODE_H

#include <otelmq/baggage.h>

/*
 * A new baggage, the caller's, of entries that are well formed and have different keys. Copies
 * them. NULL for none, and without memory.
 */
const otelmq_baggage *otelmq_baggage_from_entries(const otelmq_baggage_entry entries[],
                                                  size_t count);

/* The entries, as many as otelmq_baggage_count says. Borrowed; NULL for the empty baggage. */
const otelmq_baggage_entry *otelmq_baggage_entries(const otelmq_baggage *baggage);

/* Whether there may be keys that are no tokens, for which headers have no place. */
bool otelmq_baggage_has_other_keys(const otelmq_baggage *baggage);

/* Whether key is a token. (RFC 7230, section 3.2.6.) */
bool otelmq_baggage_is_key(otelmq_str key);

/* Whether metadata could stand behind a value in a header: visible ASCII, blanks, no comma. */
bool otelmq_baggage_is_metadata(otelmq_str metadata);

#endif

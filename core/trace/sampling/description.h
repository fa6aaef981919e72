/* SPDX-License-Identifier: Apache-2.0 */
/* The texts by which samplers and predicates made of others describe themselves. Any thread. */
#ifndef OTELMQ_TRACE_SAMPLING_DESCRIPTION_H
#define OTELMQ_TRACE_SAMPLING_DESCRIPTION_H

#include "base/buffer.h"

/* "name{inner}". Yours to free; NULL without memory. */
char *otelmq_describe(const char *name, const char *inner);

/* What was written, with a NUL, in place of the buffer. Yours to free; NULL without memory. */
char *otelmq_description_take(otelmq_buffer *buffer);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* How often each diagnostic may be delivered: 10 times in 60 seconds. Any thread, without locks. */
#ifndef OTELMQ_BASE_RATE_LIMIT_H
#define OTELMQ_BASE_RATE_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

enum { OTELMQ_RATE_LIMIT_MESSAGES = 10, OTELMQ_RATE_LIMIT_SECONDS = 60 };

/*
 * Whether a message of this key (an address, never NULL) may be delivered now. When it is the first
 * after messages that could not be, their number is in *left_out, which is 0 otherwise.
 */
bool otelmq_rate_limit_allows(const void *key, uint32_t *left_out);

#endif

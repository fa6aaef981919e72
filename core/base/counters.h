/* SPDX-License-Identifier: Apache-2.0 */
/* The counters of <otelmq/stats.h>, without what is derived from them. */
#ifndef OTELMQ_BASE_COUNTERS_H
#define OTELMQ_BASE_COUNTERS_H

#include <otelmq/stats.h>

/* All of them now. Any thread. */
void otelmq_counters_read(uint64_t counts[OTELMQ_STAT_COUNT]);

#endif

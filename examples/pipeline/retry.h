/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pauses between tries at something that fails: none before the first, then a quarter of a
 * second, doubled each time up to four seconds. {0} begins anew.
 */
#ifndef PIPELINE_RETRY_H
#define PIPELINE_RETRY_H

#include <stdint.h>

typedef struct {
    uint32_t pause_ms; /* before the next try */
} retry;

/* Sleeps before the next try; less when the service is asked to stop. */
void retry_wait(retry *tries);

#endif

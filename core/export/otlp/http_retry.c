/* SPDX-License-Identifier: Apache-2.0 */
#include "export/otlp/http_retry.h"

enum { FIRST_BACKOFF_MS = 500, LONGEST_BACKOFF_MS = 8000 };

/* 2^64 divided by the golden ratio spreads numbers that are close together. */
static const uint64_t SPREAD = 0x9E3779B97F4A7C15;

static bool is_retryable_status(long status)
{
    return status == 429 || status == 502 || status == 503 || status == 504;
}

bool otelmq_http_is_retryable(const otelmq_http_answer *answer)
{
    return answer->outcome == OTELMQ_HTTP_DISCONNECTED ||
           (answer->outcome == OTELMQ_HTTP_ANSWERED && is_retryable_status(answer->status));
}

uint32_t otelmq_http_backoff_ms(uint32_t retries)
{
    uint32_t longest = FIRST_BACKOFF_MS;
    for (uint32_t i = 1; i < retries && longest < LONGEST_BACKOFF_MS; i++) {
        longest *= 2;
    }
    /* Jitter only has to differ between processes, which the nanoseconds of the clock do. */
    uint64_t random = otelmq_clock_monotonic_nano() * SPREAD >> 32;
    return longest / 2 + (uint32_t)(random % (longest / 2 + 1));
}

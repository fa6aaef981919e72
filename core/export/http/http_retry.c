/* SPDX-License-Identifier: Apache-2.0 */
#include "export/http/http_retry.h"

#include "base/clock.h"

enum { FIRST_BACKOFF_MS = 500, LONGEST_BACKOFF_MS = 8000, MS_PER_S = 1000 };

/* 2^64 divided by the golden ratio spreads numbers that are close together. */
static const uint64_t SPREAD = 0x9E3779B97F4A7C15;

bool otelmq_http_is_success(long status)
{
    return status >= 200 && status < 300;
}

static bool is_retryable(long status)
{
    return status == 429 || status == 502 || status == 503 || status == 504;
}

static uint32_t retry_after_ms(const otelmq_http_answer *answer)
{
    uint32_t seconds = answer->retry_after_s;
    return seconds < UINT32_MAX / MS_PER_S ? seconds * MS_PER_S : UINT32_MAX;
}

void otelmq_http_judge_error(const otelmq_http_answer *answer, otelmq_str said,
                             otelmq_http_verdict *verdict)
{
    verdict->decision = is_retryable(answer->status) ? OTELMQ_HTTP_RETRYABLE : OTELMQ_HTTP_REFUSED;
    verdict->retry_after_ms = retry_after_ms(answer);
    otelmq_buffer_add_text(&verdict->message, "HTTP status ");
    otelmq_buffer_add_int(&verdict->message, answer->status);
    otelmq_buffer_add_text(&verdict->message, said.len > 0 ? ", " : "");
    otelmq_buffer_add_str(&verdict->message, said);
    otelmq_buffer_add_char(&verdict->message, '\0');
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

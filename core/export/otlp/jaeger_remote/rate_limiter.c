/* SPDX-License-Identifier: Apache-2.0 */
#include "export/otlp/jaeger_remote/rate_limiter.h"

static const double NANOS_PER_SECOND = 1e9;
/* A century; what is rarer never comes, and nothing overflows. */
static const double LONGEST_NANOS = 3e18;

/*
 * A bucket of tokens, told by one number: each trace pays for nanos_per_trace, from now on or from
 * where the last one paid until, and may pay ahead for the burst.
 */
void otelmq_rate_limiter_init(otelmq_rate_limiter *limiter, double per_second)
{
    double nanos = per_second > 0 ? NANOS_PER_SECOND / per_second : 0;
    nanos = nanos < LONGEST_NANOS ? nanos : LONGEST_NANOS;
    limiter->nanos_per_trace = per_second > 0 && nanos < 1 ? 1 : (uint64_t)nanos;
    limiter->burst_nanos = (uint64_t)(nanos > NANOS_PER_SECOND ? nanos : NANOS_PER_SECOND);
    atomic_init(&limiter->paid_until, 0);
}

bool otelmq_rate_limiter_take(otelmq_rate_limiter *limiter, uint64_t now_monotonic_nano)
{
    if (limiter->nanos_per_trace == 0) {
        return false;
    }
    uint64_t before = atomic_load_explicit(&limiter->paid_until, memory_order_relaxed);
    for (;;) {
        uint64_t start = before > now_monotonic_nano ? before : now_monotonic_nano;
        uint64_t after = start + limiter->nanos_per_trace;
        if (after - now_monotonic_nano > limiter->burst_nanos) {
            return false;
        }
        if (atomic_compare_exchange_weak_explicit(&limiter->paid_until, &before, after,
                                                  memory_order_relaxed, memory_order_relaxed)) {
            return true;
        }
    }
}

void otelmq_rate_limiter_continue(otelmq_rate_limiter *limiter, const otelmq_rate_limiter *before,
                                  uint64_t now_monotonic_nano)
{
    uint64_t paid_until = atomic_load_explicit(&before->paid_until, memory_order_relaxed);
    uint64_t latest = now_monotonic_nano + limiter->burst_nanos;
    atomic_store_explicit(&limiter->paid_until, paid_until < latest ? paid_until : latest,
                          memory_order_relaxed);
}

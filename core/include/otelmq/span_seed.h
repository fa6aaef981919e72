/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is known of a span when it starts, as plain data: for a program with very many spans under
 * way at once, as a producer that sends faster than its broker confirms. It keeps their seeds, of
 * some 70 bytes, and makes each span, of some 2 KiB, only when its operation is over:
 *
 *     otelmq_span_seed seed;
 *     if (otelmq_span_seed_init(&seed, tracer, 0)) {
 *         ... inject seed.span_context, and wait ...
 *         otelmq_span_end(otelmq_span_seed_start(&seed, tracer, "send orders", &options));
 *     }
 */
#ifndef OTELMQ_SPAN_SEED_H
#define OTELMQ_SPAN_SEED_H

#include <otelmq/tracer.h>

OTELMQ_BEGIN_C

/* All read only. Owns the tracestate, until the span is started or the seed cleaned. */
typedef struct {
    otelmq_span_context span_context; /* of the span to be; without an SDK, the parent's */
    otelmq_span_id parent_span_id;
    bool parent_is_remote;
    bool is_recording; /* false: there is nothing to start */
    uint64_t start_time_unix_nano;
    uint64_t start_monotonic_nano; /* 0: the caller said when it started */
} otelmq_span_seed;

/*
 * Begins a span of tracer as a child of the thread's current one. start_time_unix_nano 0: now.
 * False, and nothing has begun, when it must be a span from its start, because a processor, an id
 * generator or a sampler of the user's wants to see it.
 */
OTELMQ_API bool otelmq_span_seed_init(otelmq_span_seed *seed, otelmq_tracer *tracer,
                                      uint64_t start_time_unix_nano);

/*
 * Makes the span, once, on any thread; it started when the seed did. Kind, attributes and links are
 * those of options, the rest of which is not looked at. tracer as for the seed. Never NULL; after
 * the provider's shutdown, and without memory, it is one that records nothing.
 */
OTELMQ_API otelmq_span *otelmq_span_seed_start(otelmq_span_seed *seed, otelmq_tracer *tracer,
                                               const char *name,
                                               const otelmq_span_options *options);

/* Instead of the start: for a seed that does not record. */
OTELMQ_API void otelmq_span_seed_clean(otelmq_span_seed *seed);

OTELMQ_END_C

#endif

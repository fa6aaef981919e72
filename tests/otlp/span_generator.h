/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many different spans, made by a generator of random numbers with a fixed seed: of several
 * resources and scopes, with every kind of value, with and without each thing that a span may have.
 */
#ifndef OTELMQ_TESTS_OTLP_SPAN_GENERATOR_H
#define OTELMQ_TESTS_OTLP_SPAN_GENERATOR_H

#include <otelmq/span_data.h>

typedef struct generated_spans generated_spans;

/* Yours; never NULL. */
generated_spans *generate_spans(size_t count, uint64_t seed);

void generated_spans_destroy(generated_spans *generated);

/* All of them, borrowed. */
const otelmq_span_data *const *generated_spans_data(const generated_spans *generated);

#endif

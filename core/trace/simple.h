/* SPDX-License-Identifier: Apache-2.0 */
/* The table by which a tracer provider knows the simple processor. Any thread. */
#ifndef OTELMQ_TRACE_SIMPLE_H
#define OTELMQ_TRACE_SIMPLE_H

#include <otelmq/processor.h>

extern const otelmq_processor_ops otelmq_simple_ops;

#endif

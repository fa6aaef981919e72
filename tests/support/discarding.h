/* SPDX-License-Identifier: Apache-2.0 */
/* For tests and measurements of everything but the export. */
#ifndef OTELMQ_TESTS_DISCARDING_H
#define OTELMQ_TESTS_DISCARDING_H

#include <otelmq/exporter.h>

/* Owns nothing, and throws the spans away. */
otelmq_exporter discarding_exporter(void);

#endif

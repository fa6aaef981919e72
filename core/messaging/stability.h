/* SPDX-License-Identifier: Apache-2.0 */
/* OTEL_SEMCONV_STABILITY_OPT_IN, as far as it is about messaging. */
#ifndef OTELMQ_MESSAGING_STABILITY_H
#define OTELMQ_MESSAGING_STABILITY_H

#include <stdbool.h>

/*
 * Whether the variable's list has "messaging/dup", which asks for the names of the conventions 1.24
 * beside the present ones. Any other value is for somebody else, or asks for what is done anyway.
 */
bool otelmq_messaging_stability_is_dup(void);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Sends callbacks, each in a CLIENT span of its own that travels in the request's headers. */
#ifndef OTELMQ_TESTS_CONFORMANCE_CALLBACK_SENDER_H
#define OTELMQ_TESTS_CONFORMANCE_CALLBACK_SENDER_H

#include "conformance/callback_list.h"

#include <otelmq/tracer.h>

/*
 * Posts all callbacks of list at once, as children of the thread's active span, and returns when
 * each has its answer or has failed; the latter within 4 seconds.
 */
void callbacks_send(callback_list *list, otelmq_tracer *tracer);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Calls the hooks of a client's options. A hook that is NULL is fine; spans must be recording. */
#ifndef OTELMQ_MESSAGING_HOOK_H
#define OTELMQ_MESSAGING_HOOK_H

#include "messaging/client.h"

/* As the operation starts, or while all of it is at hand. */
void otelmq_hook_call(const otelmq_messaging_client *client, otelmq_messaging_hook hook,
                      otelmq_span *span, const otelmq_messaging_operation *operation);

/*
 * As the span ends, when it is all that is left of the operation: its name and destination are read
 * back from it. message NULL: it is gone. error_type NULL: what the application may have recorded
 * on the span itself.
 */
void otelmq_hook_call_at_end(const otelmq_messaging_client *client, otelmq_messaging_hook hook,
                             otelmq_span *span, const void *message, const char *error_type);

#endif

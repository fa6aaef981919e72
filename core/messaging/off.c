/* SPDX-License-Identifier: Apache-2.0 */
#include "messaging/client.h"

#include "base/unconst.h"

static const otelmq_context_key SUPPRESSED = {"otelmq.messaging.suppressed"};

/* The scope has the span that stands for none, because the thread's own stays the active one. */
otelmq_scope otelmq_messaging_suppress(void)
{
    const otelmq_context *suppressed =
        otelmq_context_with_value(NULL, &SUPPRESSED, otelmq_unconst(&SUPPRESSED), NULL);
    otelmq_scope scope = {
        .span = otelmq_context_span(otelmq_context_root()),
        .token = otelmq_context_attach(suppressed),
    };
    otelmq_context_release(suppressed);
    return scope;
}

bool otelmq_messaging_is_off(const otelmq_messaging_client *client)
{
    return client->options.is_disabled || otelmq_context_value(NULL, &SUPPRESSED) != NULL;
}

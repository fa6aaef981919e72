/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tracer provider of the process. Each thread keeps a reference to it, so that starting a span
 * touches nothing that threads share but the generation, which changes with the provider. Any
 * thread.
 */
#ifndef OTELMQ_TRACE_GLOBAL_PROVIDER_H
#define OTELMQ_TRACE_GLOBAL_PROVIDER_H

#include <otelmq/tracer_provider.h>

/* NULL when there is none. Borrowed until the thread's next call of this function. */
otelmq_tracer_provider *otelmq_global_provider(void);

/*
 * One more reference to the global provider that this thread was given last. The thread keeps some
 * in store, so that most calls touch nothing that threads share.
 */
void otelmq_global_provider_retain(void);

/* Whether this thread keeps a reference to provider until it asks for the global one again. */
bool otelmq_global_provider_is_kept(const otelmq_tracer_provider *provider);

/* Sets it to NULL if it still is provider. */
void otelmq_global_provider_unset(const otelmq_tracer_provider *provider);

#endif

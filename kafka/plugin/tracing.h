/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The SDK of the process. It starts, and with it the export thread, when the first client is made:
 * a server that loads its configuration and then forks has no thread of ours in its way, and each
 * of its children gets its own.
 *
 *     loaded --(first client)--> started --(last client destroyed)--> flushed --(exit)--> shut down
 *                                   ^----------(next client)-------------'
 *
 * A process that was forked begins at the left. Any thread.
 */
#ifndef OTELMQ_KAFKA_PLUGIN_TRACING_H
#define OTELMQ_KAFKA_PLUGIN_TRACING_H

#include "kafka/plugin/settings.h"

/* A client was made. The settings of the first one hold for the process. */
void otelmq_plugin_client_added(const otelmq_plugin_settings *settings);

/* A client was destroyed: after the last one, its spans are exported within the flush timeout. */
void otelmq_plugin_client_removed(void);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one lock of the plugin, for what is done once in a while: in a forked child it is free, also
 * when another thread of the parent held it. Any thread; not recursive.
 */
#ifndef OTELMQ_KAFKA_PLUGIN_PROCESS_LOCK_H
#define OTELMQ_KAFKA_PLUGIN_PROCESS_LOCK_H

void otelmq_plugin_lock(void);
void otelmq_plugin_unlock(void);

#endif

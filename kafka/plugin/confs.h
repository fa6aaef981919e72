/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The settings of each rd_kafka_conf_t that loaded the plugin. Nothing tells when a conf ends:
 * on_conf_destroy must not be used, because together with a failing rd_kafka_new it frees twice
 * before librdkafka 2.13. So settings stay, until a new conf has the address of an old one and
 * takes over what was its. Any thread; one conf on one thread at a time.
 */
#ifndef OTELMQ_KAFKA_PLUGIN_CONFS_H
#define OTELMQ_KAFKA_PLUGIN_CONFS_H

#include "kafka/plugin/settings.h"

/* Those of the conf, or of an older one at its address: not changed. NULL without memory. */
otelmq_plugin_settings *otelmq_plugin_conf_settings(const rd_kafka_conf_t *conf);

#endif

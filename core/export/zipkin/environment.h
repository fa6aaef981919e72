/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The variables of the Zipkin exporter, or the default. An empty variable counts as unset; a wrong
 * value is reported with its variable and with what is used instead.
 * (Specification: configuration/sdk-environment-variables.md, "Zipkin Exporter".)
 */
#ifndef OTELMQ_ZIPKIN_ENVIRONMENT_H
#define OTELMQ_ZIPKIN_ENVIRONMENT_H

#include <otelmq/zipkin.h>

/* A URL, or a socket, that can be used. Yours to free; NULL without memory. */
char *otelmq_zipkin_environment_endpoint(void);

uint32_t otelmq_zipkin_environment_timeout_ms(void);

#endif

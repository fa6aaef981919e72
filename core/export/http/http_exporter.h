/* SPDX-License-Identifier: Apache-2.0 */
/* An exporter that sends batches over HTTP, whatever the protocol. */
#ifndef OTELMQ_EXPORT_HTTP_EXPORTER_H
#define OTELMQ_EXPORT_HTTP_EXPORTER_H

#include "export/http/http_protocol.h"

#include <otelmq/exporter.h>

/* *Owns* what settings hold, on failure too: {0} then, after reporting why. */
otelmq_exporter otelmq_http_exporter_create(const otelmq_http_protocol *protocol,
                                            otelmq_http_settings *settings);

#endif

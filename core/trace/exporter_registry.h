/* SPDX-License-Identifier: Apache-2.0 */
/* The exporters that OTEL_TRACES_EXPORTER can name. Any thread. */
#ifndef OTELMQ_TRACE_EXPORTER_REGISTRY_H
#define OTELMQ_TRACE_EXPORTER_REGISTRY_H

#include <otelmq/exporter.h>

/* The factory that was registered last for name, in any case of its letters; NULL when none was. */
otelmq_exporter_factory otelmq_exporter_registered(otelmq_str name);

#endif

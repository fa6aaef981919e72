/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Declarative configuration: tracing and propagators set up by a YAML file. Linking otelmq::config
 * makes otelmq_sdk_start read the file that OTEL_CONFIG_FILE names, and the other OTEL_ variables
 * then count only where the file refers to them:
 *
 *     file_format: "1.0"
 *     resource:
 *       attributes:
 *         - {name: service.name, value: "${OTEL_SERVICE_NAME:-orders}"}
 *       detection/development:
 *         detectors: [{host: }, {process: }]
 *     propagator:
 *       composite_list: tracecontext,baggage
 *     tracer_provider:
 *       processors:
 *         - batch:
 *             exporter:
 *               otlp_http:
 *                 endpoint: http://collector:4318/v1/traces
 *       sampler:
 *         parent_based:
 *           root:
 *             trace_id_ratio_based: {ratio: 0.1}
 *
 * The schema is that of opentelemetry-configuration 1.1: file_format, disabled, log_level,
 * attribute_limits, resource, propagator and tracer_provider. A key that is not known is reported
 * with its line and ignored; anything else that is wrong is reported with file, line, key and what
 * is expected, and the file is not used. Resource detectors are those of
 * <otelmq/resource_detector.h>. Exporters, samplers, propagators and resource detectors that a
 * program registers can be named like the built-in ones; they get no options of the file.
 * (Specification: configuration/data-model.md, configuration/sdk.md.)
 */
#ifndef OTELMQ_CONFIG_H
#define OTELMQ_CONFIG_H

#include <otelmq/sdk_configuration.h>

OTELMQ_BEGIN_C

typedef struct otelmq_config otelmq_config;

/*
 * Reads and checks the file at path; *config is yours. Variables are filled in now, so not while
 * another thread changes the environment. Fails after reporting what is wrong: with
 * OTELMQ_ERROR_NOT_FOUND or OTELMQ_ERROR_IO when it cannot be read, with OTELMQ_ERROR_MALFORMED
 * when it breaks the rules, with OTELMQ_ERROR_LIMIT when it is longer than 1 MiB, nested deeper
 * than 32 levels, or has more than 10000 values.
 */
OTELMQ_API otelmq_status otelmq_config_read_file(const char *path, otelmq_config **config);

/* The same for a text; name says in reports where it is from. */
OTELMQ_API otelmq_status otelmq_config_read_text(const char *name, otelmq_str text,
                                                 otelmq_config **config);

/*
 * As otelmq_sdk_start, with config for what options leave open; the environment is not asked. May
 * be called again with the same config. Fails after reporting which part cannot be made.
 */
OTELMQ_API otelmq_status otelmq_config_start_sdk(otelmq_config *config,
                                                 const otelmq_sdk_options *options,
                                                 otelmq_sdk **sdk);

/* Frees it; what was started from it goes on. NULL is fine. */
OTELMQ_API void otelmq_config_destroy(otelmq_config *config);

/*
 * Registers the loader for OTEL_CONFIG_FILE. It runs by itself when the library is loaded; call it
 * only where a linker dropped the library as unused.
 */
OTELMQ_API void otelmq_config_register(void);

OTELMQ_END_C

#endif

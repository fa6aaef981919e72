/* SPDX-License-Identifier: Apache-2.0 */
#include "export/http/http_exporter.h"
#include "export/otlp/grpc.h"
#include "export/otlp/http_encoding.h"
#include "export/otlp/settings.h"

static const otelmq_http_protocol *implementation_of(otelmq_otlp_protocol protocol)
{
    switch (protocol) {
    case OTELMQ_OTLP_HTTP_JSON:
        return &otelmq_otlp_http_json;
    case OTELMQ_OTLP_GRPC:
        return &otelmq_otlp_grpc;
    case OTELMQ_OTLP_PROTOCOL_DEFAULT:
    case OTELMQ_OTLP_HTTP_PROTOBUF:
        break;
    }
    return &otelmq_otlp_http_protobuf;
}

otelmq_exporter otelmq_otlp_exporter(const otelmq_otlp_options *options)
{
    static const otelmq_otlp_options defaults = {.endpoint = NULL};
    options = options != NULL ? options : &defaults;
    otelmq_otlp_protocol protocol = otelmq_otlp_settings_protocol(options);
    otelmq_http_settings settings;
    if (!otelmq_otlp_settings_init(&settings, protocol, options)) {
        return (otelmq_exporter){0};
    }
    return otelmq_http_exporter_create(implementation_of(protocol), &settings);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "export/otlp/endpoint.h"

#include "base/buffer.h"
#include "export/http/url.h"
#include "export/otlp/settings.h"

/* gRPC also knows "host:port"; with a scheme in front it has to be a URL that can be used. */
static bool is_grpc_target(const char *text)
{
    static const char scheme[] = "http://";
    if (strstr(text, "://") != NULL) {
        return false;
    }
    otelmq_buffer url;
    otelmq_buffer_init(&url);
    otelmq_buffer_add_text(&url, scheme);
    otelmq_buffer_add(&url, text, strlen(text) + 1);
    bool is_target = otelmq_buffer_is_complete(&url) && otelmq_url_is_http(url.data);
    otelmq_buffer_clean(&url);
    return is_target;
}

bool otelmq_otlp_is_endpoint(const char *text, bool is_grpc)
{
    return otelmq_url_socket_path(text) != NULL || otelmq_url_is_http(text) ||
           (is_grpc && is_grpc_target(text));
}

bool otelmq_otlp_has_usable_endpoint(const otelmq_otlp_options *options)
{
    if (options == NULL || options->endpoint == NULL) {
        return true;
    }
    bool is_grpc = otelmq_otlp_settings_protocol(options) == OTELMQ_OTLP_GRPC;
    return otelmq_otlp_is_endpoint(options->endpoint, is_grpc);
}

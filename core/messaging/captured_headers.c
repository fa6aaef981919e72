/* SPDX-License-Identifier: Apache-2.0 */
#include "messaging/captured_headers.h"

#include "base/glob.h"
#include "base/utf8.h"

enum { LOOKED_AT_MAX = 1000, RECORDED_MAX = 64, NAME_LEN_MAX = 255, VALUES_MAX = 16 };

static const otelmq_str PREFIX = {"messaging.header.", 17};

static bool is_asked_for(const otelmq_messaging_options *options, otelmq_str name)
{
    bool is_included = false;
    for (size_t i = 0; i < options->captured_header_count; i++) {
        const char *glob = options->captured_headers[i];
        bool excludes = glob[0] == '!';
        if (otelmq_glob_matches(otelmq_str_from(excludes ? glob + 1 : glob), name)) {
            if (excludes) {
                return false;
            }
            is_included = true;
        }
    }
    return is_included;
}

static size_t read_values(otelmq_carrier headers, const char *name, otelmq_str values[VALUES_MAX])
{
    size_t count = otelmq_carrier_get_all(headers, name, values, VALUES_MAX);
    count = count < VALUES_MAX ? count : VALUES_MAX;
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (otelmq_utf8_is_valid(values[i])) {
            values[kept++] = values[i];
        }
    }
    return kept;
}

/* Whether there was anything that can be recorded. */
static bool record(otelmq_span *span, otelmq_carrier headers, otelmq_str name)
{
    char key[sizeof("messaging.header.") + NAME_LEN_MAX];
    bool is_name = name.len <= NAME_LEN_MAX && memchr(name.data, '\0', name.len) == NULL &&
                   otelmq_utf8_is_valid(name);
    if (!is_name) {
        return false;
    }
    memcpy(key, PREFIX.data, PREFIX.len);
    memcpy(key + PREFIX.len, name.data, name.len);
    key[PREFIX.len + name.len] = '\0';

    otelmq_str values[VALUES_MAX];
    size_t count = read_values(headers, key + PREFIX.len, values);
    if (count > 0) {
        otelmq_span_set_attribute(span,
                                  otelmq_attribute_string_array(key, values, (uint32_t)count));
    }
    return count > 0;
}

void otelmq_captured_headers_record(const otelmq_messaging_client *client, otelmq_span *span,
                                    otelmq_carrier headers)
{
    if (client->options.captured_header_count == 0 || !otelmq_span_is_recording(span)) {
        return;
    }
    size_t recorded = 0;
    for (size_t i = 0; i < LOOKED_AT_MAX && recorded < RECORDED_MAX; i++) {
        otelmq_str name = otelmq_carrier_key_at(headers, i);
        if (name.data == NULL) {
            return;
        }
        if (!otelmq_str_is_empty(name) && is_asked_for(&client->options, name)) {
            recorded += record(span, headers, name);
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "messaging/captured_headers.h"

#include "base/glob.h"
#include "base/utf8.h"

enum { NAMES_MAX = 64, NAME_LEN_MAX = 255, VALUES_MAX = 128 };

/* At names, and for values: what others sent must not keep the thread busy for long. */
enum { LOOKS_MAX = 20000 };

static const otelmq_str PREFIX = {"messaging.header.", 17};

typedef struct {
    otelmq_span *span;
    const otelmq_messaging_batch_message *messages;
    size_t count;
    size_t looks_left;
    size_t name_count;
    otelmq_str names[NAMES_MAX]; /* that are done with */
} recording;

static bool is_asked_for(const otelmq_messaging_options *options, otelmq_str name)
{
    bool is_included = false;
    for (size_t i = 0; i < options->captured_header_count; i++) {
        const char *glob = options->captured_headers[i];
        bool excludes = glob[0] == '!';
        if (excludes && otelmq_glob_matches_any_case(otelmq_str_from(glob + 1), name)) {
            return false;
        }
        is_included =
            is_included || (!excludes && otelmq_glob_matches(otelmq_str_from(glob), name));
    }
    return is_included;
}

static bool is_done(const recording *self, otelmq_str name)
{
    for (size_t i = 0; i < self->name_count; i++) {
        if (otelmq_str_equal(self->names[i], name)) {
            return true;
        }
    }
    return false;
}

/* Drops those that are no text; returns how many there are then. */
static size_t keep_text(otelmq_str values[], size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (otelmq_utf8_is_valid(values[i])) {
            values[kept++] = values[i];
        }
    }
    return kept;
}

/* Of the messages from first on: those before it have no such header. */
static size_t read_values(recording *self, size_t first, const char *name,
                          otelmq_str values[VALUES_MAX])
{
    size_t kept = 0;
    for (size_t i = first; i < self->count && kept < VALUES_MAX && self->looks_left > 0; i++) {
        self->looks_left--;
        size_t room = VALUES_MAX - kept;
        size_t found = otelmq_carrier_get_all(self->messages[i].headers, name, values + kept, room);
        kept += keep_text(values + kept, found < room ? found : room);
    }
    return kept;
}

static void record(recording *self, size_t first, otelmq_str name)
{
    char key[sizeof("messaging.header.") + NAME_LEN_MAX];
    bool is_name = name.len <= NAME_LEN_MAX && memchr(name.data, '\0', name.len) == NULL &&
                   otelmq_utf8_is_valid(name);
    if (!is_name) {
        return;
    }
    memcpy(key, PREFIX.data, PREFIX.len);
    memcpy(key + PREFIX.len, name.data, name.len);
    key[PREFIX.len + name.len] = '\0';

    otelmq_str values[VALUES_MAX];
    size_t count = read_values(self, first, key + PREFIX.len, values);
    if (count > 0) {
        otelmq_span_set_attribute(self->span,
                                  otelmq_attribute_string_array(key, values, (uint32_t)count));
    }
}

static void record_names_of(recording *self, const otelmq_messaging_options *options, size_t index)
{
    otelmq_carrier headers = self->messages[index].headers;
    for (size_t i = 0; self->looks_left > 0 && self->name_count < NAMES_MAX; i++) {
        otelmq_str name = otelmq_carrier_key_at(headers, i);
        if (name.data == NULL) {
            return;
        }
        self->looks_left--;
        if (!otelmq_str_is_empty(name) && is_asked_for(options, name) && !is_done(self, name)) {
            self->names[self->name_count++] = name;
            record(self, index, name);
        }
    }
}

void otelmq_captured_headers_record(const otelmq_messaging_client *client, otelmq_span *span,
                                    const otelmq_messaging_batch_message messages[], size_t count)
{
    if (client->options.captured_header_count == 0 || !otelmq_span_is_recording(span)) {
        return;
    }
    recording self = {.span = span, .messages = messages, .count = count, .looks_left = LOOKS_MAX};
    for (size_t i = 0; i < self.count; i++) {
        record_names_of(&self, &client->options, i);
    }
}

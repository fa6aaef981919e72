/* SPDX-License-Identifier: Apache-2.0 */
#include "propagation/baggage_headers.h"

#include "base/percent.h"
#include "base/text.h"
#include "context/baggage_node.h"

#include <otelmq/diagnostics.h>
#include <otelmq/stats.h>

/* The longest name that is written or read, with its NUL; AMQP allows no longer one. */
enum { NAME_SIZE = 256 };

/* What needs no percent-coding anywhere. (RFC 3986, section 2.3.) */
static const char UNRESERVED[OTELMQ_PERCENT_SET_SIZE] = "-------------yy-" /* !"#$%&'()*+,-./ */
                                                        "yyyyyyyyyy------" /* 0123456789:;<=>? */
                                                        "-yyyyyyyyyyyyyyy" /* @ABCDEFGHIJKLMNO */
                                                        "yyyyyyyyyyy----y" /* PQRSTUVWXYZ[\]^_ */
                                                        "-yyyyyyyyyyyyyyy" /* `abcdefghijklmno */
                                                        "yyyyyyyyyyy---y"; /* pqrstuvwxyz{|}~ */

/* False when it does not fit. */
static bool make_name(otelmq_str prefix, otelmq_str key, char name[NAME_SIZE])
{
    if (key.len >= NAME_SIZE - prefix.len) {
        return false;
    }
    if (prefix.len > 0) {
        memcpy(name, prefix.data, prefix.len);
    }
    memcpy(name + prefix.len, key.data, key.len);
    name[prefix.len + key.len] = '\0';
    return true;
}

/* The value as it is sent; false when it cannot be, or is longer than left. */
static bool encode(otelmq_str value, otelmq_value_coding coding, size_t left, char *text,
                   otelmq_str *encoded)
{
    if (coding == OTELMQ_CODING_PLAIN) {
        *encoded = value;
        return value.len <= left && otelmq_is_field_value(value);
    }
    if (value.len > left || otelmq_percent_encoded_len(value, UNRESERVED) > left) {
        return false;
    }
    char *end = otelmq_percent_encode(value, UNRESERVED, text);
    *encoded = otelmq_str_from_bytes(text, (size_t)(end - text));
    return true;
}

/* False when the entry does not go out; left is how many bytes all headers may still have. */
static bool inject_entry(const otelmq_baggage_headers *headers, otelmq_baggage_entry entry,
                         size_t *left, otelmq_carrier carrier)
{
    char name[NAME_SIZE];
    char text[OTELMQ_BAGGAGE_BYTES_MAX];
    otelmq_str value;
    if (!otelmq_baggage_is_key(entry.key) || entry.key.len > *left ||
        !make_name(headers->prefix, entry.key, name) ||
        !encode(entry.value, headers->coding, *left - entry.key.len, text, &value) ||
        otelmq_carrier_set(carrier, name, value) != OTELMQ_OK) {
        return false;
    }
    *left -= entry.key.len + value.len;
    return true;
}

void otelmq_baggage_headers_inject(const otelmq_baggage_headers *headers,
                                   const otelmq_context *context, otelmq_carrier carrier)
{
    const otelmq_baggage *baggage = otelmq_context_baggage(context);
    size_t count = otelmq_baggage_count(baggage);
    size_t left = OTELMQ_BAGGAGE_BYTES_MAX;
    size_t sent = 0;
    for (size_t i = 0; i < count && sent < OTELMQ_BAGGAGE_MEMBERS_MAX; i++) {
        sent += inject_entry(headers, otelmq_baggage_entry_at(baggage, i), &left, carrier);
    }
    if (sent < count) {
        otelmq_stats_add(OTELMQ_STAT_INJECT_SHORTENED, 1);
        otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                                  "A message goes out without %zu of its %zu baggage entries: they "
                                  "do not fit into headers \"%s...\".",
                                  count - sent, count, headers->prefix.data);
    }
}

/* Names of headers have no case in HTTP, and some carriers bring them in another one. */
static bool has_prefix(otelmq_str name, otelmq_str prefix)
{
    return name.len > prefix.len && otelmq_starts_with_any_case(name, prefix);
}

/* The key is copied, because a carrier may make up the names that it lists. */
static otelmq_str copy_key(otelmq_baggage_collector *collector, otelmq_str key)
{
    char *copy = collector->text + collector->text_len;
    memcpy(copy, key.data, key.len);
    collector->text_len += key.len;
    return otelmq_str_from_bytes(copy, key.len);
}

static void collect(const otelmq_baggage_headers *headers, otelmq_str key, otelmq_str value,
                    otelmq_baggage_collector *collector)
{
    otelmq_baggage_collector_count(collector, key.len + value.len);
    if (!otelmq_baggage_is_key(key)) {
        collector->losses.malformed++;
        return;
    }
    if (key.len > sizeof(collector->text) - collector->text_len) {
        collector->losses.over_limit++;
        return;
    }
    otelmq_baggage_entry entry = {.key = copy_key(collector, key), .value = value};
    otelmq_baggage_collector_add(collector, entry, headers->coding);
}

void otelmq_baggage_headers_collect(const otelmq_baggage_headers *headers, otelmq_carrier carrier,
                                    otelmq_baggage_collector *collector)
{
    otelmq_str listed;
    for (size_t i = 0; (listed = otelmq_carrier_key_at(carrier, i)).len > 0; i++) {
        if (!has_prefix(listed, headers->prefix)) {
            continue;
        }
        char name[NAME_SIZE];
        if (!make_name((otelmq_str){0}, listed, name)) {
            collector->losses.over_limit++;
            continue;
        }
        otelmq_str key = {name + headers->prefix.len, listed.len - headers->prefix.len};
        otelmq_str value = otelmq_carrier_get(carrier, name);
        if (!otelmq_baggage_collector_takes(collector, key.len + value.len)) {
            return;
        }
        collect(headers, key, value, collector);
    }
}

const otelmq_context *otelmq_context_with_collected(const otelmq_context *context,
                                                    otelmq_baggage_collector *collector)
{
    const otelmq_baggage *baggage = otelmq_baggage_collector_finish(collector);
    otelmq_baggage_report_losses(collector->losses);
    if (baggage == NULL) {
        return context;
    }
    const otelmq_context *result = otelmq_context_with_baggage(context, baggage);
    otelmq_baggage_release(baggage);
    otelmq_context_release(context);
    return result;
}

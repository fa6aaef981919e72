/* SPDX-License-Identifier: Apache-2.0 */
#include "propagation/baggage_collector.h"

#include "context/baggage_node.h"
#include "context/header_text.h"

/* Which bytes may stand in a value: baggage-octet, and the percent sign. (Section 3.2.) */
static bool is_value_byte(unsigned char byte)
{
    return byte > ' ' && byte <= '~' && byte != '"' && byte != ',' && byte != ';' && byte != '\\';
}

static bool is_value(otelmq_str value)
{
    for (size_t i = 0; i < value.len; i++) {
        if (!is_value_byte((unsigned char)value.data[i])) {
            return false;
        }
    }
    return true;
}

/* key "=" value *( ";" property ), with optional white space around each part. */
static void parse_member(otelmq_baggage_collector *all, otelmq_str member)
{
    otelmq_str metadata = member;
    otelmq_str value = otelmq_take_until(&metadata, ';');
    bool has_equals = value.len > 0 && memchr(value.data, '=', value.len) != NULL;
    otelmq_str key = has_equals ? otelmq_take_until(&value, '=') : (otelmq_str){0};
    otelmq_baggage_entry raw = {otelmq_trim(key), otelmq_trim(value), otelmq_trim(metadata)};
    if (!otelmq_baggage_is_key(raw.key) || !is_value(raw.value) ||
        !otelmq_baggage_is_metadata(raw.metadata)) {
        all->losses.malformed++;
        return;
    }
    otelmq_baggage_collector_add(all, raw, OTELMQ_VALUE_PERCENT);
}

/* False once the bounds are reached, and the rest need not be looked at. */
static bool parse_list(otelmq_baggage_collector *all, otelmq_str list)
{
    while (list.len > 0) {
        otelmq_str raw = otelmq_take_until(&list, ',');
        otelmq_str member = otelmq_trim(raw);
        if (member.len > 0) {
            if (!otelmq_baggage_collector_takes(all, raw.len)) {
                return false;
            }
            parse_member(all, member);
        }
        otelmq_baggage_collector_count(all, raw.len + 1); /* with the comma */
    }
    return true;
}

const otelmq_baggage *otelmq_baggage_parse_headers(const otelmq_str values[], size_t count,
                                                   otelmq_baggage_losses *losses)
{
    otelmq_baggage_collector all;
    otelmq_baggage_collector_init(&all);
    for (size_t i = 0; i < count && parse_list(&all, values[i]); i++) {
    }
    const otelmq_baggage *baggage = otelmq_baggage_collector_finish(&all);
    *losses = all.losses;
    return baggage;
}

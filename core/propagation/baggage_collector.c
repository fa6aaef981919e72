/* SPDX-License-Identifier: Apache-2.0 */
#include "propagation/baggage_collector.h"

#include "base/percent.h"
#include "base/utf8.h"
#include "context/baggage_node.h"

#include <otelmq/diagnostics.h>

void otelmq_baggage_collector_init(otelmq_baggage_collector *collector)
{
    /* Not set to zero as a whole: that would cost more than reading a usual header. */
    collector->count = 0;
    collector->members = 0;
    collector->bytes = 0;
    collector->text_len = 0;
    collector->losses = (otelmq_baggage_losses){0};
}

/* Puts U+FFFD for what is not UTF-8. (W3C Baggage, section 3.2.1.2.) False when it does not fit. */
static bool repair(otelmq_str *value, char *out, size_t room)
{
    if (otelmq_utf8_is_valid(*value)) {
        return true;
    }
    otelmq_buffer repaired;
    otelmq_buffer_init(&repaired);
    otelmq_utf8_add_valid(&repaired, *value);
    bool fits = otelmq_buffer_is_complete(&repaired) && repaired.len <= room;
    if (fits) {
        memcpy(out, repaired.data, repaired.len);
        *value = (otelmq_str){out, repaired.len};
    }
    otelmq_buffer_clean(&repaired);
    return fits;
}

static void replace_pluses(char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        text[i] = text[i] == '+' ? ' ' : text[i];
    }
}

static otelmq_str decode(otelmq_str raw, otelmq_value_coding coding, char *out)
{
    if (raw.len == 0 || coding == OTELMQ_CODING_PERCENT) {
        return otelmq_percent_decode(raw, out);
    }
    memcpy(out, raw.data, raw.len);
    otelmq_str copied = {out, raw.len};
    if (coding == OTELMQ_CODING_PLAIN) {
        return copied;
    }
    replace_pluses(out, raw.len);
    return otelmq_percent_decode(copied, out);
}

void otelmq_baggage_collector_put(otelmq_baggage_collector *collector, otelmq_baggage_entry entry)
{
    size_t at = 0;
    while (at < collector->count && !otelmq_str_equal(collector->entries[at].key, entry.key)) {
        at++;
    }
    collector->entries[at] = entry;
    collector->count += at == collector->count;
}

void otelmq_baggage_collector_add(otelmq_baggage_collector *collector, otelmq_baggage_entry raw,
                                  otelmq_value_coding coding)
{
    char *out = collector->text + collector->text_len;
    size_t room = sizeof(collector->text) - collector->text_len;
    if (raw.value.len > room) {
        collector->losses.over_limit++;
        return;
    }
    otelmq_str value = decode(raw.value, coding, out);
    if (!repair(&value, out, room)) {
        collector->losses.over_limit++;
        return;
    }
    collector->text_len += value.len;
    raw.value = value;
    otelmq_baggage_collector_put(collector, raw);
}

const otelmq_baggage *otelmq_baggage_collector_finish(otelmq_baggage_collector *collector)
{
    const otelmq_baggage *baggage =
        otelmq_baggage_from_entries(collector->entries, collector->count);
    collector->losses.over_limit += baggage == NULL ? collector->count : 0;
    return baggage;
}

void otelmq_baggage_report_losses(otelmq_baggage_losses losses)
{
    if (losses.malformed > 0) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_DEBUG,
                                  "%zu malformed baggage members of an incoming message were "
                                  "dropped.",
                                  losses.malformed);
    }
    if (losses.over_limit > 0) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                                  "The baggage of an incoming message was cut: the limits are %d "
                                  "members and %d bytes.",
                                  OTELMQ_BAGGAGE_MEMBERS_MAX, OTELMQ_BAGGAGE_BYTES_MAX);
    }
}

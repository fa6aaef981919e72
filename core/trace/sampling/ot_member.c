/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/sampling/ot_member.h"

#include "base/text.h"
#include "trace/sampling/threshold.h"

#include <otelmq/diagnostics.h>

enum { VALUE_MAX = 256, RANDOMNESS_DIGITS = 14 };

/* A value that is being written; it never holds more than fits. */
typedef struct {
    char text[VALUE_MAX];
    size_t len;
} ot_value;

static otelmq_str ot_of(const otelmq_tracestate *tracestate)
{
    return otelmq_tracestate_get(tracestate, OTELMQ_STR("ot"));
}

/* Spaces have no place in this list, and one at its end would make the member malformed. */
static otelmq_str take_item(otelmq_str *ot)
{
    return otelmq_trim(otelmq_take_until(ot, ';'));
}

/* Whether item is "key:..."; both keys have two letters. */
static bool has_key(otelmq_str item, const char key[2])
{
    return item.len >= 3 && item.data[0] == key[0] && item.data[1] == key[1] && item.data[2] == ':';
}

/* The value of key; data NULL when there is no such key. */
static otelmq_str find(otelmq_str ot, const char key[2])
{
    while (ot.len > 0) {
        otelmq_str item = take_item(&ot);
        if (has_key(item, key)) {
            return (otelmq_str){item.data + 3, item.len - 3};
        }
    }
    return (otelmq_str){0};
}

static otelmq_ot_values read_values(otelmq_str ot)
{
    otelmq_ot_values values = {0};
    otelmq_str randomness = find(ot, "rv");
    values.has_threshold = otelmq_threshold_parse(find(ot, "th"), &values.threshold);
    values.has_randomness = randomness.len == RANDOMNESS_DIGITS &&
                            otelmq_threshold_parse(randomness, &values.randomness);
    return values;
}

otelmq_ot_values otelmq_ot_read(const otelmq_tracestate *tracestate)
{
    return read_values(ot_of(tracestate));
}

bool otelmq_ot_takes_randomness(const otelmq_tracestate *tracestate)
{
    static const size_t added = sizeof(";rv:") - 1 + RANDOMNESS_DIGITS;
    otelmq_str ot = ot_of(tracestate);
    return find(ot, "rv").data == NULL && ot.len + added <= VALUE_MAX;
}

/* False, with nothing written, when it does not fit. */
static bool add(ot_value *value, otelmq_str item)
{
    size_t separator = value->len > 0;
    if (value->len + separator + item.len > VALUE_MAX) {
        return false;
    }
    if (separator > 0) {
        value->text[value->len++] = ';';
    }
    memcpy(value->text + value->len, item.data, item.len);
    value->len += item.len;
    return true;
}

static void copy_others(ot_value *value, otelmq_str ot)
{
    while (ot.len > 0) {
        otelmq_str item = take_item(&ot);
        if (item.len > 0 && !has_key(item, "th")) {
            (void)add(value, item);
        }
    }
}

static bool add_threshold(ot_value *value, uint64_t threshold)
{
    char item[3 + OTELMQ_THRESHOLD_DIGITS] = "th:";
    return add(value, (otelmq_str){item, 3 + otelmq_threshold_format(threshold, item + 3)});
}

static bool add_randomness(ot_value *value, uint64_t randomness)
{
    char item[3 + OTELMQ_THRESHOLD_DIGITS] = "rv:";
    (void)otelmq_threshold_format(randomness, item + 3);
    return add(value, (otelmq_str){item, sizeof(item)});
}

static void report_full(const char *key)
{
    otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                              "A sampler left %s out of a tracestate: its member \"ot\" would be "
                              "longer than %d characters.",
                              key, VALUE_MAX);
}

static ot_value compose(otelmq_str ot, const otelmq_ot_values *values)
{
    ot_value value = {.len = 0};
    copy_others(&value, ot);
    if (values->has_randomness && find(ot, "rv").data == NULL &&
        !add_randomness(&value, values->randomness)) {
        report_full("rv");
    }
    if (values->has_threshold && !add_threshold(&value, values->threshold)) {
        report_full("th");
    }
    return value;
}

static bool says_already(otelmq_str ot, const otelmq_ot_values *values)
{
    otelmq_ot_values before = read_values(ot);
    bool is_threshold_there = values->has_threshold
                                  ? before.has_threshold && before.threshold == values->threshold
                                  : find(ot, "th").data == NULL;
    return is_threshold_there && (!values->has_randomness || find(ot, "rv").data != NULL);
}

const otelmq_tracestate *otelmq_ot_write(const otelmq_tracestate *tracestate,
                                         const otelmq_ot_values *values)
{
    otelmq_str ot = ot_of(tracestate);
    if (says_already(ot, values)) {
        return otelmq_tracestate_retain(tracestate);
    }
    ot_value value = compose(ot, values);
    const otelmq_tracestate *changed = NULL;
    otelmq_str key = OTELMQ_STR("ot");
    otelmq_status status =
        value.len > 0
            ? otelmq_tracestate_with(tracestate, key, (otelmq_str){value.text, value.len}, &changed)
            : otelmq_tracestate_without(tracestate, key, &changed);
    if (status != OTELMQ_OK) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR, "A sampler cannot change a tracestate: %s",
                                  otelmq_status_text(status));
        return otelmq_tracestate_retain(tracestate);
    }
    return changed;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "propagation/default_propagator.h"

#include "propagation/baggage_collector.h"

#include <otelmq/diagnostics.h>
#include <otelmq/stats.h>

static const char BAGGAGE[] = "baggage";

/* Each member may come in a header of its own. */
enum { HEADERS_MAX = OTELMQ_BAGGAGE_MEMBERS_MAX };

static void report_not_injected(otelmq_status status)
{
    otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                              "A message goes out without its baggage: %s.",
                              otelmq_status_text(status));
}

static void report_left_out(size_t count, const otelmq_baggage_losses *losses)
{
    if (losses->over_limit > 0) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                                  "A message goes out without %zu of its %zu baggage entries: the "
                                  "limits are %d entries and %d bytes.",
                                  losses->over_limit, count, OTELMQ_BAGGAGE_MEMBERS_MAX,
                                  OTELMQ_BAGGAGE_BYTES_MAX);
    }
    if (losses->malformed > 0) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING,
                                  "A message goes out without %zu of its %zu baggage entries: "
                                  "their keys have characters for which headers have no place.",
                                  losses->malformed, count);
    }
}

void otelmq_baggage_inject(const otelmq_baggage *baggage, otelmq_carrier carrier)
{
    if (baggage == NULL) {
        return;
    }
    char text[OTELMQ_BAGGAGE_BYTES_MAX];
    otelmq_baggage_losses losses;
    otelmq_str header = otelmq_baggage_format(baggage, text, &losses);
    otelmq_status status =
        header.len > 0 ? otelmq_carrier_set(carrier, BAGGAGE, header) : OTELMQ_OK;
    if (status == OTELMQ_OK && losses.over_limit == 0 && losses.malformed == 0) {
        return;
    }
    otelmq_stats_add(OTELMQ_STAT_INJECT_SHORTENED, 1);
    if (status != OTELMQ_OK) {
        report_not_injected(status);
    } else {
        report_left_out(otelmq_baggage_count(baggage), &losses);
    }
}

static void inject(const void *self, const otelmq_context *context, otelmq_carrier carrier)
{
    (void)self;
    otelmq_baggage_inject(otelmq_context_baggage(context), carrier);
}

static const otelmq_context *extract(const void *self, const otelmq_context *context,
                                     otelmq_carrier carrier)
{
    (void)self;
    otelmq_str values[HEADERS_MAX];
    size_t headers = otelmq_carrier_get_all(carrier, BAGGAGE, values, HEADERS_MAX);
    if (headers == 0) {
        return otelmq_context_retain(context);
    }
    otelmq_baggage_losses losses;
    const otelmq_baggage *baggage = otelmq_baggage_parse_headers(
        values, headers < HEADERS_MAX ? headers : HEADERS_MAX, &losses);
    losses.over_limit += headers > HEADERS_MAX;
    otelmq_baggage_report_losses(losses);
    if (baggage == NULL) {
        return otelmq_context_retain(context);
    }
    const otelmq_context *extracted = otelmq_context_with_baggage(context, baggage);
    otelmq_baggage_release(baggage);
    return extracted;
}

static const char *field_at(const void *self, size_t index)
{
    (void)self;
    return index == 0 ? BAGGAGE : NULL;
}

otelmq_propagator otelmq_propagator_baggage(void)
{
    static const otelmq_propagator_ops ops = {inject, extract, field_at, NULL};
    return (otelmq_propagator){&ops, NULL};
}

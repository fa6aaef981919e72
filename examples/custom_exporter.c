/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An exporter of one's own: it writes a line of comma-separated values for each span into a file.
 *
 *     ./custom_exporter spans.csv && cat spans.csv
 *
 * You will see three lines of the same trace in the file: trace id, span id, parent, service, name,
 * duration in microseconds, and whether it failed. "place order" is the parent of the two others.
 */
#include <otelmq/otelmq.h>

#include <inttypes.h>
#include <stdlib.h>

/* The whole exporter is this object and the table of functions below. */
typedef struct {
    FILE *file;
} csv_exporter;

/* The service name is an attribute of the resource, which all spans of a program share. */
static otelmq_str service_of(const otelmq_span_data *span)
{
    size_t count = 0;
    const otelmq_attribute *attributes = otelmq_resource_attributes(span->resource, &count);
    for (size_t i = 0; i < count; i++) {
        if (otelmq_str_equal(attributes[i].key, OTELMQ_STR("service.name"))) {
            return attributes[i].value.as.string;
        }
    }
    return OTELMQ_STR("");
}

static void write_span(FILE *file, const otelmq_span_data *span)
{
    char trace_id[OTELMQ_TRACE_ID_HEX_SIZE];
    char span_id[OTELMQ_SPAN_ID_HEX_SIZE];
    char parent_id[OTELMQ_SPAN_ID_HEX_SIZE];
    otelmq_trace_id_format(span->span_context.trace_id, trace_id);
    otelmq_span_id_format(span->span_context.span_id, span_id);
    otelmq_span_id_format(span->parent_span_id, parent_id);
    otelmq_str service = service_of(span);
    uint64_t duration_us = (span->end_time_unix_nano - span->start_time_unix_nano) / 1000;
    fprintf(file, "%s,%s,%s,%.*s,%.*s,%" PRIu64 ",%s\n", trace_id, span_id, parent_id,
            (int)service.len, service.data, (int)span->name.len, span->name.data, duration_us,
            span->status == OTELMQ_STATUS_ERROR ? "failed" : "fine");
}

/* Called by one thread at a time, with spans that are borrowed for the call. */
static otelmq_status csv_export(void *self, const otelmq_span_data *const spans[], size_t count,
                                uint32_t timeout_ms, otelmq_export_result *result)
{
    csv_exporter *exporter = self;
    (void)timeout_ms; /* Writing to a file does not wait for anybody. */
    (void)result; /* All or nothing: the status says it. */
    for (size_t i = 0; i < count; i++) {
        write_span(exporter->file, spans[i]);
    }
    return ferror(exporter->file) ? OTELMQ_ERROR_IO : OTELMQ_OK;
}

static otelmq_status csv_flush(void *self, uint32_t timeout_ms, otelmq_export_result *result)
{
    csv_exporter *exporter = self;
    (void)timeout_ms;
    (void)result;
    return fflush(exporter->file) == 0 ? OTELMQ_OK : OTELMQ_ERROR_IO;
}

static void csv_destroy(void *self)
{
    csv_exporter *exporter = self;
    fclose(exporter->file);
    free(exporter);
}

static const otelmq_exporter_ops csv_ops = {
    .export_spans = csv_export, .force_flush = csv_flush, .destroy = csv_destroy};

/* {0} on failure, after saying why. */
static otelmq_exporter csv_exporter_create(const char *path)
{
    csv_exporter *exporter = calloc(1, sizeof(*exporter));
    if (exporter != NULL && (exporter->file = fopen(path, "w")) != NULL) {
        return (otelmq_exporter){&csv_ops, exporter};
    }
    perror(path);
    free(exporter);
    return (otelmq_exporter){0};
}

int main(int argument_count, char *arguments[])
{
    if (argument_count != 2) {
        fprintf(stderr, "usage: %s FILE\n", arguments[0]);
        return 2;
    }
    otelmq_sdk *sdk = NULL;
    otelmq_diagnostics_set(otelmq_diagnostics_stderr, NULL, OTELMQ_SEVERITY_WARNING);
    otelmq_sdk_options options = {.service_name = "shop",
                                  .exporter = csv_exporter_create(arguments[1])};
    if (options.exporter.ops == NULL || otelmq_sdk_start(&options, &sdk) != OTELMQ_OK) {
        return 1;
    }
    otelmq_tracer *tracer = otelmq_tracer_get("custom_exporter", NULL);
    otelmq_scope order = otelmq_tracer_start_scope(tracer, "place order", NULL);
    otelmq_scope stock = otelmq_tracer_start_scope(tracer, "check stock", NULL);
    otelmq_scope_end(&stock);
    otelmq_scope payment = otelmq_tracer_start_scope(tracer, "charge card", NULL);
    otelmq_span_record_error(payment.span, "CardDeclined", "the bank declined the card");
    otelmq_scope_end(&payment);
    otelmq_scope_end(&order);
    return otelmq_sdk_shutdown(sdk, 5000) == OTELMQ_OK ? 0 : 1;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/view_lines.h"

#include "support/test.h"
#include "view/otlp_json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static void write_span(FILE *line, const test_span *span)
{
    fprintf(line, "{\"traceId\":\"%032x\",\"spanId\":\"%016x\",\"name\":\"%s\",\"kind\":%d,",
            span->trace_id, span->span_id, span->name, (int)span->kind);
    if (span->parent_id != 0) {
        fprintf(line, "\"parentSpanId\":\"%016x\",", span->parent_id);
    }
    if (span->link_span_id != 0) {
        fprintf(line, "\"links\":[{\"traceId\":\"%032x\",\"spanId\":\"%016x\"}],",
                span->link_trace_id, span->link_span_id);
    }
    fprintf(line, "\"startTimeUnixNano\":\"%" PRIu64 "\",\"endTimeUnixNano\":\"%" PRIu64 "\"}",
            span->start_unix_nano, span->end_unix_nano);
}

void view_lines_add(view_trace_set *set, const char *service, const test_span spans[], size_t count)
{
    char *text;
    size_t len;
    FILE *line = open_memstream(&text, &len);
    fprintf(line,
            "{\"resourceSpans\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\","
            "\"value\":{\"stringValue\":\"%s\"}}]},\"scopeSpans\":[{\"spans\":[",
            service);
    for (size_t i = 0; i < count; i++) {
        fputs(i > 0 ? "," : "", line);
        write_span(line, &spans[i]);
    }
    fputs("]}]}]}", line);
    fclose(line);
    otelmq_buffer error;
    otelmq_buffer_init(&error);
    assert_true(view_otlp_json_read(set, NULL, otelmq_str_from_bytes(text, len), &error));
    otelmq_buffer_clean(&error);
    free(text);
}

const view_span *view_lines_span(const view_trace_set *set, const char *name)
{
    for (size_t i = 0; i < set->node_count; i++) {
        const view_span *span = set->nodes[i];
        if (span->name != NULL && strcmp(span->name->text, name) == 0) {
            return span;
        }
    }
    fail_msg("there is no span %s", name);
    return NULL;
}

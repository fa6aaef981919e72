/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program that ends, forks or becomes a daemon in the way that its argument names. Each span that
 * it exports is a line on standard output: name, process id, trace id, span id. test_life.c runs it
 * and knows what has to come out.
 */
#include "trace/life/life_program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE_SIZE = 128, GIVE_UP_SECONDS = 100 };

/* One write, so that lines of several processes do not mix. */
static void write_line(const otelmq_span_data *span)
{
    char trace_id[OTELMQ_TRACE_ID_HEX_SIZE];
    char span_id[OTELMQ_SPAN_ID_HEX_SIZE];
    char line[LINE_SIZE];
    otelmq_trace_id_format(span->span_context.trace_id, trace_id);
    otelmq_span_id_format(span->span_context.span_id, span_id);
    int len = snprintf(line, sizeof(line), "%.*s %ld %s %s\n", (int)span->name.len, span->name.data,
                       (long)getpid(), trace_id, span_id);
    if (write(STDOUT_FILENO, line, (size_t)len) != len) {
        abort();
    }
}

static void (*before_each_export)(void);

static otelmq_status export_lines(void *self, const otelmq_span_data *const spans[], size_t count,
                                  uint32_t timeout_ms, otelmq_export_result *result)
{
    (void)self;
    (void)timeout_ms;
    (void)result;
    if (before_each_export != NULL) {
        before_each_export();
    }
    for (size_t i = 0; i < count; i++) {
        write_line(spans[i]);
    }
    return OTELMQ_OK;
}

static const otelmq_exporter_ops line_ops = {.export_spans = export_lines};

otelmq_sdk *life_start(life_options options)
{
    before_each_export = options.before_export;
    otelmq_batch_options batch = {.max_queue_size = options.queue_size,
                                  .max_export_batch_size = options.batch_size,
                                  .schedule_delay_ms = 3600000,
                                  .pumped = options.pumped};
    otelmq_sdk_options sdk_options = {
        .service_name = "life", .exporter = {&line_ops, NULL}, .batch = &batch};
    otelmq_sdk *sdk = NULL;
    if (otelmq_sdk_start(&sdk_options, &sdk) != OTELMQ_OK) {
        abort();
    }
    return sdk;
}

void life_record(const char *name, int count)
{
    otelmq_tracer *tracer = otelmq_tracer_get("life", NULL);
    for (int i = 0; i < count; i++) {
        otelmq_scope scope = otelmq_tracer_start_scope(
            tracer, name, &(otelmq_span_options){.parent = otelmq_context_root()});
        otelmq_span_set_int(scope.span, "i", i);
        otelmq_scope_end(&scope);
    }
}

static const struct {
    const char *name;
    int (*live)(void);
} LIVES[] = {
    {"returns-with-a-full-queue", life_returns_with_a_full_queue},
    {"_exits-with-a-full-queue", life_exits_at_once_with_a_full_queue},
    {"exits-from-a-thread", life_exits_from_a_thread},
    {"exits-inside-the-exporter", life_exits_inside_the_exporter},
    {"ends-main-before-a-thread", life_ends_main_before_a_thread},
    {"shuts-down-at-exit", life_shuts_down_at_exit},
    {"exits-while-others-record", life_exits_while_others_record},
    {"becomes-a-daemon", life_becomes_a_daemon},
    {"forks-100-children", life_forks_100_children},
    {"forks-pumped-children", life_forks_pumped_children},
    {"forks-children-of-children", life_forks_children_of_children},
    {"gets-signals", life_gets_signals},
    {"starts-again-and-again", life_starts_again_and_again},
    {"pumps-again-and-again", life_pumps_again_and_again},
};

int main(int argc, char *argv[])
{
    alarm(GIVE_UP_SECONDS);
    for (size_t i = 0; argc == 2 && i < sizeof(LIVES) / sizeof(LIVES[0]); i++) {
        if (strcmp(argv[1], LIVES[i].name) == 0) {
            return LIVES[i].live();
        }
    }
    fprintf(stderr, "usage: life_program LIFE\n");
    return 64;
}

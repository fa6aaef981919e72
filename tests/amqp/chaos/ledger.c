/* SPDX-License-Identifier: Apache-2.0 */
#include "amqp/chaos/ledger.h"

#include "support/test.h"

#include <dirent.h>
#include <stdlib.h>

static size_t count_open_files(void)
{
    DIR *directory = opendir("/proc/self/fd");
    assert_non_null(directory);
    size_t count = 0;
    while (readdir(directory) != NULL) {
        count++;
    }
    closedir(directory);
    return count;
}

void ledger_open(ledger *self)
{
    self->before = otelmq_stats_read();
    self->open_files = count_open_files();
}

static int compare_ids(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(otelmq_span_id));
}

static void expect_each_once(otelmq_memory_exporter *spans)
{
    size_t count = otelmq_memory_exporter_count(spans);
    otelmq_span_id *ids = calloc(count + 1, sizeof(*ids));
    assert_non_null(ids);
    for (size_t i = 0; i < count; i++) {
        ids[i] = otelmq_memory_exporter_span_at(spans, i)->span_context.span_id;
    }
    qsort(ids, count, sizeof(*ids), compare_ids);
    for (size_t i = 1; i < count; i++) {
        assert_int_not_equal(compare_ids(&ids[i - 1], &ids[i]), 0);
    }
    free(ids);
}

void ledger_check_spans(const ledger *self, otelmq_memory_exporter *spans)
{
    otelmq_stats now = otelmq_stats_read();
    uint64_t started =
        now.counts[OTELMQ_STAT_SPANS_RECORDED] - self->before.counts[OTELMQ_STAT_SPANS_RECORDED];
    uint64_t ended =
        now.counts[OTELMQ_STAT_SPANS_ENDED] - self->before.counts[OTELMQ_STAT_SPANS_ENDED];
    assert_true(started > 0);
    assert_int_equal(ended, started);
    assert_int_equal(now.spans_live, self->before.spans_live);
    assert_int_equal(otelmq_memory_exporter_count(spans), started);
    expect_each_once(spans);
}

void ledger_check_files(const ledger *self)
{
    assert_int_equal(count_open_files(), self->open_files);
}

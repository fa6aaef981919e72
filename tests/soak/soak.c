/* SPDX-License-Identifier: Apache-2.0 */
#include "soak/soak.h"

#include <otelmq/sdk.h>
#include <otelmq/stats.h>

#include "soak/memory_watch.h"
#include "soak/process_use.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { LINE_EVERY_S = 10, SHUTDOWN_MS = 30000 };

static uint64_t dropped(const otelmq_stats *stats)
{
    return stats->counts[OTELMQ_STAT_SPANS_DROPPED_QUEUE_FULL] +
           stats->counts[OTELMQ_STAT_SPANS_DROPPED_SHUT_DOWN] +
           stats->counts[OTELMQ_STAT_SPANS_DROPPED_NO_MEMORY];
}

static void print_line(const soak_load *load, unsigned seconds)
{
    soak_counts counts = load->counts(load->self);
    otelmq_stats stats = otelmq_stats_read();
    printf("%6u s  messages: %" PRIu64 " published, %" PRIu64 " confirmed, %" PRIu64
           " consumed  spans: %" PRIu64 " exported, %" PRIu64 " failed, %" PRIu64
           " dropped, %" PRIu64 " queued  memory: %" PRIu64 " kB  files: %zu\n",
           seconds, counts.published, counts.confirmed, counts.consumed,
           stats.counts[OTELMQ_STAT_SPANS_EXPORTED], stats.counts[OTELMQ_STAT_SPANS_FAILED],
           dropped(&stats), stats.queue_size, process_resident_bytes() / 1024,
           process_open_files());
    (void)fflush(stdout);
}

/* Until the time is over, or the load has failed. */
static void watch(const soak_load *load, unsigned duration_s, memory_watch *memory)
{
    for (unsigned second = 1; second <= duration_s && !load->counts(load->self).has_failed;
         second++) {
        sleep(1);
        memory_watch_add(memory, process_resident_bytes());
        if (second % LINE_EVERY_S == 0) {
            print_line(load, second);
        }
    }
}

static bool expect(bool is_true, const char *what)
{
    if (!is_true) {
        printf("FAILED: %s\n", what);
    }
    return is_true;
}

static bool do_messages_add_up(soak_counts counts)
{
    printf("messages: %" PRIu64 " published, %" PRIu64 " confirmed, %" PRIu64 " consumed\n",
           counts.published, counts.confirmed, counts.consumed);
    bool is_right = expect(!counts.has_failed, "the load ended early");
    is_right &= expect(counts.published > 0, "nothing was published");
    is_right &= expect(counts.confirmed == counts.published, "published is not confirmed");
    is_right &= expect(counts.consumed == counts.published, "published is not consumed");
    return is_right;
}

/* After the shutdown every span is somewhere. */
static bool do_spans_add_up(uint64_t expected)
{
    otelmq_stats stats = otelmq_stats_read();
    uint64_t started = stats.counts[OTELMQ_STAT_SPANS_STARTED];
    uint64_t exported = stats.counts[OTELMQ_STAT_SPANS_EXPORTED];
    uint64_t failed = stats.counts[OTELMQ_STAT_SPANS_FAILED];
    printf("spans: %" PRIu64 " started = %" PRIu64 " exported + %" PRIu64 " failed + %" PRIu64
           " dropped, queue full + %" PRIu64 " dropped, shut down + %" PRIu64
           " dropped, no memory\n",
           started, exported, failed, stats.counts[OTELMQ_STAT_SPANS_DROPPED_QUEUE_FULL],
           stats.counts[OTELMQ_STAT_SPANS_DROPPED_SHUT_DOWN],
           stats.counts[OTELMQ_STAT_SPANS_DROPPED_NO_MEMORY]);
    bool is_right = expect(started == exported + failed + dropped(&stats), "they do not add up");
    is_right &= expect(started == expected, "there are not as many as the load makes");
    is_right &= expect(stats.spans_live == 0, "some have not ended");
    is_right &= expect(stats.queue_size + stats.spans_in_flight == 0, "some are still queued");
    return is_right;
}

static bool soak(const soak_load *load, unsigned duration_s)
{
    otelmq_sdk *sdk = NULL;
    static memory_watch memory;
    size_t files = process_open_files();
    if (otelmq_sdk_start(&(otelmq_sdk_options){.service_name = load->service_name}, &sdk) !=
        OTELMQ_OK) {
        return expect(false, "the SDK does not start");
    }
    if (!load->start(load->self)) {
        otelmq_sdk_shutdown(sdk, SHUTDOWN_MS);
        return expect(false, "the load does not start");
    }
    watch(load, duration_s, &memory);
    load->stop(load->self);
    otelmq_sdk_shutdown(sdk, SHUTDOWN_MS);
    soak_counts counts = load->counts(load->self);
    bool is_right = do_messages_add_up(counts);
    is_right &= do_spans_add_up(counts.published * load->spans_of_a_message + counts.other_spans);
    is_right &= expect(process_open_files() == files, "files are still open");
    is_right &= expect(memory_watch_is_flat(&memory), "the memory grows");
    return is_right;
}

int soak_main(const soak_load *load, int argument_count, char *arguments[])
{
    char *end = NULL;
    unsigned long duration_s = argument_count == 2 ? strtoul(arguments[1], &end, 10) : 0;
    if (duration_s == 0 || *end != '\0') {
        fprintf(stderr, "usage: %s SECONDS\n", arguments[0]);
        return 2;
    }
    return soak(load, (unsigned)duration_s) ? EXIT_SUCCESS : EXIT_FAILURE;
}

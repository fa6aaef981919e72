/* SPDX-License-Identifier: Apache-2.0 */
#include "kafka/interned_options.h"

#include "base/lock.h"
#include "base/string_list.h"

#include <stdlib.h>

typedef struct interned_options {
    struct interned_options *next;
    otelmq_kafka_options options;
    char server_address[];
} interned_options;

static otelmq_lock lock;
static interned_options *all;

static bool is_same_hooks(const otelmq_messaging_hooks *a, const otelmq_messaging_hooks *b)
{
    return a->user == b->user && a->on_send == b->on_send && a->on_confirm == b->on_confirm &&
           a->on_receive == b->on_receive && a->on_process_start == b->on_process_start &&
           a->on_process_end == b->on_process_end;
}

static bool is_same_flags(const otelmq_messaging_options *a, const otelmq_messaging_options *b)
{
    return a->is_disabled == b->is_disabled && a->omits_create_spans == b->omits_create_spans &&
           a->omits_receive_spans == b->omits_receive_spans &&
           a->omits_settle_spans == b->omits_settle_spans &&
           a->ends_send_at_return == b->ends_send_at_return &&
           a->records_sizes == b->records_sizes && a->records_queue_time == b->records_queue_time;
}

static bool is_same_messaging(const otelmq_messaging_options *a, const otelmq_messaging_options *b)
{
    return a->tracer_provider == b->tracer_provider && a->propagator.ops == b->propagator.ops &&
           a->propagator.self == b->propagator.self && a->parent_mode == b->parent_mode &&
           a->process_ends == b->process_ends && a->process_timeout_ms == b->process_timeout_ms &&
           a->destination_template == b->destination_template &&
           a->destination_template_user == b->destination_template_user && is_same_flags(a, b) &&
           is_same_hooks(&a->hooks, &b->hooks) &&
           otelmq_string_list_equal(a->captured_headers, a->captured_header_count,
                                    b->captured_headers, b->captured_header_count);
}

static bool is_same(const otelmq_kafka_options *a, const otelmq_kafka_options *b)
{
    return is_same_messaging(&a->messaging, &b->messaging) && a->server_port == b->server_port &&
           (a->server_address == NULL) == (b->server_address == NULL) &&
           otelmq_str_equal(otelmq_str_from(a->server_address), otelmq_str_from(b->server_address));
}

/* In place of the caller's list; false without memory. */
static bool copy_captured_headers(otelmq_messaging_options *options)
{
    if (options->captured_header_count > 0) {
        options->captured_headers =
            otelmq_string_list_copy(options->captured_headers, options->captured_header_count);
    }
    return options->captured_header_count == 0 || options->captured_headers != NULL;
}

static interned_options *copy(const otelmq_kafka_options *options)
{
    otelmq_str address = otelmq_str_from(options->server_address);
    interned_options *interned = calloc(1, sizeof(*interned) + address.len + 1);
    if (interned == NULL) {
        return NULL;
    }
    interned->options = *options;
    if (options->server_address != NULL) {
        memcpy(interned->server_address, address.data, address.len);
        interned->options.server_address = interned->server_address;
    }
    if (!copy_captured_headers(&interned->options.messaging)) {
        free(interned);
        return NULL;
    }
    return interned;
}

static const otelmq_kafka_options *find(const otelmq_kafka_options *options)
{
    for (const interned_options *interned = all; interned != NULL; interned = interned->next) {
        if (is_same(&interned->options, options)) {
            return &interned->options;
        }
    }
    return NULL;
}

static const otelmq_kafka_options *add(const otelmq_kafka_options *options)
{
    interned_options *interned = copy(options);
    if (interned == NULL) {
        return NULL;
    }
    interned->next = all;
    all = interned;
    return &interned->options;
}

const otelmq_kafka_options *otelmq_kafka_options_intern(const otelmq_kafka_options *options)
{
    static const otelmq_kafka_options defaults = {0};
    if (options == NULL) {
        return &defaults;
    }
    otelmq_fork_generation_watch();
    otelmq_lock_take(&lock);
    const otelmq_kafka_options *interned = find(options);
    if (interned == NULL) {
        interned = add(options);
    }
    otelmq_lock_give(&lock);
    return interned;
}

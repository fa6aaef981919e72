/* SPDX-License-Identifier: Apache-2.0 */
#include "config/make.h"

/* The usual sizes adapt themselves; two that the file says must not contradict each other. */
static uint32_t batch_size(otelmq_config_maker *maker, const otelmq_config_node *options,
                           uint32_t queue_size)
{
    const otelmq_config_node *said = otelmq_config_get(options, "max_export_batch_size");
    uint32_t size = otelmq_config_get_uint(options, "max_export_batch_size", 512);
    if (size <= queue_size) {
        return size;
    }
    if (said != NULL) {
        otelmq_config_warn(maker->problems, said->line,
                           "max_export_batch_size is %u, which is more than the queue holds; %u is "
                           "used.",
                           (unsigned)size, (unsigned)queue_size);
    }
    return queue_size;
}

/* 0 means its default to the options, and in the file: no delay, no limit. */
static otelmq_processor make_batch(otelmq_config_maker *maker, const otelmq_config_node *options)
{
    uint32_t queue_size = otelmq_config_get_uint(options, "max_queue_size", 2048);
    uint32_t delay_ms = otelmq_config_get_uint(options, "schedule_delay", 5000);
    uint32_t timeout_ms = otelmq_config_get_uint(options, "export_timeout", 30000);
    const otelmq_batch_options batch = {
        .max_queue_size = queue_size,
        .schedule_delay_ms = delay_ms > 0 ? delay_ms : 1,
        .export_timeout_ms = timeout_ms > 0 ? timeout_ms : UINT32_MAX,
        .max_export_batch_size = batch_size(maker, options, queue_size),
        .pumped = maker->options->pumped,
    };
    return otelmq_processor_batch(
        otelmq_config_make_exporter(maker, otelmq_config_get(options, "exporter")), &batch);
}

static otelmq_processor make_simple(otelmq_config_maker *maker, const otelmq_config_node *options)
{
    return otelmq_processor_simple(
        otelmq_config_make_exporter(maker, otelmq_config_get(options, "exporter")));
}

otelmq_processor otelmq_config_make_processor(otelmq_config_maker *maker,
                                              const otelmq_config_node *choice)
{
    const otelmq_config_entry *entry = choice->first;
    bool is_batch = strcmp(entry->key.data, "batch") == 0;
    otelmq_processor processor =
        is_batch ? make_batch(maker, entry->node) : make_simple(maker, entry->node);
    if (processor.ops == NULL && maker->problems->status == OTELMQ_OK) {
        otelmq_config_error(maker->problems, entry->line, OTELMQ_ERROR_NO_MEMORY,
                            "the processor \"%s\" cannot be made.", entry->key.data);
    }
    return processor;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "sdk/processors.h"

_Static_assert((int)OTELMQ_SDK_PROCESSORS_MAX >= (int)OTELMQ_ENVIRONMENT_PROCESSORS_MAX,
               "room for either");

/* Takes the processors over, if there are any. */
static size_t take_processors(otelmq_sdk_configuration *configured, otelmq_processor processors[])
{
    size_t count = configured->processor_count;
    for (size_t i = 0; i < count; i++) {
        processors[i] = configured->processors[i];
    }
    configured->processor_count = 0;
    return count;
}

static otelmq_batch_options choose_batch_options(const otelmq_sdk_options *options,
                                                 const otelmq_sdk_configuration *configured)
{
    otelmq_batch_options batch = {0};
    if (options->batch != NULL) {
        batch = *options->batch;
    } else if (configured == NULL) {
        batch = otelmq_environment_batch_options();
    }
    batch.pumped = batch.pumped || options->pumped;
    return batch;
}

static size_t exporter_count(const otelmq_sdk_options *options)
{
    return options->exporter_count + (options->exporter.ops != NULL);
}

/* The single one first. */
static otelmq_exporter exporter_at(const otelmq_sdk_options *options, size_t index)
{
    if (options->exporter.ops == NULL) {
        return options->exporters[index];
    }
    return index == 0 ? options->exporter : options->exporters[index - 1];
}

static otelmq_status make_own(const otelmq_sdk_options *options, const otelmq_batch_options *batch,
                              otelmq_processor processors[], size_t *count)
{
    size_t wanted = exporter_count(options);
    if (wanted > OTELMQ_SDK_PROCESSORS_MAX) {
        otelmq_sdk_exporters_destroy(options);
        return OTELMQ_ERROR_LIMIT;
    }
    bool is_complete = true;
    for (size_t i = 0; i < wanted; i++) {
        processors[i] = otelmq_processor_batch(exporter_at(options, i), batch);
        is_complete = is_complete && processors[i].ops != NULL;
    }
    for (size_t i = 0; !is_complete && i < wanted; i++) {
        otelmq_processor_destroy(processors[i]);
    }
    *count = is_complete ? wanted : 0;
    return is_complete ? OTELMQ_OK : OTELMQ_ERROR_NO_MEMORY;
}

otelmq_status otelmq_sdk_processors_make(const otelmq_sdk_options *options,
                                         otelmq_sdk_configuration *configured,
                                         otelmq_processor processors[OTELMQ_SDK_PROCESSORS_MAX],
                                         size_t *count)
{
    bool has_own = exporter_count(options) > 0;
    if (!has_own && configured != NULL) {
        *count = take_processors(configured, processors);
        return OTELMQ_OK;
    }
    otelmq_batch_options batch = choose_batch_options(options, configured);
    if (!has_own) {
        *count = otelmq_environment_processors(&batch, processors);
        return OTELMQ_OK;
    }
    return make_own(options, &batch, processors, count);
}

void otelmq_sdk_exporters_destroy(const otelmq_sdk_options *options)
{
    for (size_t i = 0; i < exporter_count(options); i++) {
        otelmq_exporter_destroy(exporter_at(options, i));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The variables OTEL_...: each line of the input is one, as "NAME=value". */
#include "base/utf8.h"
#include "fuzz/fuzz.h"
#include "sdk/environment.h"

#include <otelmq/diagnostics.h>
#include <otelmq/resource.h>

#include <stdlib.h>
#include <unistd.h>

enum { VARIABLES_MAX = 64 };

static void require_one_line(otelmq_severity severity, const char *message, void *user)
{
    (void)severity;
    (void)user;
    for (; *message != '\0'; message++) {
        fuzz_require((unsigned char)*message >= ' ', "a report is one line");
    }
}

static void check_limits(void)
{
    otelmq_batch_options batch = otelmq_environment_batch_options();
    fuzz_require(batch.max_queue_size > 0 && batch.schedule_delay_ms > 0 &&
                     batch.export_timeout_ms > 0 && batch.max_export_batch_size > 0,
                 "no limit is zero");
    fuzz_require(batch.max_export_batch_size <= batch.max_queue_size, "a batch fits the queue");
    (void)otelmq_environment_span_limits();
}

static void check_parts(void)
{
    otelmq_sampler sampler = otelmq_environment_sampler(NULL);
    otelmq_propagator propagator = otelmq_environment_propagator();
    otelmq_processor processors[OTELMQ_ENVIRONMENT_PROCESSORS_MAX];
    size_t count = otelmq_environment_processors(&(otelmq_batch_options){0}, processors);
    fuzz_require(sampler.ops != NULL, "there is always a sampler");
    fuzz_require(propagator.ops != NULL, "there is always a propagator");
    for (size_t i = 0; i < count; i++) {
        otelmq_processor_destroy(processors[i]);
    }
    otelmq_sampler_destroy(sampler);
    otelmq_propagator_destroy(propagator);
}

static void check_resource(void)
{
    const otelmq_resource *resource = NULL;
    fuzz_require(otelmq_resource_from_environment(&resource) == OTELMQ_OK,
                 "there is always a resource");
    otelmq_resource_release(resource);
}

/* Points environ to the lines; replaced as a whole, because setenv never gives memory back. */
static void set_environment(char *text, char *variables[VARIABLES_MAX])
{
    size_t count = 0;
    char *rest = text;
    for (char *line = strsep(&rest, "\n"); line != NULL && count < VARIABLES_MAX - 1;
         line = strsep(&rest, "\n")) {
        variables[count++] = line;
    }
    variables[count] = NULL;
    environ = variables;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *variables[VARIABLES_MAX];
    char **own = environ;
    char *text = calloc(1, size + 1);
    fuzz_require(text != NULL, "there is memory");
    memcpy(text, data, size);
    set_environment(text, variables);
    otelmq_environment_set_log_level();
    otelmq_diagnostics_set(require_one_line, NULL, OTELMQ_SEVERITY_DEBUG);
    (void)otelmq_environment_is_disabled();
    check_limits();
    check_parts();
    check_resource();
    environ = own;
    free(text);
    return 0;
}

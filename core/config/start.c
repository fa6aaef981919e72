/* SPDX-License-Identifier: Apache-2.0 */
#include "config/make.h"

static void use_log_level(const otelmq_config *config)
{
    int level = otelmq_config_log_level(config);
    if (level >= 0) {
        otelmq_diagnostics_set_level((otelmq_severity)level);
    }
}

static otelmq_status make(otelmq_config *config, const otelmq_sdk_options *options,
                          otelmq_config_problems *problems, otelmq_sdk_configuration *configuration)
{
    otelmq_config_maker maker = {.config = config, .problems = problems, .options = options};
    otelmq_status status = otelmq_config_make(&maker, configuration);
    otelmq_config_problems_report(problems);
    return status;
}

/* What OTEL_CONFIG_FILE names. The level of the file counts for reports about the file too. */
static otelmq_status load(const char *path, const otelmq_sdk_options *options,
                          otelmq_sdk_configuration *configuration)
{
    otelmq_config_problems problems;
    otelmq_config_problems_init(&problems, path);
    otelmq_config *config = otelmq_config_parse_file(path, &problems);
    if (config == NULL) {
        otelmq_config_problems_report(&problems);
        return problems.status;
    }
    use_log_level(config);
    otelmq_status status = make(config, options, &problems, configuration);
    otelmq_config_destroy(config);
    return status;
}

otelmq_status otelmq_config_start_sdk(otelmq_config *config, const otelmq_sdk_options *options,
                                      otelmq_sdk **sdk)
{
    const otelmq_sdk_options none = {0};
    otelmq_sdk_configuration configuration = {0};
    otelmq_status status = OTELMQ_ERROR_INVALID_ARGUMENT;
    if (config != NULL && sdk != NULL) {
        otelmq_config_problems problems;
        otelmq_config_problems_init(&problems, config->name);
        use_log_level(config);
        status = make(config, options != NULL ? options : &none, &problems, &configuration);
    }
    if (status != OTELMQ_OK) {
        /* It frees what the options own, as it does on all failures. */
        (void)otelmq_sdk_start_configured(NULL, options, sdk);
        return status;
    }
    return otelmq_sdk_start_configured(&configuration, options, sdk);
}

void otelmq_config_register(void)
{
    otelmq_config_loader_register(load);
}

/* In a static library this only runs because the target makes its users ask for start.c. */
__attribute__((constructor)) static void register_as_linked(void)
{
    otelmq_config_register();
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config/problems.h"

#include <stdarg.h>
#include <stdio.h>

void otelmq_config_problems_init(otelmq_config_problems *problems, const char *file)
{
    problems->file = file;
    problems->status = OTELMQ_OK;
    problems->count = 0;
}

static void add(otelmq_config_problems *problems, otelmq_severity severity, uint32_t line,
                const char *format, va_list arguments) __attribute__((format(printf, 4, 0)));

static void add(otelmq_config_problems *problems, otelmq_severity severity, uint32_t line,
                const char *format, va_list arguments)
{
    if (problems->count++ >= OTELMQ_CONFIG_PROBLEMS_MAX) {
        return;
    }
    otelmq_config_problem *problem = &problems->items[problems->count - 1];
    char place[16] = "";
    if (line > 0) {
        snprintf(place, sizeof(place), ":%u", (unsigned)line);
    }
    problem->severity = severity;
    int len = snprintf(problem->text, sizeof(problem->text), "%s%s: ", problems->file, place);
    if (len > 0 && (size_t)len < sizeof(problem->text)) {
        vsnprintf(problem->text + len, sizeof(problem->text) - (size_t)len, format, arguments);
    }
}

void otelmq_config_error(otelmq_config_problems *problems, uint32_t line, otelmq_status status,
                         const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(problems, OTELMQ_SEVERITY_ERROR, line, format, arguments);
    va_end(arguments);
    problems->status = problems->status == OTELMQ_OK ? status : problems->status;
}

void otelmq_config_warn(otelmq_config_problems *problems, uint32_t line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(problems, OTELMQ_SEVERITY_WARNING, line, format, arguments);
    va_end(arguments);
}

void otelmq_config_inform(otelmq_config_problems *problems, uint32_t line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(problems, OTELMQ_SEVERITY_INFO, line, format, arguments);
    va_end(arguments);
}

void otelmq_config_problems_report(otelmq_config_problems *problems)
{
    for (size_t i = 0; i < problems->count && i < OTELMQ_CONFIG_PROBLEMS_MAX; i++) {
        otelmq_diagnostics_report(problems->items[i].severity, "%s", problems->items[i].text);
    }
    if (problems->count > OTELMQ_CONFIG_PROBLEMS_MAX) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_WARNING, "%s: and %zu more like these.",
                                  problems->file, problems->count - OTELMQ_CONFIG_PROBLEMS_MAX);
    }
    problems->count = 0;
}

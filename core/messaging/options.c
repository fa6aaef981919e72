/* SPDX-License-Identifier: Apache-2.0 */
#include "messaging/options.h"

#include "base/string_list.h"
#include "base/unconst.h"

#include <stdlib.h>

static const int64_t DEFAULT_PROCESS_TIMEOUT_MS = 60000;

static void fill_in_defaults(otelmq_messaging_options *options)
{
    if (options->parent_mode == OTELMQ_PARENT_DEFAULT) {
        options->parent_mode = OTELMQ_PARENT_AUTO;
    }
    if (options->process_ends == OTELMQ_PROCESS_ENDS_DEFAULT) {
        options->process_ends = OTELMQ_PROCESS_ENDS_WITH_SCOPE;
    }
    if (options->process_timeout_ms == 0) {
        options->process_timeout_ms = DEFAULT_PROCESS_TIMEOUT_MS;
    }
}

bool otelmq_messaging_options_init(otelmq_messaging_options *options,
                                   const otelmq_messaging_options *from)
{
    *options = *from;
    options->captured_headers = NULL;
    options->captured_header_count = 0;
    fill_in_defaults(options);
    if (from->captured_headers == NULL || from->captured_header_count == 0) {
        return true;
    }
    options->captured_headers =
        otelmq_string_list_copy(from->captured_headers, from->captured_header_count);
    options->captured_header_count =
        options->captured_headers != NULL ? from->captured_header_count : 0;
    return options->captured_headers != NULL;
}

void otelmq_messaging_options_clean(otelmq_messaging_options *options)
{
    free(otelmq_unconst(options->captured_headers));
    options->captured_headers = NULL;
}

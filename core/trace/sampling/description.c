/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/sampling/description.h"

char *otelmq_description_take(otelmq_buffer *buffer)
{
    otelmq_buffer_add_char(buffer, '\0');
    if (!otelmq_buffer_is_complete(buffer)) {
        otelmq_buffer_clean(buffer);
        return NULL;
    }
    return buffer->data;
}

char *otelmq_describe(const char *name, const char *inner)
{
    otelmq_buffer text;
    otelmq_buffer_init(&text);
    otelmq_buffer_add_text(&text, name);
    otelmq_buffer_add_char(&text, '{');
    otelmq_buffer_add_text(&text, inner);
    otelmq_buffer_add_char(&text, '}');
    return otelmq_description_take(&text);
}

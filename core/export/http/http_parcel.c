/* SPDX-License-Identifier: Apache-2.0 */
#include "export/http/http_parcel.h"

#include "export/http/gzip.h"

/* Memory that an unusually large batch took is given back. */
enum { KEPT_MEMORY_MAX = 4 * 1024 * 1024 };

void otelmq_http_parcel_init(otelmq_http_parcel *parcel)
{
    *parcel = (otelmq_http_parcel){.state = OTELMQ_PARCEL_FREE};
    otelmq_buffer_init(&parcel->body);
    otelmq_http_failure_init(&parcel->failure);
}

void otelmq_http_parcel_clean(otelmq_http_parcel *parcel)
{
    otelmq_buffer_clean(&parcel->body);
    otelmq_http_failure_clean(&parcel->failure);
}

otelmq_status otelmq_http_parcel_pack(otelmq_http_parcel *parcel,
                                      const otelmq_http_settings *settings,
                                      const otelmq_http_protocol *protocol, void *encoder,
                                      const otelmq_span_data *const spans[], size_t count,
                                      otelmq_deadline deadline)
{
    otelmq_status status = protocol->encode(encoder, &parcel->body, spans, count);
    if (status == OTELMQ_OK && !otelmq_buffer_is_complete(&parcel->body)) {
        status = OTELMQ_ERROR_NO_MEMORY;
    }
    if (status == OTELMQ_OK && parcel->body.len > settings->max_request_size) {
        status = OTELMQ_ERROR_LIMIT;
    }
    if (status != OTELMQ_OK) {
        otelmq_http_parcel_empty(parcel);
        return status;
    }
    parcel->state = OTELMQ_PARCEL_WAITING;
    parcel->span_count = count;
    parcel->sent_count = 0;
    parcel->deadline = deadline;
    parcel->not_before = (otelmq_deadline){0};
    return OTELMQ_OK;
}

void otelmq_http_parcel_empty(otelmq_http_parcel *parcel)
{
    parcel->state = OTELMQ_PARCEL_FREE;
    parcel->span_count = 0;
    otelmq_buffer_clear(&parcel->body);
    if (parcel->body.capacity > KEPT_MEMORY_MAX || parcel->body.failed) {
        otelmq_buffer_clean(&parcel->body);
    }
}

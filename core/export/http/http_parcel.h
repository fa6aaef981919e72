/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The spans of one request on their way: encoded once, sent until they are taken, refused for good,
 * or too late.
 *
 *     free --- pack ---> waiting --- its time has come ---> sending --- taken ----------> free
 *                           ^                                 | |
 *                           +--- to be tried again -----------+ +--- refused, too late -> free
 */
#ifndef OTELMQ_EXPORT_HTTP_PARCEL_H
#define OTELMQ_EXPORT_HTTP_PARCEL_H

#include "base/clock.h"
#include "export/http/http_report.h"

typedef enum {
    OTELMQ_PARCEL_FREE = 0,
    OTELMQ_PARCEL_WAITING,
    OTELMQ_PARCEL_SENDING,
} otelmq_parcel_state;

typedef struct {
    otelmq_parcel_state state;
    otelmq_buffer body;
    size_t span_count;
    uint32_t sent_count; /* how often it was sent so far */
    otelmq_deadline deadline;
    otelmq_deadline not_before; /* while it waits */
    otelmq_http_failure failure; /* of the last time it was sent */
} otelmq_http_parcel;

void otelmq_http_parcel_init(otelmq_http_parcel *parcel);
void otelmq_http_parcel_clean(otelmq_http_parcel *parcel);

/* Puts count spans into a free parcel, which then waits; it stays free when that fails. */
otelmq_status otelmq_http_parcel_pack(otelmq_http_parcel *parcel,
                                      const otelmq_http_settings *settings,
                                      const otelmq_http_protocol *protocol, void *encoder,
                                      const otelmq_span_data *const spans[], size_t count,
                                      otelmq_deadline deadline);

/* Makes it free again. */
void otelmq_http_parcel_empty(otelmq_http_parcel *parcel);

#endif

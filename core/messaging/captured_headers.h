/* SPDX-License-Identifier: Apache-2.0 */
/* Records the headers of a message that the options ask for. */
#ifndef OTELMQ_MESSAGING_CAPTURED_HEADERS_H
#define OTELMQ_MESSAGING_CAPTURED_HEADERS_H

#include "messaging/client.h"

/*
 * Sets messaging.header.{name}, an array of strings, for each header whose name matches one of
 * captured_headers and which is text. Of what others sent, as many as 1000 names are looked at and
 * 64 recorded.
 */
void otelmq_captured_headers_record(const otelmq_messaging_client *client, otelmq_span *span,
                                    otelmq_carrier headers);

#endif

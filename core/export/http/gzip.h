/* SPDX-License-Identifier: Apache-2.0 */
/* Compression of requests, and of gRPC's answers. (RFC 1952.) */
#ifndef OTELMQ_EXPORT_GZIP_H
#define OTELMQ_EXPORT_GZIP_H

#include "base/buffer.h"

#include <otelmq/status.h>

/* Adds plain, of less than 4 GiB, to compressed as one gzip member; false without memory. */
bool otelmq_gzip_add(otelmq_buffer *compressed, otelmq_str plain);

/*
 * Adds what compressed, foreign bytes, unpacks to. OTELMQ_ERROR_LIMIT when that is more than max
 * bytes, found out before they are all unpacked; OTELMQ_ERROR_MALFORMED; OTELMQ_ERROR_NO_MEMORY.
 */
otelmq_status otelmq_gzip_read(otelmq_buffer *plain, otelmq_str compressed, size_t max);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Compression of request bodies. (RFC 1952.) */
#ifndef OTELMQ_OTLP_GZIP_H
#define OTELMQ_OTLP_GZIP_H

#include "base/buffer.h"

/* Adds plain, of less than 4 GiB, to compressed as one gzip member; false without memory. */
bool otelmq_gzip_add(otelmq_buffer *compressed, otelmq_str plain);

#endif

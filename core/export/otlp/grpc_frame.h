/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How gRPC puts a message into a body. (gRPC over HTTP/2: Length-Prefixed-Message.)
 *
 *     | is compressed: 1 byte, 0 or 1 | length: 4 bytes, the first the highest | message |
 */
#ifndef OTELMQ_OTLP_GRPC_FRAME_H
#define OTELMQ_OTLP_GRPC_FRAME_H

#include "base/buffer.h"

#include <otelmq/status.h>

/* Begins a body, which is empty: makes room for what finish fills in behind the message. */
void otelmq_grpc_frame_start(otelmq_buffer *body);

/* Says of the message behind the beginning how long it is, and whether it is compressed. */
otelmq_status otelmq_grpc_frame_finish(otelmq_buffer *body, bool is_compressed);

/*
 * Adds the message of a body that is exactly one frame, unpacked, to message.
 * OTELMQ_ERROR_MALFORMED when it is not; OTELMQ_ERROR_LIMIT when that is more than max bytes.
 */
otelmq_status otelmq_grpc_frame_parse(otelmq_buffer *message, otelmq_str body, size_t max);

#endif

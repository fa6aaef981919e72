/* SPDX-License-Identifier: Apache-2.0 */
/* What a collector answers: success and error, as protobuf and as JSON, over HTTP and over gRPC. */
#include "base/utf8.h"
#include "export/otlp/grpc_frame.h"
#include "export/otlp/grpc_status.h"
#include "export/otlp/partial_success.h"
#include "fuzz/fuzz.h"

/* Longer than a message may be. */
enum { MESSAGE_MAX = 4096 };

enum { UNPACKED_MAX = 64 * 1024 };

static void require_good_message(const otelmq_buffer *message)
{
    otelmq_str text = otelmq_buffer_str(message);
    fuzz_require(text.len < MESSAGE_MAX, "a message is short");
    fuzz_require(otelmq_utf8_is_valid(text), "a message is UTF-8");
    for (size_t i = 0; i < text.len; i++) {
        fuzz_require((unsigned char)text.data[i] >= ' ', "a message is one line");
    }
}

static void check_success(void (*parse)(otelmq_otlp_partial_success *, otelmq_str), otelmq_str body)
{
    otelmq_otlp_partial_success result;
    parse(&result, body);
    require_good_message(&result.message);
    fuzz_require(result.is_valid || result.rejected_spans == 0, "what is invalid refuses nothing");
    otelmq_buffer_clean(&result.message);
}

static void check_error(void (*parse)(otelmq_buffer *, otelmq_str), otelmq_str body)
{
    otelmq_buffer message;
    otelmq_buffer_init(&message);
    parse(&message, body);
    require_good_message(&message);
    otelmq_buffer_clean(&message);
}

static void check_frame(otelmq_str body)
{
    otelmq_buffer message;
    otelmq_buffer_init(&message);
    otelmq_status status = otelmq_grpc_frame_parse(&message, body, UNPACKED_MAX);
    fuzz_require(status != OTELMQ_OK || message.len <= UNPACKED_MAX, "the limit is kept");
    otelmq_buffer_clean(&message);
}

/* The input as the lines of the trailer. */
static void check_trailer(otelmq_str lines)
{
    otelmq_grpc_status status;
    otelmq_grpc_status_parse(&status, lines);
    require_good_message(&status.message);
    otelmq_grpc_status_clean(&status);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    otelmq_str body = fuzz_copy(otelmq_str_from_bytes(data, size));
    check_success(otelmq_otlp_partial_success_parse, body);
    check_success(otelmq_otlp_partial_success_parse_json, body);
    check_error(otelmq_otlp_error_message_parse, body);
    check_error(otelmq_otlp_error_message_parse_json, body);
    check_frame(body);
    check_trailer(body);
    fuzz_free(body);
    return 0;
}

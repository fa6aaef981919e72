/* SPDX-License-Identifier: Apache-2.0 */
/* How a message is put into the body of a gRPC call, and read from one that may hold anything. */
#include "support/test.h"

#include "export/http/gzip.h"
#include "export/otlp/grpc_frame.h"

static void a_frame_says_the_length_of_its_message(void **state)
{
    static const size_t lengths[] = {0, 1, 255, 256, 70000};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        otelmq_buffer body;
        otelmq_buffer_init(&body);
        otelmq_grpc_frame_start(&body);
        for (size_t j = 0; j < lengths[i]; j++) {
            otelmq_buffer_add_char(&body, 'x');
        }
        assert_int_equal(otelmq_grpc_frame_finish(&body, i % 2 == 1), OTELMQ_OK);
        assert_int_equal(body.len, 5 + lengths[i]);
        assert_int_equal(body.data[0], i % 2);
        const unsigned char *prefix = (const unsigned char *)body.data;
        assert_int_equal((size_t)prefix[1] << 24 | (size_t)prefix[2] << 16 |
                             (size_t)prefix[3] << 8 | prefix[4],
                         lengths[i]);
        otelmq_buffer_clean(&body);
    }
}

static void a_body_is_exactly_one_frame(void **state)
{
    static const struct {
        otelmq_str body;
        otelmq_status status;
        const char *message;
    } rows[] = {
        {{"\0\0\0\0\0", 5}, OTELMQ_OK, ""},
        {{"\0\0\0\0\3abc", 8}, OTELMQ_OK, "abc"},
        {{NULL, 0}, OTELMQ_ERROR_MALFORMED, ""},
        {{"\0\0\0\0", 4}, OTELMQ_ERROR_MALFORMED, ""},
        {{"\0\0\0\0\4abc", 8}, OTELMQ_ERROR_MALFORMED, ""},
        {{"\0\0\0\0\2abc", 8}, OTELMQ_ERROR_MALFORMED, ""},
        {{"\2\0\0\0\3abc", 8}, OTELMQ_ERROR_MALFORMED, ""},
        {{"\1\0\0\0\3abc", 8}, OTELMQ_ERROR_MALFORMED, ""},
        {{"\0\xff\xff\xff\xff", 5}, OTELMQ_ERROR_MALFORMED, ""},
        {{"\0\0\0\0\5abcde", 10}, OTELMQ_ERROR_LIMIT, ""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_buffer message;
        otelmq_buffer_init(&message);
        assert_int_equal(otelmq_grpc_frame_parse(&message, rows[i].body, 4), rows[i].status);
        if (rows[i].status == OTELMQ_OK) {
            assert_str(otelmq_buffer_str(&message), rows[i].message);
        }
        otelmq_buffer_clean(&message);
    }
}

/* A frame with 1000 zero bytes, compressed. */
static void parse_compressed(size_t max, otelmq_status expected)
{
    static const char plain[1000];
    otelmq_buffer body;
    otelmq_buffer message;
    otelmq_buffer_init(&body);
    otelmq_buffer_init(&message);
    otelmq_grpc_frame_start(&body);
    assert_true(otelmq_gzip_add(&body, otelmq_str_from_bytes(plain, sizeof(plain))));
    assert_int_equal(otelmq_grpc_frame_finish(&body, true), OTELMQ_OK);
    assert_int_equal(otelmq_grpc_frame_parse(&message, otelmq_buffer_str(&body), max), expected);
    assert_true(expected != OTELMQ_OK || message.len == sizeof(plain));
    otelmq_buffer_clean(&body);
    otelmq_buffer_clean(&message);
}

static void a_compressed_message_is_unpacked_up_to_the_limit(void **state)
{
    (void)state;
    parse_compressed(1000, OTELMQ_OK);
    parse_compressed(999, OTELMQ_ERROR_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_says_the_length_of_its_message),
        cmocka_unit_test(a_body_is_exactly_one_frame),
        cmocka_unit_test(a_compressed_message_is_unpacked_up_to_the_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

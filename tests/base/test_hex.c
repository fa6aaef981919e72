/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hex.h"
#include "support/test.h"

#include <stdio.h>

static void every_byte_is_formatted_as_printf_does_and_read_back(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 256; i++) {
        uint8_t byte = (uint8_t)i;
        char digits[2];
        char expected[3];
        otelmq_hex_format(&byte, 1, digits);
        snprintf(expected, sizeof(expected), "%02x", i);
        assert_memory_equal(digits, expected, 2);
        uint8_t parsed;
        assert_true(otelmq_hex_parse(digits, 1, &parsed));
        assert_int_equal(parsed, byte);
    }
}

static void only_digits_and_lower_case_letters_to_f_are_read(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 256; i++) {
        bool is_digit = (i >= '0' && i <= '9') || (i >= 'a' && i <= 'f');
        uint8_t parsed[2];
        const char first[] = {(char)i, '0', '0', '0'};
        const char last[] = {'0', '0', '0', (char)i};
        assert_int_equal(otelmq_hex_parse(first, 2, parsed), is_digit);
        assert_int_equal(otelmq_hex_parse(last, 2, parsed), is_digit);
    }
}

static void ids_of_any_bytes_are_formatted_and_read_back(void **state)
{
    (void)state;
    enum { LEN = 19 }; /* two steps of eight bytes and three more */
    for (unsigned i = 0; i < 256; i++) {
        uint8_t bytes[LEN];
        uint8_t parsed[LEN];
        char digits[2 * LEN];
        for (unsigned at = 0; at < LEN; at++) {
            bytes[at] = (uint8_t)(i + at * 37);
        }
        otelmq_hex_format(bytes, LEN, digits);
        for (unsigned at = 0; at < LEN; at++) {
            char expected[3];
            snprintf(expected, sizeof(expected), "%02x", bytes[at]);
            assert_memory_equal(digits + 2 * at, expected, 2);
        }
        assert_true(otelmq_hex_parse(digits, LEN, parsed));
        assert_memory_equal(parsed, bytes, LEN);
    }
}

static void one_bad_digit_anywhere_spoils_an_id(void **state)
{
    (void)state;
    for (size_t at = 0; at < 32; at++) {
        for (unsigned i = 0; i < 256; i++) {
            bool is_digit = (i >= '0' && i <= '9') || (i >= 'a' && i <= 'f');
            char digits[] = "4bf92f3577b34da6a3ce929d0e0e4736";
            uint8_t parsed[16];
            digits[at] = (char)i;
            assert_int_equal(otelmq_hex_parse(digits, 16, parsed), is_digit);
        }
    }
}

static void a_digit_may_be_asked_for_in_either_case(void **state)
{
    (void)state;
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    for (int i = 0; i < 256; i++) {
        char digit = (char)(unsigned char)i;
        const char *found = i != 0 ? strchr(digits, i) : NULL;
        int expected = found != NULL ? (int)((found - digits) % 16) : -1;
        assert_int_equal(otelmq_hex_digit_any_case(digit), expected);
        bool is_upper = i >= 'A' && i <= 'F';
        assert_int_equal(otelmq_hex_digit(digit), is_upper ? -1 : expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_is_formatted_as_printf_does_and_read_back),
        cmocka_unit_test(only_digits_and_lower_case_letters_to_f_are_read),
        cmocka_unit_test(ids_of_any_bytes_are_formatted_and_read_back),
        cmocka_unit_test(a_digit_may_be_asked_for_in_either_case),
        cmocka_unit_test(one_bad_digit_anywhere_spoils_an_id),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

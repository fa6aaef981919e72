/* SPDX-License-Identifier: Apache-2.0 */
#include "base/percent.h"
#include "support/test.h"

enum { ROOM = 64 };

static void a_value_is_decoded_and_what_encodes_nothing_stays(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *decoded;
        bool is_well_formed;
    } rows[] = {
        {"", "", true},
        {"plain", "plain", true},
        {"a%20b", "a b", true},
        {"%41%4a%4A", "AJJ", true},
        {"%25%32%35", "%25", true},
        {"%", "%", false},
        {"%4", "%4", false},
        {"a%4", "a%4", false},
        {"%4g", "%4g", false},
        {"%g4", "%g4", false},
        {"%%41", "%A", false},
        {"%41%", "A%", false},
        {"% 1", "% 1", false},
        {"%C3%A4", "\xC3\xA4", true},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char out[ROOM];
        otelmq_str text = otelmq_str_from(rows[i].text);
        assert_same_str(otelmq_percent_decode(text, out), otelmq_str_from(rows[i].decoded),
                        rows[i].text);
        assert_row(otelmq_percent_is_well_formed(text) == rows[i].is_well_formed, rows[i].text);
    }
}

static void a_value_can_be_decoded_where_it_stands(void **state)
{
    (void)state;
    char text[] = "%61%62c%64";
    assert_str(otelmq_percent_decode(otelmq_str_from(text), text), "abcd");
}

static void every_byte_survives_encoding_and_decoding(void **state)
{
    (void)state;
    static const char nothing_plain[OTELMQ_PERCENT_SET_SIZE] = {0};
    for (int i = 0; i < 256; i++) {
        char byte = (char)(unsigned char)i;
        char encoded[3];
        char expected[4];
        char decoded[3];
        otelmq_str single = otelmq_str_from_bytes(&byte, 1);
        snprintf(expected, sizeof(expected), "%%%02X", (unsigned)i);
        assert_int_equal(otelmq_percent_encoded_len(single, nothing_plain), 3);
        assert_ptr_equal(otelmq_percent_encode(single, nothing_plain, encoded), encoded + 3);
        assert_memory_equal(encoded, expected, 3);
        otelmq_str back = otelmq_percent_decode(otelmq_str_from_bytes(encoded, 3), decoded);
        assert_same_str(back, single, expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_is_decoded_and_what_encodes_nothing_stays),
        cmocka_unit_test(a_value_can_be_decoded_where_it_stands),
        cmocka_unit_test(every_byte_survives_encoding_and_decoding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config/substitute.h"
#include "support/test.h"

#include <stdlib.h>

static int set_up(void **state)
{
    (void)state;
    setenv("STRING_VALUE", "value", 1);
    setenv("BOOL_VALUE", "true", 1);
    setenv("FLOAT_VALUE", "1.1", 1);
    setenv("INVALID_MAP_VALUE", "value\nkey:value", 1);
    setenv("DO_NOT_REPLACE_ME", "Never use this value", 1);
    setenv("REPLACE_ME", "${DO_NOT_REPLACE_ME}", 1);
    setenv("VALUE_WITH_ESCAPE", "value$$", 1);
    setenv("EMPTY", "", 1);
    setenv("env", "named env", 1);
    unsetenv("UNDEFINED_KEY");
    return 0;
}

/* The rows of the specification's table, and what it says beside it. */
static void references_are_filled_in(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *filled;
    } rows[] = {
        {"${STRING_VALUE}", "value"},
        {"${env:STRING_VALUE}", "value"},
        {"${INVALID_MAP_VALUE}", "value\nkey:value"},
        {"foo ${STRING_VALUE} ${FLOAT_VALUE}", "foo value 1.1"},
        {"${UNDEFINED_KEY}", ""},
        {"${UNDEFINED_KEY:-fallback}", "fallback"},
        {"${EMPTY:-fallback}", "fallback"},
        {"${STRING_VALUE:-fallback}", "value"},
        {"${UNDEFINED_KEY:-}", ""},
        {"${UNDEFINED_KEY:-a b\t:-c}", "a b\t:-c"},
        {"${env:UNDEFINED_KEY:-fallback}", "fallback"},
        {"${env}", "named env"},
        {"${env:-fallback}", "named env"},
        {"${REPLACE_ME}", "${DO_NOT_REPLACE_ME}"},
        {"${UNDEFINED_KEY:-${STRING_VALUE}}", "${STRING_VALUE}"},
        {"$${STRING_VALUE}", "${STRING_VALUE}"},
        {"$$${STRING_VALUE}", "$value"},
        {"$$$${STRING_VALUE}", "$${STRING_VALUE}"},
        {"$${STRING_VALUE:-fallback}", "${STRING_VALUE:-fallback}"},
        {"$${STRING_VALUE:-${STRING_VALUE}}", "${STRING_VALUE:-value}"},
        {"${UNDEFINED_KEY:-$${UNDEFINED_KEY}}", "${UNDEFINED_KEY:-${UNDEFINED_KEY}}"},
        {"${VALUE_WITH_ESCAPE}", "value$$"},
        {"a $$ b", "a $ b"},
        {"a $ b", "a $ b"},
        {"$${FOO} ${BOOL_VALUE} $${BAZ}", "${FOO} true ${BAZ}"},
        {"${}", "${}"},
        {"${STRING_VALUE", "${STRING_VALUE"},
        {"}${STRING_VALUE}{", "}value{"},
        {"", ""},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_buffer filled;
        otelmq_str wrong;
        otelmq_buffer_init(&filled);
        otelmq_status status =
            otelmq_config_substitute(otelmq_str_from(rows[i].text), &filled, &wrong);
        assert_row(status == OTELMQ_OK, rows[i].text);
        assert_same_str(otelmq_buffer_str(&filled), otelmq_str_from(rows[i].filled), rows[i].text);
        otelmq_buffer_clean(&filled);
    }
}

static void wrong_references_are_errors(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *wrong;
    } rows[] = {
        {"${STRING_VALUE:?error}", "${STRING_VALUE:?error}"},
        {"a ${1API_KEY} b", "${1API_KEY}"},
        {"${API_$KEY}", "${API_$KEY}"},
        {"${ STRING_VALUE}", "${ STRING_VALUE}"},
        {"${STRING_VALUE }", "${STRING_VALUE }"},
        {"${sys:STRING_VALUE}", "${sys:STRING_VALUE}"},
        {"${env:}", "${env:}"},
        {"${:-fallback}", "${:-fallback}"},
        {"${UNDEFINED_KEY:-a\nb}", "${UNDEFINED_KEY:-a\nb}"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        otelmq_buffer filled;
        otelmq_str wrong = {0};
        otelmq_buffer_init(&filled);
        otelmq_status status =
            otelmq_config_substitute(otelmq_str_from(rows[i].text), &filled, &wrong);
        assert_row(status == OTELMQ_ERROR_MALFORMED, rows[i].text);
        assert_same_str(wrong, otelmq_str_from(rows[i].wrong), rows[i].text);
        otelmq_buffer_clean(&filled);
    }
}

static void a_value_does_not_grow_beyond_its_limit(void **state)
{
    (void)state;
    enum { LEN = 100 * 1024, REFERENCES = 20 };
    char *large = malloc(LEN + 1);
    char text[REFERENCES * 8 + 1] = "";
    memset(large, 'x', LEN);
    large[LEN] = '\0';
    setenv("LARGE", large, 1);
    for (size_t i = 0; i < REFERENCES; i++) {
        memcpy(text + i * 8, "${LARGE}", 9);
    }
    otelmq_buffer filled;
    otelmq_str wrong;
    otelmq_buffer_init(&filled);
    assert_int_equal(otelmq_config_substitute(otelmq_str_from(text), &filled, &wrong),
                     OTELMQ_ERROR_LIMIT);
    otelmq_buffer_clean(&filled);
    unsetenv("LARGE");
    free(large);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(references_are_filled_in),
        cmocka_unit_test(wrong_references_are_errors),
        cmocka_unit_test(a_value_does_not_grow_beyond_its_limit),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}

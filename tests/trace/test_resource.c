/* SPDX-License-Identifier: Apache-2.0 */
#include "support/test.h"

#include <otelmq/resource.h>

#include <stdlib.h>
#include <unistd.h>

static otelmq_value get(const otelmq_resource *resource, const char *key)
{
    size_t count = 0;
    const otelmq_attribute *attributes = otelmq_resource_attributes(resource, &count);
    for (size_t i = 0; i < count; i++) {
        if (otelmq_str_equal(attributes[i].key, otelmq_str_from(key))) {
            return attributes[i].value;
        }
    }
    return otelmq_attribute_none(key).value;
}

static size_t count_of(const otelmq_resource *resource)
{
    size_t count = 99;
    otelmq_resource_attributes(resource, &count);
    return count;
}

static void a_resource_copies_and_the_last_of_a_key_wins(void **state)
{
    (void)state;
    char text[] = "orders";
    otelmq_attribute attributes[] = {
        otelmq_attribute_string("service.name", otelmq_str_from("first")),
        otelmq_attribute_int("n", 5),
        otelmq_attribute_string("service.name", otelmq_str_from(text)),
        otelmq_attribute_none("nothing"),
    };
    const otelmq_resource *resource = NULL;
    assert_int_equal(otelmq_resource_create(attributes, 4, NULL, &resource), OTELMQ_OK);
    memset(text, 'x', sizeof(text) - 1);
    assert_int_equal(count_of(resource), 2);
    assert_str(get(resource, "service.name").as.string, "orders");
    assert_int_equal(get(resource, "n").as.integer, 5);
    otelmq_resource_release(otelmq_resource_retain(resource));
    otelmq_resource_release(resource);
}

static void an_empty_resource_is_one(void **state)
{
    (void)state;
    const otelmq_resource *resource = NULL;
    assert_int_equal(otelmq_resource_create(NULL, 0, NULL, &resource), OTELMQ_OK);
    assert_int_equal(count_of(resource), 0);
    assert_int_equal(count_of(NULL), 0);
    otelmq_resource_release(resource);
    otelmq_resource_release(NULL);
    assert_int_equal(otelmq_resource_create(NULL, 1, NULL, &resource),
                     OTELMQ_ERROR_INVALID_ARGUMENT);
}

static void merging_lets_the_upper_one_win(void **state)
{
    (void)state;
    otelmq_attribute under_attributes[] = {otelmq_attribute_int("a", 1),
                                           otelmq_attribute_int("b", 1)};
    otelmq_attribute over_attributes[] = {otelmq_attribute_int("b", 2),
                                          otelmq_attribute_int("c", 2)};
    const otelmq_resource *under = NULL;
    const otelmq_resource *over = NULL;
    const otelmq_resource *merged = NULL;
    assert_int_equal(otelmq_resource_create(under_attributes, 2, NULL, &under), OTELMQ_OK);
    assert_int_equal(otelmq_resource_create(over_attributes, 2, NULL, &over), OTELMQ_OK);
    assert_int_equal(otelmq_resource_merge(under, over, &merged), OTELMQ_OK);
    assert_int_equal(count_of(merged), 3);
    assert_int_equal(get(merged, "a").as.integer, 1);
    assert_int_equal(get(merged, "b").as.integer, 2);
    assert_int_equal(get(merged, "c").as.integer, 2);
    otelmq_resource_release(merged);
    assert_int_equal(otelmq_resource_merge(NULL, over, &merged), OTELMQ_OK);
    assert_int_equal(count_of(merged), 2);
    otelmq_resource_release(merged);
    otelmq_resource_release(under);
    otelmq_resource_release(over);
}

static void detection_finds_sdk_host_process_and_service(void **state)
{
    (void)state;
    static const char *const keys[] = {
        "service.name",
        "service.instance.id",
        "telemetry.sdk.name",
        "telemetry.sdk.language",
        "telemetry.sdk.version",
        "host.name",
        "host.arch",
        "os.type",
        "process.executable.name",
    };
    const otelmq_resource *resource = NULL;
    assert_int_equal(otelmq_resource_detect(&resource), OTELMQ_OK);
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        assert_row(get(resource, keys[i]).type == OTELMQ_VALUE_STRING, keys[i]);
        assert_row(get(resource, keys[i]).as.string.len > 0, keys[i]);
    }
    assert_str(get(resource, "telemetry.sdk.name").as.string, "otelmq");
    assert_str(get(resource, "os.type").as.string, "linux");
    assert_str(get(resource, "process.executable.name").as.string, "test_resource");
    assert_str(get(resource, "service.name").as.string, "unknown_service:test_resource");
    assert_int_equal(get(resource, "process.pid").as.integer, getpid());
    assert_int_equal(get(resource, "service.instance.id").as.string.len, 36);
    const otelmq_resource *second = NULL;
    assert_int_equal(otelmq_resource_detect(&second), OTELMQ_OK);
    assert_false(otelmq_str_equal(get(resource, "service.instance.id").as.string,
                                  get(second, "service.instance.id").as.string));
    otelmq_resource_release(resource);
    otelmq_resource_release(second);
}

static void text_is_parsed_all_or_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        otelmq_status status;
        size_t count;
        const char *first_value; /* of the key "a" */
    } rows[] = {
        {"", OTELMQ_OK, 0, ""},
        {"a=1", OTELMQ_OK, 1, "1"},
        {" a = 1 , b=2", OTELMQ_OK, 2, "1"},
        {"a=1,,b=2,", OTELMQ_OK, 2, "1"},
        {"a=1,a=2", OTELMQ_OK, 1, "2"},
        {"a=", OTELMQ_OK, 1, ""},
        {"a=x%2Cy%3dz%20", OTELMQ_OK, 1, "x,y=z "},
        {"%61=1", OTELMQ_OK, 1, "1"},
        {"a=b=c", OTELMQ_OK, 1, "b=c"},
        {"a=\xC3\xA4", OTELMQ_OK, 1, "\xC3\xA4"},
        {"a=%C3%A4", OTELMQ_OK, 1, "\xC3\xA4"},
        {"a", OTELMQ_ERROR_MALFORMED, 0, NULL},
        {"=1", OTELMQ_ERROR_MALFORMED, 0, NULL},
        {"a=1,b", OTELMQ_ERROR_MALFORMED, 0, NULL},
        {"a=%", OTELMQ_ERROR_MALFORMED, 0, NULL},
        {"a=%2", OTELMQ_ERROR_MALFORMED, 0, NULL},
        {"a=%zz", OTELMQ_ERROR_MALFORMED, 0, NULL},
        {"a=%FF", OTELMQ_ERROR_MALFORMED, 0, NULL},
        {"a=\xFF", OTELMQ_ERROR_MALFORMED, 0, NULL},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const otelmq_resource *resource = NULL;
        otelmq_status status = otelmq_resource_parse(otelmq_str_from(rows[i].text), &resource);
        assert_row(status == rows[i].status, rows[i].text);
        assert_row(count_of(resource) == rows[i].count, rows[i].text);
        if (rows[i].count > 0) {
            assert_str(get(resource, "a").as.string, rows[i].first_value);
        }
        otelmq_resource_release(resource);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_resource_copies_and_the_last_of_a_key_wins),
        cmocka_unit_test(an_empty_resource_is_one),
        cmocka_unit_test(merging_lets_the_upper_one_win),
        cmocka_unit_test(detection_finds_sdk_host_process_and_service),
        cmocka_unit_test(text_is_parsed_all_or_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

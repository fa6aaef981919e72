/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files below data/. A comment "#= 7: text" in one says that a problem of line 7 (0: of no
 * line) is reported with that text; files in bad/ cannot be used, those in good/ can.
 */
#include "config/config.h"
#include "support/test.h"

#include <dirent.h>
#include <stdlib.h>

enum { TEXT_SIZE = 64 * 1024, NAME_SIZE = 512, EXPECTED_MAX = 16 };

static char text[TEXT_SIZE];

static void read_text(const char *path)
{
    FILE *file = fopen(path, "r");
    assert_row(file != NULL, path);
    size_t len = fread(text, 1, TEXT_SIZE - 1, file);
    text[len] = '\0';
    fclose(file);
}

static bool is_reported(const otelmq_config_problems *problems, const char *expected)
{
    char start[32];
    const char *wording = strchr(expected, ':') + 2;
    int line = atoi(expected);
    snprintf(start, sizeof(start), "f.yaml:%d: ", line);
    if (line == 0) {
        snprintf(start, sizeof(start), "f.yaml: ");
    }
    for (size_t i = 0; i < problems->count && i < OTELMQ_CONFIG_PROBLEMS_MAX; i++) {
        const char *reported = problems->items[i].text;
        if (strncmp(reported, start, strlen(start)) == 0 && strstr(reported, wording) != NULL) {
            return true;
        }
    }
    return false;
}

/* How many comments there are; each has to be reported. */
static size_t check_reported(const otelmq_config_problems *problems, const char *path)
{
    size_t count = 0;
    char *rest = NULL;
    for (char *line = strtok_r(text, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        if (strncmp(line, "#= ", 3) == 0) {
            count++;
            if (!is_reported(problems, line + 3)) {
                fail_msg("%s: not reported: %s; but: %s", path, line + 3,
                         problems->count > 0 ? problems->items[0].text : "nothing");
            }
        }
    }
    return count;
}

static void check_file(const char *path, bool is_good)
{
    otelmq_config_problems problems;
    otelmq_config_problems_init(&problems, "f.yaml");
    read_text(path);
    otelmq_config *config = otelmq_config_parse("f.yaml", otelmq_str_from(text), &problems);
    if (is_good && config == NULL) {
        fail_msg("%s: %s", path, problems.items[0].text);
    }
    assert_row(is_good == (config != NULL), path);
    assert_row(is_good == (problems.status == OTELMQ_OK), path);
    size_t expected = check_reported(&problems, path);
    if (problems.count != expected) {
        fail_msg("%s: %zu problems instead of %zu; the first: %s", path, problems.count, expected,
                 problems.items[0].text);
    }
    otelmq_config_destroy(config);
}

static void check_folder(const char *folder, bool is_good, size_t at_least)
{
    DIR *files = opendir(folder);
    size_t count = 0;
    assert_non_null(files);
    for (struct dirent *entry = readdir(files); entry != NULL; entry = readdir(files)) {
        char path[NAME_SIZE];
        if (entry->d_name[0] != '.') {
            snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
            check_file(path, is_good);
            count++;
        }
    }
    closedir(files);
    assert_true(count >= at_least);
}

static void good_files_are_read_with_the_warnings_that_they_deserve(void **state)
{
    (void)state;
    unsetenv("OTELMQ_TEST_UNSET");
    setenv("OTELMQ_TEST_RATIO", "0.25", 1);
    check_folder(CONFIG_DATA "/good", true, 8);
}

static void bad_files_are_refused_with_line_key_and_expectation(void **state)
{
    (void)state;
    unsetenv("OTELMQ_TEST_UNSET");
    check_folder(CONFIG_DATA "/bad", false, 20);
}

static void every_problem_is_counted_and_the_first_ten_are_told(void **state)
{
    (void)state;
    otelmq_config_problems problems;
    otelmq_config_problems_init(&problems, "f.yaml");
    otelmq_config *config =
        otelmq_config_parse("f.yaml",
                            OTELMQ_STR("file_format: \"1.0\"\na: 1\nb: 1\nc: 1\nd: 1\ne: 1\n"
                                       "f: 1\ng: 1\nh: 1\ni: 1\nj: 1\nk: 1\n"),
                            &problems);
    assert_non_null(config);
    assert_int_equal(problems.count, 11);
    otelmq_config_destroy(config);
}

static void a_file_that_cannot_be_read_is_told_apart_from_one_that_is_wrong(void **state)
{
    (void)state;
    otelmq_config *config = NULL;
    assert_int_equal(otelmq_config_read_file("/nonexistent/otel.yaml", &config),
                     OTELMQ_ERROR_NOT_FOUND);
    assert_int_equal(otelmq_config_read_file("/", &config), OTELMQ_ERROR_IO);
    assert_int_equal(otelmq_config_read_file(CONFIG_DATA "/bad/empty.yaml", &config),
                     OTELMQ_ERROR_MALFORMED);
    assert_int_equal(otelmq_config_read_file(NULL, &config), OTELMQ_ERROR_INVALID_ARGUMENT);
    assert_int_equal(otelmq_config_read_text("t", OTELMQ_STR("a"), NULL),
                     OTELMQ_ERROR_INVALID_ARGUMENT);
    assert_null(config);
    assert_int_equal(otelmq_config_read_file(CONFIG_DATA "/good/smallest.yaml", &config),
                     OTELMQ_OK);
    assert_non_null(config);
    otelmq_config_destroy(config);
    otelmq_config_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_files_are_read_with_the_warnings_that_they_deserve),
        cmocka_unit_test(bad_files_are_refused_with_line_key_and_expectation),
        cmocka_unit_test(every_problem_is_counted_and_the_first_ten_are_told),
        cmocka_unit_test(a_file_that_cannot_be_read_is_told_apart_from_one_that_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* OTLP JSON lines in files and on standard output, and what happens when they cannot be written. */
#include "otlp/sample_spans.h"
#include "support/diagnostics_log.h"
#include "support/test.h"

#include <otelmq/otlp.h>

#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TIMEOUT_MS = 30000 };

typedef struct {
    char folder[64];
    char path[96];
    sample_spans samples;
    otelmq_span_data span;
    diagnostics_log log;
} file_test;

static int set_up(void **state)
{
    file_test *test = calloc(1, sizeof(*test));
    strcpy(test->folder, "/tmp/otelmq-test-XXXXXX");
    if (mkdtemp(test->folder) == NULL) {
        return -1;
    }
    snprintf(test->path, sizeof(test->path), "%s/spans.jsonl", test->folder);
    test->samples = sample_spans_create();
    test->span = sample_spans_full(&test->samples);
    diagnostics_log_start(&test->log, OTELMQ_SEVERITY_DEBUG);
    *state = test;
    return 0;
}

static int tear_down(void **state)
{
    file_test *test = *state;
    diagnostics_log_stop();
    sample_spans_release(&test->samples);
    unlink(test->path);
    rmdir(test->folder);
    free(test);
    return 0;
}

static otelmq_status export(otelmq_exporter exporter, const otelmq_span_data *span,
                            uint32_t timeout_ms)
{
    const otelmq_span_data *spans[] = {span};
    otelmq_export_result result = {0};
    return exporter.ops->export_spans(exporter.self, spans, 1, timeout_ms, &result);
}

/* How many lines of the file are whole JSON objects, and how many are not. */
static void count_lines(const char *path, size_t *good, size_t *bad)
{
    static char line[1024 * 1024];
    *good = *bad = 0;
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof(line), file) != NULL) {
        json_t *json = json_loads(line, 0, NULL);
        *(json_is_object(json) ? good : bad) += 1;
        json_decref(json);
    }
    fclose(file);
}

static void assert_lines(const char *path, size_t expected)
{
    size_t good;
    size_t bad;
    count_lines(path, &good, &bad);
    assert_int_equal(bad, 0);
    assert_int_equal(good, expected);
}

static void each_batch_is_appended_as_one_line(void **state)
{
    file_test *test = *state;
    for (int i = 0; i < 2; i++) {
        otelmq_exporter exporter = otelmq_otlp_exporter_file(test->path);
        assert_int_equal(export(exporter, &test->span, TIMEOUT_MS), OTELMQ_OK);
        assert_int_equal(export(exporter, &test->span, 0), OTELMQ_OK);
        otelmq_exporter_destroy(exporter);
    }
    assert_lines(test->path, 4);
}

static void lines_of_several_processes_never_mix(void **state)
{
    enum { PROCESSES = 4, BATCHES = 50 };
    file_test *test = *state;
    pid_t children[PROCESSES];
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            otelmq_exporter exporter = otelmq_otlp_exporter_file(test->path);
            for (int j = 0; j < BATCHES; j++) {
                export(exporter, &test->span, TIMEOUT_MS);
            }
            _exit(0);
        }
    }
    for (int i = 0; i < PROCESSES; i++) {
        int result = 0;
        assert_int_equal(waitpid(children[i], &result, 0), children[i]);
        assert_int_equal(result, 0);
    }
    assert_lines(test->path, PROCESSES * BATCHES);
}

static void a_file_that_cannot_be_opened_makes_no_exporter(void **state)
{
    file_test *test = *state;
    otelmq_exporter exporter = otelmq_otlp_exporter_file(test->folder);
    assert_null(exporter.ops);
    assert_int_equal(test->log.count, 1);
    assert_non_null(strstr(test->log.messages[0], test->folder));
    assert_non_null(strstr(test->log.messages[0], "cannot be opened for spans: Is a directory."));
}

static void a_full_disk_is_reported_and_the_exporter_goes_on(void **state)
{
    file_test *test = *state;
    otelmq_exporter exporter = otelmq_otlp_exporter_file("/dev/full");
    assert_int_equal(export(exporter, &test->span, TIMEOUT_MS), OTELMQ_ERROR_IO);
    assert_string_equal(test->log.messages[0],
                        "1 spans could not be written to /dev/full: No space left on device.");
    assert_int_equal(export(exporter, &test->span, TIMEOUT_MS), OTELMQ_ERROR_IO);
    otelmq_exporter_destroy(exporter);
}

/* The size limit of files cuts the second line off in its middle, as a full disk would. */
static void a_line_that_broke_off_costs_only_its_own_spans(void **state)
{
    file_test *test = *state;
    struct stat info;
    struct rlimit limit_before;
    otelmq_exporter exporter = otelmq_otlp_exporter_file(test->path);
    assert_int_equal(export(exporter, &test->span, TIMEOUT_MS), OTELMQ_OK);
    assert_int_equal(stat(test->path, &info), 0);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit_before), 0);
    const struct rlimit limit = {(rlim_t)info.st_size * 3 / 2, limit_before.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    assert_int_equal(export(exporter, &test->span, TIMEOUT_MS), OTELMQ_ERROR_IO);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit_before), 0);
    assert_int_equal(export(exporter, &test->span, TIMEOUT_MS), OTELMQ_OK);
    otelmq_exporter_destroy(exporter);
    size_t good;
    size_t bad;
    count_lines(test->path, &good, &bad);
    assert_int_equal(good, 2);
    assert_int_equal(bad, 1);
}

/* Puts one end of a pipe in place of standard output; end_standard_output undoes it. */
typedef struct {
    int saved;
    int reader;
} pipe_output;

static pipe_output start_pipe_output(void)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    fflush(stdout);
    pipe_output output = {dup(STDOUT_FILENO), ends[0]};
    dup2(ends[1], STDOUT_FILENO);
    close(ends[1]);
    return output;
}

static void end_pipe_output(pipe_output *output)
{
    dup2(output->saved, STDOUT_FILENO);
    close(output->saved);
}

static void standard_output_gets_the_lines(void **state)
{
    static const char *const paths[] = {NULL, "-"};
    static char line[64 * 1024];
    file_test *test = *state;
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        pipe_output output = start_pipe_output();
        otelmq_exporter exporter = otelmq_otlp_exporter_file(paths[i]);
        otelmq_status status = export(exporter, &test->span, TIMEOUT_MS);
        otelmq_exporter_destroy(exporter);
        end_pipe_output(&output);
        assert_int_equal(status, OTELMQ_OK);
        ssize_t len = read(output.reader, line, sizeof(line));
        assert_true(len > 1);
        assert_int_equal(line[len - 1], '\n');
        json_t *json = json_loadb(line, (size_t)len, 0, NULL);
        assert_true(json_is_object(json));
        json_decref(json);
        close(output.reader);
    }
}

static void a_closed_pipe_is_an_error_and_no_signal(void **state)
{
    file_test *test = *state;
    signal(SIGPIPE, SIG_DFL);
    pipe_output output = start_pipe_output();
    close(output.reader);
    otelmq_exporter exporter = otelmq_otlp_exporter_file("-");
    otelmq_status status = export(exporter, &test->span, TIMEOUT_MS);
    otelmq_exporter_destroy(exporter);
    end_pipe_output(&output);
    assert_int_equal(status, OTELMQ_ERROR_IO);
    assert_string_equal(test->log.messages[0],
                        "1 spans could not be written to standard output: Broken pipe.");
}

static void a_reader_that_stops_reading_costs_no_more_than_the_timeout(void **state)
{
    file_test *test = *state;
    otelmq_status status = OTELMQ_OK;
    pipe_output output = start_pipe_output();
    otelmq_exporter exporter = otelmq_otlp_exporter_file("-");
    while (status == OTELMQ_OK) {
        status = export(exporter, &test->span, 100);
    }
    exporter.ops->shutdown(exporter.self);
    otelmq_status after_shutdown = export(exporter, &test->span, TIMEOUT_MS);
    otelmq_exporter_destroy(exporter);
    end_pipe_output(&output);
    close(output.reader);
    assert_int_equal(status, OTELMQ_ERROR_TIMEOUT);
    assert_int_equal(after_shutdown, OTELMQ_ERROR_SHUT_DOWN);
}

static void a_named_pipe_without_a_reader_does_not_stop_the_program(void **state)
{
    file_test *test = *state;
    assert_int_equal(mkfifo(test->path, 0600), 0);
    assert_null(otelmq_otlp_exporter_file(test->path).ops);
    int reader = open(test->path, O_RDONLY | O_NONBLOCK);
    otelmq_exporter exporter = otelmq_otlp_exporter_file(test->path);
    assert_non_null(exporter.ops);
    assert_int_equal(export(exporter, &test->span, TIMEOUT_MS), OTELMQ_OK);
    otelmq_exporter_destroy(exporter);
    close(reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_batch_is_appended_as_one_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lines_of_several_processes_never_mix, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_that_cannot_be_opened_makes_no_exporter, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_full_disk_is_reported_and_the_exporter_goes_on, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_line_that_broke_off_costs_only_its_own_spans, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(standard_output_gets_the_lines, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_closed_pipe_is_an_error_and_no_signal, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reader_that_stops_reading_costs_no_more_than_the_timeout,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_named_pipe_without_a_reader_does_not_stop_the_program,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Runs life_program, and looks at what its lives leave behind. The program is the argument. */
#include "support/sanitizers.h"
#include "support/test.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * ThreadSanitizer does not support new threads in the child of a program with several threads, nor
 * a main that is joined.
 */
#ifdef SANITIZER_FORBIDS_FORK
#define SKIP_UNDER_THREAD_SANITIZER() skip()
#else
#define SKIP_UNDER_THREAD_SANITIZER()
#endif

/* These lives fork while the export thread is still starting, which allocates. */
#if defined(SANITIZER_FORBIDS_FORK) || defined(SANITIZER_FORBIDS_BUSY_FORK)
#define SKIP_WHERE_A_FORK_MAY_HANG() skip()
#else
#define SKIP_WHERE_A_FORK_MAY_HANG()
#endif

enum { OUTPUT_SIZE = 1024 * 1024, LINES_MAX = 4096 };

static const char *program;

typedef struct {
    const char *name;
    const char *process;
    const char *trace_id;
    const char *span_id;
} exported_span;

typedef struct {
    int exit_status;
    size_t span_count;
    exported_span spans[LINES_MAX];
} life;

static char output[OUTPUT_SIZE];
static life lived;

static void run_program(const char *name, int pipe_end)
{
    if (dup2(pipe_end, STDOUT_FILENO) < 0) {
        _exit(1);
    }
    close(pipe_end);
    execl(program, program, name, (char *)NULL);
    _exit(1);
}

/* Until every process that may write has ended: a daemon too. */
static void read_all(int pipe_end)
{
    size_t len = 0;
    ssize_t got;
    while ((got = read(pipe_end, output + len, sizeof(output) - 1 - len)) > 0) {
        len += (size_t)got;
    }
    output[len] = '\0';
}

static void parse_output(void)
{
    char *line_state = NULL;
    lived.span_count = 0;
    for (char *line = strtok_r(output, "\n", &line_state); line != NULL;
         line = strtok_r(NULL, "\n", &line_state)) {
        char *state = NULL;
        assert_true(lived.span_count < LINES_MAX);
        exported_span *span = &lived.spans[lived.span_count++];
        span->name = strtok_r(line, " ", &state);
        span->process = strtok_r(NULL, " ", &state);
        span->trace_id = strtok_r(NULL, " ", &state);
        span->span_id = strtok_r(NULL, " ", &state);
        assert_non_null(span->span_id);
    }
}

static const life *live(const char *name)
{
    int ends[2];
    int status = 0;
    assert_int_equal(pipe(ends), 0);
    pid_t process = fork();
    assert_true(process >= 0);
    if (process == 0) {
        close(ends[0]);
        run_program(name, ends[1]);
    }
    close(ends[1]);
    read_all(ends[0]);
    close(ends[0]);
    assert_int_equal(waitpid(process, &status, 0), process);
    if (!WIFEXITED(status)) {
        fail_msg("%s was ended by signal %d", name, WTERMSIG(status));
    }
    lived.exit_status = WEXITSTATUS(status);
    parse_output();
    return &lived;
}

static size_t count_named(const life *of, const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < of->span_count; i++) {
        count += strcmp(of->spans[i].name, name) == 0;
    }
    return count;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* How many different ones there are of what all spans have. */
static size_t count_different(const life *of, const char *(*part)(const exported_span *span))
{
    static const char *texts[LINES_MAX];
    size_t different = 0;
    for (size_t i = 0; i < of->span_count; i++) {
        texts[i] = part(&of->spans[i]);
    }
    qsort(texts, of->span_count, sizeof(texts[0]), compare_texts);
    for (size_t i = 0; i < of->span_count; i++) {
        different += i == 0 || strcmp(texts[i - 1], texts[i]) != 0;
    }
    return different;
}

static const char *process_of(const exported_span *span)
{
    return span->process;
}

static const char *trace_id_of(const exported_span *span)
{
    return span->trace_id;
}

static const char *span_id_of(const exported_span *span)
{
    return span->span_id;
}

static void assert_ids_differ(const life *of)
{
    assert_int_equal(count_different(of, trace_id_of), of->span_count);
    assert_int_equal(count_different(of, span_id_of), of->span_count);
}

static void a_process_ends_at_once_with_a_full_queue_and_a_hanging_export(void **state)
{
    (void)state;
    assert_int_equal(live("returns-with-a-full-queue")->exit_status, 3);
    assert_int_equal(lived.span_count, 0);
    assert_int_equal(live("_exits-with-a-full-queue")->exit_status, 4);
    assert_int_equal(lived.span_count, 0);
    assert_int_equal(live("exits-from-a-thread")->exit_status, 5);
    assert_int_equal(lived.span_count, 0);
}

static void an_exporter_may_end_the_process(void **state)
{
    (void)state;
    assert_int_equal(live("exits-inside-the-exporter")->exit_status, 6);
    assert_int_equal(lived.span_count, 0);
}

static void threads_may_outlive_main(void **state)
{
    (void)state;
    SKIP_UNDER_THREAD_SANITIZER();
    const life *seen = live("ends-main-before-a-thread");
    assert_int_equal(seen->exit_status, 0);
    assert_int_equal(seen->span_count, 4);
}

static void a_shutdown_at_exit_exports_everything(void **state)
{
    (void)state;
    const life *seen = live("shuts-down-at-exit");
    assert_int_equal(seen->exit_status, 7);
    assert_int_equal(seen->span_count, 20);
}

static void a_process_may_exit_while_its_threads_record(void **state)
{
    (void)state;
    assert_int_equal(live("exits-while-others-record")->exit_status, 8);
}

static void a_daemon_exports_what_it_records_itself(void **state)
{
    (void)state;
    SKIP_WHERE_A_FORK_MAY_HANG();
    const life *seen = live("becomes-a-daemon");
    assert_int_equal(seen->exit_status, 0);
    assert_int_equal(count_named(seen, "daemon"), 3);
    assert_int_equal(count_named(seen, "before"), 0);
}

static void assert_children(const life *seen)
{
    assert_int_equal(seen->exit_status, 0);
    assert_int_equal(count_named(seen, "child"), 300);
    assert_int_equal(count_named(seen, "parent"), 6);
    assert_int_equal(seen->span_count, 306);
    assert_int_equal(count_different(seen, process_of), 101);
    assert_ids_differ(seen);
}

static void a_hundred_children_export_their_own_spans_under_their_own_ids(void **state)
{
    (void)state;
    SKIP_WHERE_A_FORK_MAY_HANG();
    assert_children(live("forks-100-children"));
}

static void children_of_a_pumped_process_do_so_too(void **state)
{
    (void)state;
    assert_children(live("forks-pumped-children"));
}

static void every_generation_exports_its_own_span(void **state)
{
    (void)state;
    SKIP_WHERE_A_FORK_MAY_HANG();
    const life *seen = live("forks-children-of-children");
    assert_int_equal(seen->exit_status, 0);
    assert_int_equal(seen->span_count, 5);
    assert_int_equal(count_different(seen, process_of), 5);
    assert_ids_differ(seen);
}

static void signals_never_run_on_the_worker(void **state)
{
    (void)state;
    assert_int_equal(live("gets-signals")->exit_status, 0);
}

static void starting_again_and_again_leaves_nothing_behind(void **state)
{
    (void)state;
    assert_int_equal(live("starts-again-and-again")->exit_status, 0);
    assert_int_equal(live("pumps-again-and-again")->exit_status, 0);
}

int main(int argc, char *argv[])
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_process_ends_at_once_with_a_full_queue_and_a_hanging_export),
        cmocka_unit_test(an_exporter_may_end_the_process),
        cmocka_unit_test(threads_may_outlive_main),
        cmocka_unit_test(a_shutdown_at_exit_exports_everything),
        cmocka_unit_test(a_process_may_exit_while_its_threads_record),
        cmocka_unit_test(signals_never_run_on_the_worker),
        cmocka_unit_test(children_of_a_pumped_process_do_so_too),
        cmocka_unit_test(starting_again_and_again_leaves_nothing_behind),
        cmocka_unit_test(a_daemon_exports_what_it_records_itself),
        cmocka_unit_test(a_hundred_children_export_their_own_spans_under_their_own_ids),
        cmocka_unit_test(every_generation_exports_its_own_span),
    };
    if (argc != 2) {
        return 64;
    }
    program = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}

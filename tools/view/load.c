/* SPDX-License-Identifier: Apache-2.0 */
#include "view/load.h"

#include "memory.h"
#include "view/otlp_json.h"
#include "view/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* Messages about one file: a file of another kind must not flood the screen. */
enum { MOST_MESSAGES = 10 };

typedef struct {
    const char *name;
    FILE *stream;
    size_t line_number;
    size_t broken_line_count;
} input_file;

/* The texts of parsers, and the names of files, may hold foreign bytes. */
static void report(const char *what)
{
    otelmq_buffer message;
    otelmq_buffer_init(&message);
    view_text_add_printable(&message, otelmq_str_from(what));
    otelmq_buffer_add_char(&message, '\n');
    otelmq_memory_check(&message);
    fwrite(message.data, 1, message.len, stderr);
    otelmq_buffer_clean(&message);
}

static void report_line(input_file *input, const otelmq_buffer *error)
{
    otelmq_memory_check(error);
    input->broken_line_count++;
    if (input->broken_line_count > MOST_MESSAGES) {
        return;
    }
    char *what;
    if (asprintf(&what, "%s:%zu: %.*s", input->name, input->line_number, (int)error->len,
                 error->data) < 0) {
        otelmq_memory_exhausted();
    }
    report(what);
    free(what);
}

static void report_file(const char *name, const char *trouble)
{
    char *what;
    if (asprintf(&what, "otelmq view: cannot read %s: %s", name, trouble) < 0) {
        otelmq_memory_exhausted();
    }
    report(what);
    free(what);
}

static bool is_blank(otelmq_str line)
{
    return strspn(line.data, " \t\r\n") >= line.len;
}

static void read_line(view_loader *loader, input_file *input, otelmq_str line)
{
    input->line_number++;
    if (is_blank(line)) {
        return;
    }
    otelmq_buffer error;
    otelmq_buffer_init(&error);
    if (!view_otlp_json_read(loader->set, loader->find, line, &error)) {
        report_line(input, &error);
    }
    otelmq_buffer_clean(&error);
}

static void read_lines(view_loader *loader, input_file *input)
{
    char *line = NULL;
    size_t capacity = 0;
    ssize_t len;
    while ((len = getline(&line, &capacity, input->stream)) >= 0) {
        read_line(loader, input, otelmq_str_from_bytes(line, (size_t)len));
    }
    if (ferror(input->stream)) {
        report_file(input->name, strerror(errno));
        loader->unreadable_file_count++;
    }
    free(line);
}

static void report_count(const input_file *input)
{
    if (input->broken_line_count <= MOST_MESSAGES) {
        return;
    }
    fprintf(stderr, "otelmq view: %zu more such lines\n", input->broken_line_count - MOST_MESSAGES);
}

void view_loader_read(view_loader *loader, const char *path)
{
    bool is_stdin = strcmp(path, "-") == 0;
    input_file input = {
        .name = is_stdin ? "(standard input)" : path,
        .stream = is_stdin ? stdin : fopen(path, "r"),
    };
    if (input.stream == NULL) {
        report_file(path, strerror(errno));
        loader->unreadable_file_count++;
        return;
    }
    read_lines(loader, &input);
    report_count(&input);
    loader->broken_line_count += input.broken_line_count;
    if (!is_stdin) {
        fclose(input.stream);
    }
}

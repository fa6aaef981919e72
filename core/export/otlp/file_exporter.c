/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A batch is one line, and goes out by one write on a descriptor in append mode: several processes
 * may then write to one file, and no line gets into another. (Specification: file-exporter.md.)
 */
#include <otelmq/diagnostics.h>
#include <otelmq/otlp.h>

#include "base/clock.h"
#include "export/http/sigpipe.h"
#include "export/otlp/json_spans.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* How long a shutdown may go unnoticed while a pipe is full. */
enum { NOTICE_MS = 50 };

typedef struct {
    int fd;
    bool owns_fd;
    size_t piece_max; /* bytes that one write is given */
    bool is_torn; /* the last line broke off in its middle */
    atomic_bool is_shut_down;
    char *name; /* for messages */
} file_exporter;

/* OTELMQ_OK when a write would not block, or would say what is wrong. */
static otelmq_status wait_until_writable(file_exporter *exporter, otelmq_deadline deadline)
{
    struct pollfd poll_fd = {.fd = exporter->fd, .events = POLLOUT};
    for (;;) {
        uint32_t left_ms = otelmq_deadline_left_ms(deadline);
        int wait_ms = left_ms < NOTICE_MS ? (int)left_ms : NOTICE_MS;
        if (poll(&poll_fd, 1, wait_ms) != 0) {
            return OTELMQ_OK;
        }
        if (atomic_load(&exporter->is_shut_down)) {
            return OTELMQ_ERROR_SHUT_DOWN;
        }
        if (left_ms == 0) {
            return OTELMQ_ERROR_TIMEOUT;
        }
    }
}

static bool may_be_repeated(int error)
{
    return error == EINTR || error == EAGAIN;
}

/* Writes all of text; *written says how far it got. OTELMQ_ERROR_IO leaves errno. */
static otelmq_status write_all(file_exporter *exporter, otelmq_str text, otelmq_deadline deadline,
                               size_t *written)
{
    *written = 0;
    while (*written < text.len) {
        otelmq_status status = wait_until_writable(exporter, deadline);
        if (status != OTELMQ_OK) {
            return status;
        }
        size_t left = text.len - *written;
        size_t piece = left < exporter->piece_max ? left : exporter->piece_max;
        ssize_t count = write(exporter->fd, text.data + *written, piece);
        if (count < 0 && !may_be_repeated(errno)) {
            return OTELMQ_ERROR_IO;
        }
        *written += count > 0 ? (size_t)count : 0;
    }
    return OTELMQ_OK;
}

static otelmq_status write_line(file_exporter *exporter, otelmq_str line, otelmq_deadline deadline)
{
    size_t written = 0;
    otelmq_sigpipe_hold hold;
    otelmq_sigpipe_hold_start(&hold);
    otelmq_status status = write_all(exporter, line, deadline, &written);
    int error = errno;
    otelmq_sigpipe_hold_end(&hold);
    errno = error;
    if (written > 0) {
        exporter->is_torn = written < line.len;
    }
    return status;
}

/* One broken line costs its own spans only: the next one begins on a line of its own. */
static otelmq_status format_line(const file_exporter *exporter, otelmq_buffer *line,
                                 const otelmq_span_data *const spans[], size_t count)
{
    if (exporter->is_torn) {
        otelmq_buffer_add_char(line, '\n');
    }
    otelmq_status status = otelmq_otlp_json_add_spans(line, spans, count);
    otelmq_buffer_add_char(line, '\n');
    return otelmq_buffer_is_complete(line) ? status : OTELMQ_ERROR_NO_MEMORY;
}

static void report_loss(const file_exporter *exporter, size_t count, otelmq_status status)
{
    const char *why = status == OTELMQ_ERROR_IO ? strerror(errno) : otelmq_status_text(status);
    otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR, "%zu spans could not be written to %s: %s.",
                              count, exporter->name, why);
}

static otelmq_status export_spans(void *self, const otelmq_span_data *const spans[], size_t count,
                                  uint32_t timeout_ms, otelmq_export_result *result)
{
    (void)result;
    file_exporter *exporter = self;
    if (atomic_load(&exporter->is_shut_down)) {
        return OTELMQ_ERROR_SHUT_DOWN;
    }
    if (count == 0) {
        return OTELMQ_OK;
    }
    otelmq_deadline deadline = otelmq_deadline_after(timeout_ms);
    otelmq_buffer line;
    otelmq_buffer_init(&line);
    otelmq_status status = format_line(exporter, &line, spans, count);
    if (status == OTELMQ_OK) {
        status = write_line(exporter, otelmq_buffer_str(&line), deadline);
    }
    if (status != OTELMQ_OK) {
        report_loss(exporter, count, status);
    }
    otelmq_buffer_clean(&line);
    return status;
}

static void shut_down(void *self)
{
    file_exporter *exporter = self;
    atomic_store(&exporter->is_shut_down, true);
}

static void destroy(void *self)
{
    file_exporter *exporter = self;
    if (exporter->owns_fd && exporter->fd >= 0) {
        close(exporter->fd);
    }
    free(exporter->name);
    free(exporter);
}

static const otelmq_exporter_ops file_ops = {
    .export_spans = export_spans,
    .shutdown = shut_down,
    .destroy = destroy,
};

static bool is_regular_file(int fd)
{
    struct stat info;
    return fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
}

/*
 * Standard output is shared with others, so that it cannot be made non-blocking. poll promises room
 * for PIPE_BUF bytes in a pipe: more at once might wait for a reader for ever.
 */
static void use_standard_output(file_exporter *exporter)
{
    exporter->fd = STDOUT_FILENO;
    exporter->piece_max = is_regular_file(STDOUT_FILENO) ? SIZE_MAX : PIPE_BUF;
}

/* Non-blocking is for named pipes: neither a missing nor a slow reader may stop the program. */
static bool open_file(file_exporter *exporter, const char *path)
{
    int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    exporter->fd = open(path, flags, 0666);
    exporter->owns_fd = true;
    exporter->piece_max = SIZE_MAX;
    if (exporter->fd < 0) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR, "%s cannot be opened for spans: %s.", path,
                                  strerror(errno));
        return false;
    }
    return true;
}

otelmq_exporter otelmq_otlp_exporter_file(const char *path)
{
    bool is_standard_output = path == NULL || strcmp(path, "-") == 0;
    file_exporter *exporter = calloc(1, sizeof(*exporter));
    char *name = strdup(is_standard_output ? "standard output" : path);
    if (exporter == NULL || name == NULL) {
        otelmq_diagnostics_report(OTELMQ_SEVERITY_ERROR,
                                  "There is no memory for an OTLP file exporter.");
        free(exporter);
        free(name);
        return (otelmq_exporter){0};
    }
    exporter->name = name;
    if (is_standard_output) {
        use_standard_output(exporter);
    } else if (!open_file(exporter, path)) {
        destroy(exporter);
        return (otelmq_exporter){0};
    }
    return (otelmq_exporter){&file_ops, exporter};
}

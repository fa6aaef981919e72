/* SPDX-License-Identifier: Apache-2.0 */
#include "view/command.h"

#include "subcommand.h"
#include "view/load.h"
#include "view/options.h"
#include "view/relations.h"
#include "view/summary.h"
#include "view/waterfall.h"

#include <errno.h>
#include <unistd.h>

static void say_what_was_left_out(const view_loader *loader)
{
    if (loader->broken_line_count > 0) {
        fprintf(stderr, "otelmq view: %zu broken %s left out\n", loader->broken_line_count,
                loader->broken_line_count == 1 ? "line was" : "lines were");
    }
    if (loader->set->duplicate_count > 0) {
        fprintf(stderr, "otelmq view: %zu spans came more than once and count once\n",
                loader->set->duplicate_count);
    }
}

static size_t select_traces(const view_options *options, view_trace_set *set)
{
    const view_filter filter = {
        .trace_prefix = options->trace_prefix[0] != '\0' ? options->trace_prefix : NULL,
        .only_found = options->find != NULL,
        .only_errors = options->only_errors,
    };
    return view_trace_set_select(set, &filter);
}

static void draw_traces(const view_options *options, const view_trace_set *set, size_t selected,
                        view_pen *pen)
{
    size_t limit = options->limit == 0 ? selected : options->limit;
    size_t drawn = 0;
    for (size_t i = 0; i < set->trace_count && drawn < limit; i++) {
        if (set->traces[i].is_selected) {
            if (drawn++ > 0) {
                view_pen_end_line(pen);
            }
            view_waterfall_draw(pen, set, &set->traces[i]);
        }
    }
    if (selected > drawn) {
        char rest[80];
        snprintf(rest, sizeof rest, "%zu more %s, beyond --limit", selected - drawn,
                 selected - drawn == 1 ? "trace" : "traces");
        view_pen_end_line(pen);
        view_pen_write_rest(pen, VIEW_STYLE_DIM, rest);
        view_pen_end_line(pen);
    }
}

static void draw(const view_options *options, const view_trace_set *set, size_t selected)
{
    view_terminal terminal = view_terminal_from(STDOUT_FILENO, options->width, options->color);
    view_pen pen;
    view_pen_init(&pen, &terminal, stdout);
    if (options->wants_summary) {
        view_summary_draw(&pen, set);
    } else {
        draw_traces(options, set, selected, &pen);
    }
    view_pen_clean(&pen);
}

/* The words never change with the numbers: scripts read them. */
static int print_check(const view_trace_set *set)
{
    view_totals totals = view_trace_set_totals(set);
    printf("%zu traces, %zu services, %zu spans, %zu orphans\n", totals.traces, totals.services,
           totals.spans, totals.orphans);
    return totals.orphans > 0 ? OTELMQ_EXIT_NO : OTELMQ_EXIT_OK;
}

static int say_nothing_found(const view_trace_set *set)
{
    fputs(set->trace_count == 0 ? "otelmq view: there are no spans in the input\n"
                                : "otelmq view: no trace is like that\n",
          stderr);
    return OTELMQ_EXIT_NO;
}

static int show(const view_options *options, view_trace_set *set)
{
    size_t selected = select_traces(options, set);
    if (selected == 0 && !options->wants_check) {
        return say_nothing_found(set);
    }
    if (options->wants_summary || !options->wants_check) {
        draw(options, set, selected);
    }
    return options->wants_check ? print_check(set) : OTELMQ_EXIT_OK;
}

static int read_and_show(const view_options *options, view_trace_set *set)
{
    view_loader loader = {.set = set, .find = options->find};
    for (size_t i = 0; i < options->path_count; i++) {
        view_loader_read(&loader, options->paths[i]);
    }
    view_relations_find(set);
    int status = show(options, set);
    say_what_was_left_out(&loader);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "otelmq view: cannot write: %s\n", strerror(errno));
        return OTELMQ_EXIT_TROUBLE;
    }
    bool is_all_read = loader.broken_line_count == 0 && loader.unreadable_file_count == 0;
    return is_all_read ? status : OTELMQ_EXIT_TROUBLE;
}

int view_command_run(int argc, char **argv)
{
    view_options options;
    if (!view_options_parse(argc, argv, &options)) {
        return OTELMQ_EXIT_TROUBLE;
    }
    if (options.wants_help) {
        view_options_print_help();
        return OTELMQ_EXIT_OK;
    }
    view_trace_set set;
    view_trace_set_init(&set);
    int status = read_and_show(&options, &set);
    view_trace_set_clean(&set);
    return status;
}

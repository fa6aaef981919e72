/* SPDX-License-Identifier: Apache-2.0 */
#include "view/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option long_options[] = {
    {"help", no_argument, NULL, 'h'},        {"summary", no_argument, NULL, 's'},
    {"check", no_argument, NULL, 'k'},       {"errors", no_argument, NULL, 'e'},
    {"trace", required_argument, NULL, 't'}, {"find", required_argument, NULL, 'f'},
    {"limit", required_argument, NULL, 'l'}, {"width", required_argument, NULL, 'w'},
    {"color", required_argument, NULL, 'c'}, {NULL, 0, NULL, 0},
};

void view_options_print_help(void)
{
    printf("Usage: otelmq view [OPTION...] FILE...\n"
           "\n"
           "Draws the traces in files of OTLP JSON lines, as otelmq and the OpenTelemetry\n"
           "Collector write them. Spans of one trace may be spread over several files;\n"
           "the FILE - is standard input.\n"
           "\n"
           "What to show:\n"
           "  --summary      counts and latencies of each service and span name instead\n"
           "  --check        one line of totals instead; exit status 1 when there are\n"
           "                 orphans: spans whose parent or link is in none of the files\n"
           "Which traces:\n"
           "  --trace ID     the one with this trace id, or those that begin so\n"
           "  --find TEXT    those with TEXT in the name or an attribute of a span\n"
           "  --errors       those with an error\n"
           "  --limit N      draw at most N, the earliest\n"
           "How to draw:\n"
           "  --width N      N columns, at least %d, instead of those of the terminal\n"
           "  --color WHEN   auto (if it is a terminal), always or never\n"
           "  --help         this text\n"
           "\n"
           "A line with an arrow is the way of a message through its broker, with the time\n"
           "from the end of the sending span to the start of the receiving one. When that\n"
           "began before the broker had confirmed the message, it is the time since the\n"
           "start of the sending span, marked as the most that it can have been.\n"
           "\n"
           "Exit status: 0 for success, 1 when nothing was found or --check found orphans,\n"
           "2 when a file or a line of it could not be read.\n",
           VIEW_LEAST_WIDTH);
}

static bool refuse(const char *what, const char *argument, const char *why)
{
    fprintf(stderr, "otelmq view: %s '%s'%s; see otelmq view --help\n", what, argument, why);
    return false;
}

static bool parse_number(const char *option, const char *text, size_t least, size_t *number)
{
    char *end;
    errno = 0;
    unsigned long parsed = strtoul(text, &end, 10);
    bool is_number = text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0;
    if (!is_number || parsed < least) {
        fprintf(stderr, "otelmq view: %s '%s' is not a number of at least %zu\n", option, text,
                least);
        return false;
    }
    *number = parsed;
    return true;
}

static bool parse_trace(const char *text, char prefix[33])
{
    size_t len = strlen(text);
    if (len == 0 || len > 32 || strspn(text, "0123456789abcdefABCDEF") != len) {
        return refuse("--trace", text, " is not the beginning of a trace id");
    }
    for (size_t i = 0; i <= len; i++) {
        prefix[i] = text[i] >= 'A' && text[i] <= 'F' ? (char)(text[i] - 'A' + 'a') : text[i];
    }
    return true;
}

static bool parse_color(const char *text, view_color *color)
{
    static const char *const names[] = {"auto", "always", "never"};
    for (size_t i = 0; i < 3; i++) {
        if (strcmp(text, names[i]) == 0) {
            *color = (view_color)i;
            return true;
        }
    }
    return refuse("--color", text, " is not auto, always or never");
}

static bool parse_width(const char *text, size_t *width)
{
    if (!parse_number("--width", text, VIEW_LEAST_WIDTH, width)) {
        return false;
    }
    *width = *width < VIEW_MOST_WIDTH ? *width : VIEW_MOST_WIDTH;
    return true;
}

static bool apply(view_options *options, int option)
{
    switch (option) {
    case 'h':
        return options->wants_help = true;
    case 's':
        return options->wants_summary = true;
    case 'k':
        return options->wants_check = true;
    case 'e':
        return options->only_errors = true;
    case 't':
        return parse_trace(optarg, options->trace_prefix);
    case 'f':
        options->find = optarg;
        return true;
    case 'l':
        return parse_number("--limit", optarg, 1, &options->limit);
    case 'w':
        return parse_width(optarg, &options->width);
    default:
        return parse_color(optarg, &options->color);
    }
}

/* What getopt_long did not like is the argument before the next one. */
static bool refuse_option(int option, char **argv)
{
    const char *argument = argv[optind - 1];
    if (option == ':') {
        return refuse("option", argument, " needs a value");
    }
    return refuse("unknown option", argument, "");
}

bool view_options_parse(int argc, char **argv, view_options *options)
{
    *options = (view_options){0};
    opterr = 0;
    /* 0 and not 1: it may have read another command line before. */
    optind = 0;
    int option;
    while ((option = getopt_long(argc, argv, ":h", long_options, NULL)) != -1) {
        if (option == '?' || option == ':') {
            return refuse_option(option, argv);
        }
        if (!apply(options, option)) {
            return false;
        }
    }
    options->paths = argv + optind;
    options->path_count = (size_t)(argc - optind);
    if (options->path_count == 0 && !options->wants_help) {
        fputs("otelmq view: no FILE given; see otelmq view --help\n", stderr);
        return false;
    }
    return true;
}

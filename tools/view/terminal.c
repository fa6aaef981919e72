/* SPDX-License-Identifier: Apache-2.0 */
#include "view/terminal.h"

#include "view/text.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { DEFAULT_WIDTH = 100 };

static const view_glyphs unicode_glyphs = {
    .branch = "├╴",
    .last_branch = "└╴",
    .trunk = "│ ",
    .no_trunk = "  ",
    .cut_trunk = "… ",
    .bar = "━",
    .left_half = "╸",
    .right_half = "╺",
    .tick = "┃",
    .queue = "┄",
    .hop = "⇢",
    .link = "⇄",
    .error = "✗",
    .missing = "?",
    .loop = "↺",
    .dot = "·",
    .ellipsis = "…",
    .at_most = "≤",
    .micro = "µs",
};

static const view_glyphs ascii_glyphs = {
    .branch = "|-",
    .last_branch = "`-",
    .trunk = "| ",
    .no_trunk = "  ",
    .cut_trunk = "..",
    .bar = "=",
    .left_half = "=",
    .right_half = "=",
    .tick = "|",
    .queue = ".",
    .hop = ">",
    .link = "&",
    .error = "!",
    .missing = "?",
    .loop = "@",
    .dot = "-",
    .ellipsis = "..",
    .at_most = "<",
    .micro = "us",
};

/* 0 when text is not a width. */
static size_t parse_width(const char *text)
{
    char *end;
    unsigned long width = text == NULL ? 0 : strtoul(text, &end, 10);
    return width == 0 || *end != '\0' || width > VIEW_MOST_WIDTH ? 0 : (size_t)width;
}

static size_t find_width(int fd)
{
    struct winsize size;
    if (isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        return size.ws_col;
    }
    size_t width = parse_width(getenv("COLUMNS"));
    return width > 0 ? width : DEFAULT_WIDTH;
}

static bool is_set(const char *variable)
{
    const char *value = getenv(variable);
    return value != NULL && value[0] != '\0';
}

static bool wants_color(int fd, view_color color)
{
    if (color != VIEW_COLOR_AUTO) {
        return color == VIEW_COLOR_ALWAYS;
    }
    const char *term = getenv("TERM");
    return isatty(fd) && !is_set("NO_COLOR") && (term == NULL || strcmp(term, "dumb") != 0);
}

view_terminal view_terminal_from(int fd, size_t width, view_color color)
{
    size_t found = width > 0 ? width : find_width(fd);
    return (view_terminal){
        .width = found < VIEW_LEAST_WIDTH ? VIEW_LEAST_WIDTH : found,
        .has_color = wants_color(fd, color),
        .glyphs = view_text_locale_is_utf8() ? &unicode_glyphs : &ascii_glyphs,
    };
}

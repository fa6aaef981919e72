/* SPDX-License-Identifier: Apache-2.0 */
#include "view/pen.h"

#include "memory.h"
#include "view/text.h"

void view_pen_init(view_pen *pen, const view_terminal *terminal, FILE *out)
{
    *pen = (view_pen){.terminal = terminal, .out = out, .style = VIEW_STYLE_PLAIN};
    otelmq_buffer_init(&pen->line);
}

void view_pen_clean(view_pen *pen)
{
    otelmq_buffer_clean(&pen->line);
}

/* Red is for errors, so it is not among them; the colours are those of the user's own palette. */
const char *view_pen_service_style(size_t number)
{
    static const char *const styles[] = {"36", "33", "35", "32", "94",
                                         "96", "93", "95", "92", "34"};
    return styles[number % (sizeof styles / sizeof styles[0])];
}

static void change_style(view_pen *pen, const char *style)
{
    if (!pen->terminal->has_color || strcmp(pen->style, style) == 0) {
        return;
    }
    otelmq_buffer_add_text(&pen->line, style[0] == '\0' ? "\x1b[" : "\x1b[0;");
    otelmq_buffer_add_text(&pen->line, style);
    otelmq_buffer_add_char(&pen->line, 'm');
    pen->style = style;
}

void view_pen_space(view_pen *pen, size_t cells)
{
    pen->waiting_spaces += cells;
    pen->cells += cells;
}

/* Takes the spaces off the end of text, and returns how many they were. */
static size_t take_spaces(otelmq_str *text)
{
    size_t len = text->len;
    while (text->len > 0 && text->data[text->len - 1] == ' ') {
        text->len--;
    }
    return len - text->len;
}

static void write_str(view_pen *pen, const char *style, otelmq_str text)
{
    size_t spaces = take_spaces(&text);
    if (text.len == 0) {
        view_pen_space(pen, spaces);
        return;
    }
    for (; pen->waiting_spaces > 0; pen->waiting_spaces--) {
        otelmq_buffer_add_char(&pen->line, ' ');
    }
    change_style(pen, style);
    otelmq_buffer_add_str(&pen->line, text);
    pen->cells += view_text_width(text);
    view_pen_space(pen, spaces);
}

void view_pen_write(view_pen *pen, const char *style, const char *text)
{
    write_str(pen, style, otelmq_str_from(text));
}

void view_pen_repeat(view_pen *pen, const char *style, const char *glyph, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        view_pen_write(pen, style, glyph);
    }
}

/* What begins and what ends a name tells more than its middle. */
static void write_shortened(view_pen *pen, const char *style, otelmq_str text, size_t cells)
{
    const char *ellipsis = pen->terminal->glyphs->ellipsis;
    size_t ellipsis_width = view_text_width(otelmq_str_from(ellipsis));
    if (cells < ellipsis_width + 2) {
        write_str(pen, style, view_text_head(text, cells));
        return;
    }
    size_t tail_cells = (cells - ellipsis_width) / 2;
    otelmq_str tail = view_text_tail(text, tail_cells);
    otelmq_str head = view_text_head(text, cells - ellipsis_width - view_text_width(tail));
    write_str(pen, style, head);
    write_str(pen, style, otelmq_str_from(ellipsis));
    write_str(pen, style, tail);
}

void view_pen_write_fitted(view_pen *pen, const char *style, const char *text, size_t cells)
{
    otelmq_str str = otelmq_str_from(text);
    if (view_text_width(str) <= cells) {
        write_str(pen, style, str);
    } else {
        write_shortened(pen, style, str, cells);
    }
}

void view_pen_write_left(view_pen *pen, const char *style, const char *text, size_t cells)
{
    size_t end = pen->cells + cells;
    view_pen_write_fitted(pen, style, text, cells);
    view_pen_space(pen, end - pen->cells);
}

void view_pen_write_right(view_pen *pen, const char *style, const char *text, size_t cells)
{
    size_t width = view_text_width(otelmq_str_from(text));
    view_pen_space(pen, width < cells ? cells - width : 0);
    view_pen_write_left(pen, style, text, width < cells ? width : cells);
}

size_t view_pen_left(const view_pen *pen)
{
    return pen->cells < pen->terminal->width ? pen->terminal->width - pen->cells : 0;
}

void view_pen_write_rest(view_pen *pen, const char *style, const char *text)
{
    const char *ellipsis = pen->terminal->glyphs->ellipsis;
    size_t ellipsis_width = view_text_width(otelmq_str_from(ellipsis));
    otelmq_str str = otelmq_str_from(text);
    size_t cells = view_pen_left(pen);
    if (view_text_width(str) <= cells) {
        write_str(pen, style, str);
    } else if (cells >= ellipsis_width) {
        write_str(pen, style, view_text_head(str, cells - ellipsis_width));
        write_str(pen, style, otelmq_str_from(ellipsis));
    }
}

void view_pen_end_line(view_pen *pen)
{
    change_style(pen, VIEW_STYLE_PLAIN);
    otelmq_buffer_add_char(&pen->line, '\n');
    otelmq_memory_check(&pen->line);
    fwrite(pen->line.data, 1, pen->line.len, pen->out);
    otelmq_buffer_clear(&pen->line);
    pen->cells = 0;
    pen->waiting_spaces = 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "view/waterfall.h"

#include "base/hex.h"
#include "view/bar.h"
#include "view/columns.h"
#include "view/hop.h"
#include "view/tree.h"

/* A batch may link to hundreds of messages; so many are shown of each span. */
enum { MOST_LINKS = 4 };

enum { TRACE_DIGITS = 32, SPAN_DIGITS = 16, SHORT_DIGITS = 8 };

typedef struct {
    view_pen *pen;
    const view_trace_set *set;
    view_columns columns;
    view_axis axis;
    view_tree tree;
} waterfall;

static void write_id(view_pen *pen, const char *style, const uint8_t *id, size_t digit_count)
{
    char digits[TRACE_DIGITS + 1];
    otelmq_hex_format(id, digit_count / 2, digits);
    digits[digit_count] = '\0';
    view_pen_write_rest(pen, style, digits);
}

static void write_count(view_pen *pen, const char *style, size_t count, const char *noun)
{
    char text[64];
    snprintf(text, sizeof text, "%zu %s%s", count, noun, count == 1 ? "" : "s");
    view_pen_write_rest(pen, style, text);
}

static void write_dot(view_pen *pen)
{
    view_pen_space(pen, 1);
    view_pen_write_rest(pen, VIEW_STYLE_DIM, pen->terminal->glyphs->dot);
    view_pen_space(pen, 1);
}

/* On a narrow terminal the id is cut: eight digits are enough for --trace. */
static size_t header_digits(const view_terminal *terminal)
{
    if (terminal->width < 64) {
        return SHORT_DIGITS;
    }
    return terminal->width < 90 ? TRACE_DIGITS / 2 : TRACE_DIGITS;
}

/* What matters most comes first: a narrow terminal cuts the rest. */
static void draw_header(view_pen *pen, const view_trace *trace)
{
    view_duration duration = view_duration_format(pen->terminal->glyphs, "",
                                                  trace->end_unix_nano - trace->start_unix_nano);
    view_pen_write(pen, VIEW_STYLE_PLAIN, "trace ");
    write_id(pen, VIEW_STYLE_BOLD, trace->nodes[0]->key.trace_id, header_digits(pen->terminal));
    write_dot(pen);
    view_pen_write_rest(pen, VIEW_STYLE_BOLD, duration.text);
    if (trace->error_count > 0) {
        write_dot(pen);
        write_count(pen, VIEW_STYLE_BOLD_ERROR, trace->error_count, "error");
    }
    write_dot(pen);
    write_count(pen, VIEW_STYLE_PLAIN, trace->span_count, "span");
    write_dot(pen);
    write_count(pen, VIEW_STYLE_PLAIN, trace->service_count, "service");
    view_pen_end_line(pen);
}

/* Leaves the column of the service empty, for lines that tell more about a span. */
static void skip_service(waterfall *drawing)
{
    view_pen_space(drawing->pen, drawing->columns.service + drawing->columns.gap);
}

/* Cells from where the pen is to the end of the column of names. */
static size_t name_cells(const waterfall *drawing)
{
    const view_columns *columns = &drawing->columns;
    return columns->service + columns->gap + columns->label - drawing->pen->cells;
}

/* What stands in the column of kinds, if there is one: in full, or shortened. */
typedef struct {
    const char *full;
    const char *shortened;
} kind_text;

static const kind_text kind_texts[] = {
    [VIEW_KIND_UNSPECIFIED] = {"", ""},          [VIEW_KIND_INTERNAL] = {"internal", "int"},
    [VIEW_KIND_SERVER] = {"server", "srv"},      [VIEW_KIND_CLIENT] = {"client", "cli"},
    [VIEW_KIND_PRODUCER] = {"producer", "prod"}, [VIEW_KIND_CONSUMER] = {"consumer", "cons"},
};

static const kind_text hop_text = {"in queue", "wait"};

static void write_kind(waterfall *drawing, const kind_text *kind)
{
    size_t cells = drawing->columns.kind;
    if (cells > 0) {
        bool is_room = cells >= VIEW_FULL_KIND;
        view_pen_space(drawing->pen, drawing->columns.gap);
        view_pen_write_left(drawing->pen, VIEW_STYLE_DIM, is_room ? kind->full : kind->shortened,
                            cells);
    }
    view_pen_space(drawing->pen, drawing->columns.gap);
}

static void write_duration(waterfall *drawing, const char *style, view_duration duration)
{
    view_pen_space(drawing->pen, drawing->columns.gap);
    view_pen_write_right(drawing->pen, style, duration.text, drawing->columns.duration);
    view_pen_end_line(drawing->pen);
}

static void draw_span(waterfall *drawing)
{
    view_pen *pen = drawing->pen;
    const view_span *span = drawing->tree.span;
    const char *style = view_pen_service_style(span->service->number);
    view_pen_write_left(pen, style, span->service->text, drawing->columns.service);
    view_pen_space(pen, drawing->columns.gap);
    view_tree_draw_branches(&drawing->tree, pen, drawing->columns.indent);
    view_pen_write_left(pen, span->is_error ? VIEW_STYLE_ERROR : VIEW_STYLE_PLAIN, span->name->text,
                        name_cells(drawing));
    write_kind(drawing, &kind_texts[span->kind]);
    if (span->start_unix_nano == 0) {
        view_pen_write_rest(pen, VIEW_STYLE_DIM, "no start time");
        view_pen_end_line(pen);
        return;
    }
    view_bar_draw(pen, &drawing->axis, span->is_error ? VIEW_STYLE_ERROR : style,
                  span->start_unix_nano, span->end_unix_nano);
    write_duration(drawing, VIEW_STYLE_PLAIN,
                   view_duration_format(pen->terminal->glyphs, "", view_span_duration(span)));
}

/* "⇢ rabbitmq shop.orders:order.new" in the column of names. */
static void write_hop_label(waterfall *drawing, const view_hop *hop)
{
    view_pen *pen = drawing->pen;
    size_t end = pen->cells + name_cells(drawing);
    view_pen_write(pen, VIEW_STYLE_BOLD, pen->terminal->glyphs->hop);
    view_pen_space(pen, 1);
    view_pen_write_fitted(pen, VIEW_STYLE_BOLD, hop->system, end - pen->cells);
    if (pen->cells < end) {
        view_pen_space(pen, 1);
        view_pen_write_left(pen, VIEW_STYLE_DIM, hop->destination, end - pen->cells);
    }
}

/* A line of its own above the receiver, in the place between it and the sender. */
static void draw_hop(waterfall *drawing)
{
    view_hop hop;
    view_pen *pen = drawing->pen;
    if (!view_hop_find(drawing->tree.span, &hop)) {
        return;
    }
    skip_service(drawing);
    view_tree_draw_above(&drawing->tree, pen, drawing->columns.indent);
    write_hop_label(drawing, &hop);
    write_kind(drawing, &hop_text);
    view_bar_draw_queue(pen, &drawing->axis, VIEW_STYLE_DIM, hop.start_unix_nano,
                        hop.end_unix_nano);
    write_duration(drawing, VIEW_STYLE_DIM, view_hop_duration(&hop, pen->terminal->glyphs));
}

/* The beginning of a line that tells more about the span above it. */
static void start_note(waterfall *drawing, const char *style, const char *glyph)
{
    skip_service(drawing);
    view_tree_draw_below(&drawing->tree, drawing->pen, drawing->columns.indent);
    view_pen_write_rest(drawing->pen, style, glyph);
    view_pen_space(drawing->pen, 1);
}

static void draw_error(waterfall *drawing)
{
    view_pen *pen = drawing->pen;
    const view_span *span = drawing->tree.span;
    if (!span->is_error) {
        return;
    }
    start_note(drawing, VIEW_STYLE_ERROR, pen->terminal->glyphs->error);
    if (span->error_type != NULL) {
        view_pen_write_rest(pen, VIEW_STYLE_ERROR, span->error_type->text);
    }
    if (span->error_type != NULL && span->status_message != NULL) {
        view_pen_write_rest(pen, VIEW_STYLE_ERROR, ": ");
    }
    if (span->status_message != NULL) {
        view_pen_write_rest(pen, VIEW_STYLE_ERROR, span->status_message->text);
    }
    if (span->error_type == NULL && span->status_message == NULL) {
        view_pen_write_rest(pen, VIEW_STYLE_ERROR, "error");
    }
    view_pen_end_line(pen);
}

static void write_known_target(waterfall *drawing, const view_link *link)
{
    view_pen *pen = drawing->pen;
    const view_span *target = link->span;
    view_pen_write_rest(pen, view_pen_service_style(target->service->number),
                        target->service->text);
    view_pen_write_rest(pen, VIEW_STYLE_DIM, ": ");
    view_pen_write_rest(pen, VIEW_STYLE_PLAIN, target->name->text);
    if (memcmp(target->key.trace_id, drawing->tree.span->key.trace_id, 16) != 0) {
        view_pen_write_rest(pen, VIEW_STYLE_DIM, " in trace ");
        write_id(pen, VIEW_STYLE_DIM, target->key.trace_id, SHORT_DIGITS);
    }
}

static void write_unknown_target(waterfall *drawing, const view_link *link)
{
    view_pen *pen = drawing->pen;
    view_pen_write_rest(pen, VIEW_STYLE_DIM, "span ");
    write_id(pen, VIEW_STYLE_DIM, link->target.span_id, SPAN_DIGITS);
    view_pen_write_rest(pen, VIEW_STYLE_DIM, " in no file, of trace ");
    write_id(pen, VIEW_STYLE_DIM, link->target.trace_id, TRACE_DIGITS);
}

static void draw_link(waterfall *drawing, const view_link *link)
{
    start_note(drawing, VIEW_STYLE_DIM, drawing->pen->terminal->glyphs->link);
    view_pen_write_rest(drawing->pen, VIEW_STYLE_DIM, "links to ");
    if (link->span != NULL) {
        write_known_target(drawing, link);
    } else {
        write_unknown_target(drawing, link);
    }
    view_pen_end_line(drawing->pen);
}

/* A link to the parent says nothing that the tree does not show. */
static bool repeats_parent(const view_span *span, const view_link *link)
{
    return span->has_parent_id &&
           memcmp(link->target.trace_id, span->key.trace_id, sizeof span->key.trace_id) == 0 &&
           memcmp(link->target.span_id, span->parent_id, sizeof span->parent_id) == 0;
}

static void draw_links(waterfall *drawing)
{
    const view_span *span = drawing->tree.span;
    size_t count = 0;
    for (size_t i = 0; i < span->link_count; i++) {
        const view_link *link = &drawing->set->links[span->first_link + i];
        if (repeats_parent(span, link)) {
            continue;
        }
        if (count++ < MOST_LINKS) {
            draw_link(drawing, link);
        }
    }
    if (count > MOST_LINKS) {
        start_note(drawing, VIEW_STYLE_DIM, drawing->pen->terminal->glyphs->link);
        view_pen_write_rest(drawing->pen, VIEW_STYLE_DIM, "and to ");
        write_count(drawing->pen, VIEW_STYLE_DIM, count - MOST_LINKS, "more span");
        view_pen_end_line(drawing->pen);
    }
}

static void draw_missing(waterfall *drawing)
{
    view_pen *pen = drawing->pen;
    skip_service(drawing);
    view_pen_write_rest(pen, VIEW_STYLE_ERROR, pen->terminal->glyphs->missing);
    view_pen_write_rest(pen, VIEW_STYLE_DIM, " missing parent ");
    write_id(pen, VIEW_STYLE_DIM, drawing->tree.span->key.span_id, SPAN_DIGITS);
    view_pen_write_rest(pen, VIEW_STYLE_DIM, ", in no file");
    view_pen_end_line(pen);
}

static void draw_loop(waterfall *drawing)
{
    if (drawing->tree.span->node == VIEW_NODE_LOOP_HEAD) {
        start_note(drawing, VIEW_STYLE_ERROR, drawing->pen->terminal->glyphs->loop);
        view_pen_write_rest(drawing->pen, VIEW_STYLE_ERROR,
                            "parent loop: this span is its own ancestor");
        view_pen_end_line(drawing->pen);
    }
}

static void draw_node(waterfall *drawing)
{
    if (drawing->tree.span->node == VIEW_NODE_MISSING) {
        draw_missing(drawing);
        return;
    }
    draw_hop(drawing);
    draw_span(drawing);
    draw_loop(drawing);
    draw_error(drawing);
    draw_links(drawing);
}

void view_waterfall_draw(view_pen *pen, const view_trace_set *set, const view_trace *trace)
{
    waterfall drawing = {
        .pen = pen,
        .set = set,
        .columns = view_columns_fit(trace, pen->terminal->width),
    };
    drawing.axis = (view_axis){
        .start_unix_nano = trace->start_unix_nano,
        .end_unix_nano = trace->end_unix_nano,
        .cells = drawing.columns.bar,
    };
    draw_header(pen, trace);
    view_tree_start(&drawing.tree, trace);
    while (view_tree_next(&drawing.tree)) {
        draw_node(&drawing);
    }
    view_tree_clean(&drawing.tree);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "view/hop.h"

enum { SIBLINGS_ASKED = 64 };

static const char *text_of(const view_name *first, const view_name *second, const char *otherwise)
{
    if (first != NULL) {
        return first->text;
    }
    return second != NULL ? second->text : otherwise;
}

/* Only a message leads from a producer to a consumer, in whatever service that is. */
static bool is_receiver(const view_span *span)
{
    return span->parent != NULL && span->parent->kind == VIEW_KIND_PRODUCER &&
           (span->kind == VIEW_KIND_CONSUMER || span->is_receive);
}

/*
 * A service that received the message before it processed it has two such spans: one way, though.
 * No more than the first siblings are asked, for the sake of a file with very many.
 */
static bool is_shown_before(const view_span *span)
{
    const view_span *sibling = span->parent->first_child;
    for (int i = 0; i < SIBLINGS_ASKED && sibling != span; i++) {
        if (sibling->service == span->service && is_receiver(sibling)) {
            return true;
        }
        sibling = sibling->next_sibling;
    }
    return false;
}

/* A receive may have begun before there was a message; it ends when it hands the message over. */
static uint64_t arrival(const view_span *span)
{
    return span->is_receive ? span->end_unix_nano : span->start_unix_nano;
}

bool view_hop_find(const view_span *span, view_hop *hop)
{
    if (!is_receiver(span) || is_shown_before(span)) {
        return false;
    }
    const view_span *producer = span->parent;
    bool is_early = arrival(span) < producer->end_unix_nano;
    *hop = (view_hop){
        .system = text_of(span->messaging_system, producer->messaging_system, "message"),
        .destination = text_of(producer->messaging_destination, span->messaging_destination, ""),
        .start_unix_nano = is_early ? producer->start_unix_nano : producer->end_unix_nano,
        .end_unix_nano = arrival(span),
        .is_upper_bound = is_early,
    };
    return true;
}

view_duration view_hop_duration(const view_hop *hop, const view_glyphs *glyphs)
{
    if (hop->end_unix_nano < hop->start_unix_nano) {
        return view_duration_format(glyphs, "-", hop->start_unix_nano - hop->end_unix_nano);
    }
    return view_duration_format(glyphs, hop->is_upper_bound ? glyphs->at_most : "",
                                hop->end_unix_nano - hop->start_unix_nano);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "trace/span_object.h"

#include "trace/span_clock.h"

#include <otelmq/diagnostics.h>

enum { FIRST_CAPACITY = 4 };

/* True with the lock taken; false for a span that does not record any more, or never did. */
static bool begin_change(otelmq_span *span)
{
    if (!otelmq_span_is_recording(span)) {
        return false;
    }
    otelmq_lock_take(&span->lock);
    if (atomic_load_explicit(&span->is_ended, memory_order_relaxed) &&
        !otelmq_span_is_ending_here(span)) {
        otelmq_lock_give(&span->lock);
        return false;
    }
    otelmq_span_unfold_locked(span);
    return true;
}

static void end_change(otelmq_span *span)
{
    otelmq_lock_give(&span->lock);
}

otelmq_str otelmq_span_copy_text(otelmq_span *span, otelmq_room *room, otelmq_str text,
                                 otelmq_str before)
{
    if (text.len == 0) {
        return text;
    }
    if (!otelmq_room_reserve(room, &span->arena, text.len, 1)) {
        return before;
    }
    memcpy(room->data, text.data, text.len);
    return otelmq_str_from_bytes(room->data, text.len);
}

/* Before the first change: the list that it shared so far becomes its own. False without memory. */
static bool own_attributes(otelmq_span *span)
{
    if (!span->shares_attributes) {
        return true;
    }
    otelmq_attribute *own = span->inline_attributes;
    if (!span->has_room) {
        own = otelmq_arena_take(&span->arena, OTELMQ_SPAN_INLINE_ATTRIBUTES * sizeof(*own),
                                _Alignof(otelmq_attribute));
    }
    if (own == NULL) {
        return false;
    }
    memcpy(own, span->attributes.items, span->attributes.count * sizeof(*own));
    span->attributes.items = own;
    span->attributes.capacity = OTELMQ_SPAN_INLINE_ATTRIBUTES;
    span->shares_attributes = false;
    return true;
}

void otelmq_span_begin_with(otelmq_span *span, otelmq_span_template *template)
{
    size_t count = template->attribute_count;
    span->template = template;
    span->data.name = template->name;
    if (otelmq_span_can_share(span->provider, template)) {
        span->attributes.items = template->attributes;
        span->attributes.count = (uint32_t)count;
        span->attributes.capacity = (uint32_t)count;
        span->shares_attributes = true;
    } else {
        otelmq_span_put_attributes(span, template->attributes, count);
    }
}

void otelmq_span_put_attributes(otelmq_span *span, const otelmq_attribute attributes[],
                                size_t count)
{
    if (own_attributes(span)) {
        otelmq_attribute_set_put_all(&span->attributes, &span->arena,
                                     &span->provider->limits.attributes, attributes, count);
    } else {
        span->attributes.dropped += (uint32_t)count;
    }
}

void otelmq_span_publish_attributes(otelmq_span *span)
{
    span->data.attributes = span->attributes.items;
    span->data.attribute_count = span->attributes.count;
    span->data.dropped_attribute_count = span->attributes.dropped;
}

/*
 * A list for count elements and one more, with these count in it; NULL without memory. It doubles,
 * so that what is left behind in the arena is never more than what is in use.
 */
static void *list_with_room(otelmq_span *span, void *list, uint32_t count, uint32_t *capacity,
                            size_t element_size)
{
    if (count < *capacity) {
        return list;
    }
    uint32_t wanted = *capacity > 0 ? 2 * *capacity : FIRST_CAPACITY;
    void *longer = otelmq_arena_take(&span->arena, wanted * element_size, sizeof(uint64_t));
    if (longer == NULL) {
        return NULL;
    }
    if (count > 0) {
        memcpy(longer, list, count * element_size);
    }
    *capacity = wanted;
    return longer;
}

static bool grow_events(otelmq_span *span)
{
    otelmq_event_data *events = list_with_room(span, span->events, span->data.event_count,
                                               &span->event_capacity, sizeof(*events));
    if (events == NULL) {
        return false;
    }
    span->events = events;
    span->data.events = events;
    return true;
}

static bool grow_links(otelmq_span *span)
{
    otelmq_link_data *links = list_with_room(span, span->links, span->data.link_count,
                                             &span->link_capacity, sizeof(*links));
    if (links == NULL) {
        return false;
    }
    span->links = links;
    span->data.links = links;
    return true;
}

static otelmq_attribute_set copy_attributes(otelmq_span *span,
                                            const otelmq_attribute_limits *limits,
                                            const otelmq_attribute attributes[], size_t count)
{
    otelmq_attribute_set set = {0};
    otelmq_attribute_set_put_all(&set, &span->arena, limits, attributes, count);
    return set;
}

/* Without attributes; NULL, and counted, when the span can have no more. */
static otelmq_event_data *add_event(otelmq_span *span, otelmq_str name, uint64_t time_unix_nano)
{
    if (span->data.event_count >= span->provider->limits.max_events || !grow_events(span)) {
        span->data.dropped_event_count++;
        return NULL;
    }
    otelmq_room room = {0};
    otelmq_str copied = otelmq_span_copy_text(span, &room, name, (otelmq_str){0});
    otelmq_event_data *event = &span->events[span->data.event_count++];
    *event = (otelmq_event_data){.name = copied, .time_unix_nano = time_unix_nano};
    return event;
}

static void set_event_attributes(otelmq_span *span, otelmq_event_data *event,
                                 const otelmq_attribute_set *set)
{
    event->attributes = set->items;
    event->attribute_count = set->count;
    event->dropped_attribute_count = set->dropped;
    span->lost_inside += set->dropped + set->emptied;
}

static void put_event(otelmq_span *span, otelmq_str name, uint64_t time_unix_nano,
                      const otelmq_attribute attributes[], size_t count)
{
    otelmq_event_data *event = add_event(span, name, time_unix_nano);
    if (event != NULL) {
        otelmq_attribute_set set =
            copy_attributes(span, &span->provider->limits.event_attributes, attributes, count);
        set_event_attributes(span, event, &set);
    }
}

void otelmq_span_put_link(otelmq_span *span, const otelmq_link *link)
{
    const otelmq_applied_limits *limits = &span->provider->limits;
    const otelmq_span_context *to = &link->span_context;
    if (!otelmq_span_context_is_valid(to) && link->attribute_count == 0 && to->tracestate == NULL) {
        return;
    }
    if (span->data.link_count >= limits->max_links || !grow_links(span)) {
        span->data.dropped_link_count++;
        return;
    }
    otelmq_attribute_set set =
        copy_attributes(span, &limits->link_attributes, link->attributes, link->attribute_count);
    span->lost_inside += set.dropped + set.emptied;
    otelmq_tracestate_retain(to->tracestate);
    span->links[span->data.link_count++] = (otelmq_link_data){
        .span_context = *to,
        .attributes = set.items,
        .attribute_count = set.count,
        .dropped_attribute_count = set.dropped,
    };
}

static void put_status(otelmq_span *span, otelmq_status_code code, otelmq_str description)
{
    otelmq_span_data *data = &span->data;
    bool is_known = code == OTELMQ_STATUS_OK || code == OTELMQ_STATUS_ERROR;
    if (!is_known || data->status == OTELMQ_STATUS_OK) {
        return;
    }
    data->status = code;
    otelmq_str kept = code == OTELMQ_STATUS_ERROR ? description : (otelmq_str){0};
    data->status_description =
        otelmq_span_copy_text(span, &span->description_room, kept, (otelmq_str){0});
}

static uint64_t now_for(const otelmq_span *span)
{
    uint64_t now = otelmq_clock_monotonic_nano();
    if (span->has_own_start) {
        return otelmq_span_clock_unix_nano(now);
    }
    return span->data.start_time_unix_nano + (now - span->start_monotonic_nano);
}

static void set_value(otelmq_span *span, otelmq_str key, const otelmq_value *value)
{
    if (begin_change(span)) {
        if (own_attributes(span)) {
            otelmq_attribute_set_put_value(&span->attributes, &span->arena,
                                           &span->provider->limits.attributes, key, value);
        } else {
            span->attributes.dropped++;
        }
        end_change(span);
    }
}

otelmq_value otelmq_span_attribute(otelmq_span *span, const char *key)
{
    otelmq_value value = otelmq_value_none();
    otelmq_str wanted = otelmq_str_from(key);
    if (begin_change(span)) {
        for (uint32_t i = 0; i < span->attributes.count; i++) {
            if (otelmq_str_equal(span->attributes.items[i].key, wanted)) {
                value = span->attributes.items[i].value;
            }
        }
        end_change(span);
    }
    return value;
}

void otelmq_span_set_attribute(otelmq_span *span, otelmq_attribute attribute)
{
    set_value(span, attribute.key, &attribute.value);
}

void otelmq_span_put_string(otelmq_span *span, otelmq_str key, otelmq_str value)
{
    otelmq_value string = {.type = OTELMQ_VALUE_STRING, .as = {.string = value}};
    set_value(span, key, &string);
}

void otelmq_span_put_bool(otelmq_span *span, otelmq_str key, bool value)
{
    otelmq_value boolean = {.type = OTELMQ_VALUE_BOOL, .as = {.boolean = value}};
    set_value(span, key, &boolean);
}

void otelmq_span_put_int(otelmq_span *span, otelmq_str key, int64_t value)
{
    otelmq_value integer = {.type = OTELMQ_VALUE_INT, .as = {.integer = value}};
    set_value(span, key, &integer);
}

void otelmq_span_put_double(otelmq_span *span, otelmq_str key, double value)
{
    otelmq_value real = {.type = OTELMQ_VALUE_DOUBLE, .as = {.real = value}};
    set_value(span, key, &real);
}

void otelmq_span_add_event_at(otelmq_span *span, const char *name, uint64_t time_unix_nano,
                              const otelmq_attribute attributes[], size_t attribute_count)
{
    if (begin_change(span)) {
        uint64_t time = time_unix_nano != 0 ? time_unix_nano : now_for(span);
        put_event(span, otelmq_str_from(name), time, attributes,
                  attributes != NULL ? attribute_count : 0);
        end_change(span);
    }
}

void otelmq_span_add_event(otelmq_span *span, const char *name, const otelmq_attribute attributes[],
                           size_t attribute_count)
{
    otelmq_span_add_event_at(span, name, 0, attributes, attribute_count);
}

void otelmq_span_add_link(otelmq_span *span, const otelmq_link *link)
{
    if (link != NULL && begin_change(span)) {
        otelmq_span_put_link(span, link);
        end_change(span);
    }
}

void otelmq_span_set_status(otelmq_span *span, otelmq_status_code code, const char *description)
{
    if (begin_change(span)) {
        put_status(span, code, otelmq_str_from(description));
        end_change(span);
    }
}

/* The conventions' word for an error without a type of its own. */
static otelmq_str type_or_other(const char *type)
{
    return type != NULL ? otelmq_str_from(type) : OTELMQ_STR("_OTHER");
}

/* What the caller gives comes last, and so wins over what is known from type and message. */
static void put_exception(otelmq_span *span, otelmq_str type, const char *message,
                          const otelmq_attribute attributes[], size_t count)
{
    const otelmq_attribute known[] = {
        otelmq_attribute_string("exception.type", type),
        otelmq_attribute_string("exception.message", otelmq_str_from(message)),
    };
    otelmq_event_data *event = add_event(span, OTELMQ_STR("exception"), now_for(span));
    if (event == NULL) {
        return;
    }
    const otelmq_attribute_limits *limits = &span->provider->limits.event_attributes;
    otelmq_attribute_set set = copy_attributes(span, limits, known, message != NULL ? 2 : 1);
    otelmq_attribute_set_put_all(&set, &span->arena, limits, attributes, count);
    set_event_attributes(span, event, &set);
}

void otelmq_span_record_exception(otelmq_span *span, const char *type, const char *message,
                                  const otelmq_attribute attributes[], size_t attribute_count)
{
    if (begin_change(span)) {
        put_exception(span, type_or_other(type), message, attributes,
                      attributes != NULL ? attribute_count : 0);
        end_change(span);
    }
}

void otelmq_span_record_error(otelmq_span *span, const char *type, const char *message)
{
    if (begin_change(span)) {
        otelmq_str known_type = type_or_other(type);
        otelmq_attribute error_type = otelmq_attribute_string("error.type", known_type);
        put_exception(span, known_type, message, NULL, 0);
        otelmq_span_put_attributes(span, &error_type, 1);
        put_status(span, OTELMQ_STATUS_ERROR, otelmq_str_from(message));
        end_change(span);
    }
}

void otelmq_span_update_name(otelmq_span *span, const char *name)
{
    if (begin_change(span)) {
        span->data.name =
            otelmq_span_copy_text(span, &span->name_room, otelmq_str_from(name), span->data.name);
        end_change(span);
    }
}

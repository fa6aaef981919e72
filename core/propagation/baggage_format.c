/* SPDX-License-Identifier: Apache-2.0 */
#include "propagation/baggage_header.h"

#include "base/percent.h"
#include "context/baggage_node.h"

/* A header that is being written; room is made sure of before each member. */
typedef struct {
    char *text;
    size_t len;
    size_t members;
} output;

/*
 * Whether each character from the space to the tilde stands for itself: baggage-octet but for the
 * percent sign, and for the plus sign, which some readers (OpenTelemetry's for Python) take for a
 * space. (Section 3.2.)
 */
static const char PLAIN[OTELMQ_PERCENT_SET_SIZE] = "-y-yy-yyyyy--yyy" /* !"#$%&'()*+,-./ */
                                                   "yyyyyyyyyyy-yyyy" /* 0123456789:;<=>? */
                                                   "yyyyyyyyyyyyyyyy" /* @ABCDEFGHIJKLMNO */
                                                   "yyyyyyyyyyyy-yyy" /* PQRSTUVWXYZ[\]^_ */
                                                   "yyyyyyyyyyyyyyyy" /* `abcdefghijklmno */
                                                   "yyyyyyyyyyyyyyy"; /* pqrstuvwxyz{|}~ */

static void add(output *header, otelmq_str text)
{
    if (text.len > 0) {
        memcpy(header->text + header->len, text.data, text.len);
        header->len += text.len;
    }
}

static void add_encoded(output *header, otelmq_str value)
{
    char *end = otelmq_percent_encode(value, PLAIN, header->text + header->len);
    header->len = (size_t)(end - header->text);
}

/* A value is at most three times as long when it is encoded, so that few need to be measured. */
static bool fits(otelmq_str value, size_t room)
{
    return value.len <= room / 3 ||
           (value.len <= room && otelmq_percent_encoded_len(value, PLAIN) <= room);
}

static bool has_room(const output *header, const otelmq_baggage_entry *entry)
{
    size_t left = OTELMQ_BAGGAGE_BYTES_MAX - header->len;
    size_t separators = (header->members > 0) + 1u + (entry->metadata.len > 0);
    size_t plain = entry->key.len + entry->metadata.len + separators;
    return header->members < OTELMQ_BAGGAGE_MEMBERS_MAX && plain <= left &&
           fits(entry->value, left - plain);
}

static void add_member(output *header, const otelmq_baggage_entry *entry)
{
    if (header->members > 0) {
        header->text[header->len++] = ',';
    }
    add(header, entry->key);
    header->text[header->len++] = '=';
    add_encoded(header, entry->value);
    if (entry->metadata.len > 0) {
        header->text[header->len++] = ';';
        add(header, entry->metadata);
    }
    header->members++;
}

otelmq_str otelmq_baggage_format(const otelmq_baggage *baggage, char text[OTELMQ_BAGGAGE_BYTES_MAX],
                                 otelmq_baggage_losses *losses)
{
    output written = {.text = text};
    const otelmq_baggage_entry *entries = otelmq_baggage_entries(baggage);
    size_t count = otelmq_baggage_count(baggage);
    bool has_other_keys = otelmq_baggage_has_other_keys(baggage);
    *losses = (otelmq_baggage_losses){0};
    for (size_t i = 0; i < count; i++) {
        if (has_other_keys && !otelmq_baggage_is_key(entries[i].key)) {
            losses->malformed++;
        } else if (has_room(&written, &entries[i])) {
            add_member(&written, &entries[i]);
        } else {
            losses->over_limit++;
        }
    }
    return otelmq_str_from_bytes(written.text, written.len);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "propagation/baggage_header.h"

#include "propagation/percent.h"

/* A header that is being written; room is made sure of before each member. */
typedef struct {
    char *text;
    size_t len;
    size_t members;
} output;

/*
 * Whether each character from the space to the tilde stands for itself: baggage-octet but for the
 * percent sign. (Section 3.2.)
 */
static const char PLAIN[OTELMQ_PERCENT_SET_SIZE] = "-y-yy-yyyyyy-yyy" /* !"#$%&'()*+,-./ */
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

static bool has_room(const output *header, otelmq_baggage_entry entry)
{
    size_t left = OTELMQ_BAGGAGE_BYTES_MAX - header->len;
    size_t separators = (header->members > 0) + 1u + (entry.metadata.len > 0);
    size_t plain = entry.key.len + entry.metadata.len + separators;
    return header->members < OTELMQ_BAGGAGE_MEMBERS_MAX && plain <= left &&
           entry.value.len <= left - plain && otelmq_percent_encoded_len(entry.value, PLAIN) <= left - plain;
}

static void add_member(output *header, otelmq_baggage_entry entry)
{
    if (header->members > 0) {
        add(header, OTELMQ_STR(","));
    }
    add(header, entry.key);
    add(header, OTELMQ_STR("="));
    add_encoded(header, entry.value);
    if (entry.metadata.len > 0) {
        add(header, OTELMQ_STR(";"));
        add(header, entry.metadata);
    }
    header->members++;
}

otelmq_str otelmq_baggage_format(const otelmq_baggage *baggage, char text[OTELMQ_BAGGAGE_BYTES_MAX],
                                 otelmq_baggage_losses *losses)
{
    output written = {.text = text};
    *losses = (otelmq_baggage_losses){0};
    for (size_t i = 0; i < otelmq_baggage_count(baggage); i++) {
        otelmq_baggage_entry entry = otelmq_baggage_entry_at(baggage, i);
        if (has_room(&written, entry)) {
            add_member(&written, entry);
        } else {
            losses->over_limit++;
        }
    }
    return otelmq_str_from_bytes(written.text, written.len);
}

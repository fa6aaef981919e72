/* SPDX-License-Identifier: Apache-2.0 */
#include "propagation/baggage_collector.h"

#include "base/text.h"
#include "context/baggage_node.h"

/* What a character may stand in; VALUE is baggage-octet, and the percent sign. (Section 3.2.) */
enum { VALUE = 1, KEY = 2, PERCENT = 4 };

/* The sum of these for each byte, as a digit, whose low bits are its value. */
static const char CLASSES[256] = "0000000000000000"
                                 "0000000000000000"
                                 "0303373311330331" /* !"#$%&'()*+,-./ */
                                 "3333333333101111" /* 0123456789:;<=>? */
                                 "1333333333333333" /* @ABCDEFGHIJKLMNO */
                                 "3333333333310133" /* PQRSTUVWXYZ[\]^_ */
                                 "3333333333333333" /* `abcdefghijklmno */
                                 "333333333331313"; /* pqrstuvwxyz{|}~ */

static unsigned class_of(char byte)
{
    return (unsigned char)CLASSES[(unsigned char)byte];
}

/* Takes the bytes of this class off rest; *seen gets all classes of all of them. */
static otelmq_str take_class(otelmq_str *rest, unsigned class, unsigned *seen)
{
    size_t len = 0;
    unsigned all = 0;
    unsigned next;
    while (len < rest->len && ((next = class_of(rest->data[len])) & class) != 0) {
        all |= next;
        len++;
    }
    *seen = all;
    otelmq_str taken = {rest->data, len};
    *rest = (otelmq_str){rest->data + len, rest->len - len};
    return taken;
}

/* Takes this character, and white space around it, off rest; false when it is not there. */
static bool take_separator(otelmq_str *rest, char separator)
{
    *rest = otelmq_trim_start(*rest);
    if (rest->len == 0 || rest->data[0] != separator) {
        return false;
    }
    *rest = otelmq_trim_start((otelmq_str){rest->data + 1, rest->len - 1});
    return true;
}

/* key "=" value *( ";" property ), with optional white space around each part. */
static bool parse_member(otelmq_baggage_collector *all, otelmq_str rest)
{
    unsigned seen;
    otelmq_baggage_entry raw = {.key = take_class(&rest, KEY, &seen)};
    if (raw.key.len == 0 || !take_separator(&rest, '=')) {
        return false;
    }
    raw.value = take_class(&rest, VALUE, &seen);
    if (take_separator(&rest, ';')) {
        raw.metadata = rest;
        rest.len = 0;
    }
    if (rest.len > 0 || !otelmq_baggage_is_metadata(raw.metadata)) {
        return false;
    }
    if ((seen & PERCENT) != 0) {
        otelmq_baggage_collector_add(all, raw, OTELMQ_CODING_PERCENT);
    } else {
        otelmq_baggage_collector_put(all, raw);
    }
    return true;
}

/* False once the bounds are reached, and the rest need not be looked at. */
static bool parse_list(otelmq_baggage_collector *all, otelmq_str list)
{
    while (list.len > 0) {
        otelmq_str raw = otelmq_take_until(&list, ',');
        otelmq_str member = otelmq_trim(raw);
        if (member.len > 0) {
            if (!otelmq_baggage_collector_takes(all, raw.len)) {
                return false;
            }
            all->losses.malformed += !parse_member(all, member);
        }
        otelmq_baggage_collector_count(all, raw.len + 1); /* with the comma */
    }
    return true;
}

const otelmq_baggage *otelmq_baggage_parse_headers(const otelmq_str values[], size_t count,
                                                   otelmq_baggage_losses *losses)
{
    otelmq_baggage_collector all;
    otelmq_baggage_collector_init(&all);
    for (size_t i = 0; i < count && parse_list(&all, values[i]); i++) {
    }
    const otelmq_baggage *baggage = otelmq_baggage_collector_finish(&all);
    *losses = all.losses;
    return baggage;
}

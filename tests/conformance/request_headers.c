/* SPDX-License-Identifier: Apache-2.0 */
#include "conformance/http_headers.h"

#include "base/unconst.h"

#include <strings.h>

/* What one walk over the headers of a request looks for, and what it has found. */
typedef struct {
    otelmq_str key;
    otelmq_str *values;
    size_t max;
    size_t count;
} search;

static bool is_name(otelmq_str name, otelmq_str key)
{
    return name.len == key.len && strncasecmp(name.data, key.data, key.len) == 0;
}

static enum MHD_Result take_value(void *self, enum MHD_ValueKind kind, const char *name,
                                  size_t name_len, const char *value, size_t value_len)
{
    search *wanted = self;
    (void)kind;
    if (is_name(otelmq_str_from_bytes(name, name_len), wanted->key)) {
        if (wanted->count < wanted->max) {
            wanted->values[wanted->count] = otelmq_str_from_bytes(value, value_len);
        }
        wanted->count++;
    }
    return MHD_YES;
}

static void visit(const void *connection, MHD_KeyValueIteratorN visitor, void *self)
{
    (void)MHD_get_connection_values_n(otelmq_unconst(connection), MHD_HEADER_KIND, visitor, self);
}

static size_t get_all(const void *self, const char *key, otelmq_str values[], size_t max)
{
    search wanted = {otelmq_str_from(key), values, max, 0};
    visit(self, take_value, &wanted);
    return wanted.count;
}

static otelmq_str get(const void *self, const char *key)
{
    otelmq_str first = {0};
    (void)get_all(self, key, &first, 1);
    return first;
}

/* The name of the index-th header, counted down to zero. */
typedef struct {
    size_t left;
    otelmq_str name;
} place;

static enum MHD_Result take_name(void *self, enum MHD_ValueKind kind, const char *name,
                                 size_t name_len, const char *value, size_t value_len)
{
    place *wanted = self;
    (void)kind;
    (void)value;
    (void)value_len;
    if (wanted->left > 0) {
        wanted->left--;
        return MHD_YES;
    }
    wanted->name = otelmq_str_from_bytes(name, name_len);
    return MHD_NO;
}

static otelmq_str key_at(const void *self, size_t index)
{
    place wanted = {.left = index};
    visit(self, take_name, &wanted);
    return wanted.name;
}

otelmq_carrier request_headers_carrier(struct MHD_Connection *connection)
{
    static const otelmq_carrier_ops ops = {.get = get, .get_all = get_all, .key_at = key_at};
    return (otelmq_carrier){&ops, connection};
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <otelmq/environment_carrier.h>

#include "base/text.h"

#include <stdlib.h>
#include <unistd.h>

/* With an underscore in front and a NUL behind; no header of a known format is as long. */
enum { NAME_SIZE = 260, FIRST_CAPACITY = 16 };

/* Each string is a piece of memory of its own. */
struct otelmq_child_environment {
    char **strings; /* count of them, and a NULL */
    size_t count;
    size_t capacity;
};

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static char name_character(char byte)
{
    if (byte >= 'a' && byte <= 'z') {
        return (char)(byte - 'a' + 'A');
    }
    return (byte >= 'A' && byte <= 'Z') || is_digit(byte) ? byte : '_';
}

/* The length of the variable's name for a header; 0 when it has none. */
static size_t make_name(const char *key, char name[NAME_SIZE])
{
    size_t len = 0;
    if (is_digit(key[0])) {
        name[len++] = '_';
    }
    for (; *key != '\0'; key++) {
        if (len == NAME_SIZE - 1) {
            return 0;
        }
        name[len++] = name_character(*key);
    }
    name[len] = '\0';
    return len;
}

/* The name of a string as it stands in an environment; all of it when there is no value. */
static otelmq_str name_of(const char *string)
{
    const char *end = strchr(string, '=');
    return otelmq_str_from_bytes(string, end != NULL ? (size_t)(end - string) : strlen(string));
}

/* The place of the first string with this name at or behind start; the NULL when there is none. */
static size_t find_from(char *const strings[], otelmq_str name, size_t start)
{
    size_t at = start;
    while (strings[at] != NULL && !otelmq_str_equal(name_of(strings[at]), name)) {
        at++;
    }
    return at;
}

static otelmq_str get(char *const strings[], const char *key)
{
    char name[NAME_SIZE];
    size_t len = make_name(key, name);
    if (len == 0 || strings == NULL) {
        return (otelmq_str){0};
    }
    const char *found = strings[find_from(strings, otelmq_str_from_bytes(name, len), 0)];
    return found != NULL && found[len] == '=' ? otelmq_str_from(found + len + 1) : (otelmq_str){0};
}

static otelmq_str own_get(const void *self, const char *key)
{
    (void)self;
    return get(environ, key);
}

static otelmq_str own_key_at(const void *self, size_t index)
{
    (void)self;
    for (size_t i = 0; environ != NULL && environ[i] != NULL; i++) {
        if (i == index) {
            return name_of(environ[i]);
        }
    }
    return (otelmq_str){0};
}

otelmq_carrier otelmq_environment_carrier(void)
{
    static const otelmq_carrier_ops ops = {.get = own_get, .key_at = own_key_at};
    return (otelmq_carrier){&ops, NULL};
}

/* Room for one more string and the NULL. */
static bool reserve(otelmq_child_environment *child)
{
    if (child->count + 1 < child->capacity) {
        return true;
    }
    size_t capacity = child->capacity > 0 ? 2 * child->capacity : FIRST_CAPACITY;
    char **strings = realloc(child->strings, capacity * sizeof(*strings));
    if (strings == NULL) {
        return false;
    }
    child->strings = strings;
    child->capacity = capacity;
    child->strings[child->count] = NULL;
    return true;
}

/* *Owns* string; NULL is failure. */
static bool append(otelmq_child_environment *child, char *string)
{
    if (string == NULL || !reserve(child)) {
        free(string);
        return false;
    }
    child->strings[child->count++] = string;
    child->strings[child->count] = NULL;
    return true;
}

otelmq_child_environment *otelmq_child_environment_create(char *const envp[])
{
    otelmq_child_environment *child = calloc(1, sizeof(*child));
    bool is_complete = child != NULL && reserve(child);
    char *const *from = envp != NULL ? envp : environ;
    for (; is_complete && from != NULL && *from != NULL; from++) {
        is_complete = append(child, strdup(*from));
    }
    if (!is_complete) {
        otelmq_child_environment_destroy(child);
        return NULL;
    }
    return child;
}

char *const *otelmq_child_environment_envp(const otelmq_child_environment *child)
{
    return child != NULL ? child->strings : NULL;
}

void otelmq_child_environment_destroy(otelmq_child_environment *child)
{
    if (child == NULL) {
        return;
    }
    for (size_t i = 0; i < child->count; i++) {
        free(child->strings[i]);
    }
    free(child->strings);
    free(child);
}

static otelmq_str child_get(const void *self, const char *key)
{
    const otelmq_child_environment *child = self;
    return child != NULL ? get(child->strings, key) : (otelmq_str){0};
}

static otelmq_str child_key_at(const void *self, size_t index)
{
    const otelmq_child_environment *child = self;
    return child != NULL && index < child->count ? name_of(child->strings[index]) : (otelmq_str){0};
}

static char *make_string(otelmq_str name, otelmq_str value)
{
    char *string = malloc(name.len + 1 + value.len + 1);
    if (string == NULL) {
        return NULL;
    }
    memcpy(string, name.data, name.len);
    string[name.len] = '=';
    if (value.len > 0) {
        memcpy(string + name.len + 1, value.data, value.len);
    }
    string[name.len + 1 + value.len] = '\0';
    return string;
}

static void remove_from(otelmq_child_environment *child, otelmq_str name, size_t start)
{
    size_t at = start;
    while ((at = find_from(child->strings, name, at)) < child->count) {
        free(child->strings[at]);
        memmove(&child->strings[at], &child->strings[at + 1],
                (child->count - at) * sizeof(child->strings[0]));
        child->count--;
    }
}

/* *Owns* string; value may have been borrowed from what it replaces, and was copied before. */
static otelmq_status replace(otelmq_child_environment *child, otelmq_str name, char *string)
{
    size_t at = find_from(child->strings, name, 0);
    if (at == child->count) {
        return append(child, string) ? OTELMQ_OK : OTELMQ_ERROR_NO_MEMORY;
    }
    free(child->strings[at]);
    child->strings[at] = string;
    remove_from(child, name, at + 1);
    return OTELMQ_OK;
}

static otelmq_status child_set(void *self, const char *key, otelmq_str value)
{
    char buffer[NAME_SIZE];
    otelmq_str name = {buffer, make_name(key, buffer)};
    if (self == NULL || name.len == 0) {
        return OTELMQ_ERROR_INVALID_ARGUMENT;
    }
    if (!otelmq_is_field_value(value)) {
        return OTELMQ_ERROR_MALFORMED;
    }
    char *string = make_string(name, value);
    return string != NULL ? replace(self, name, string) : OTELMQ_ERROR_NO_MEMORY;
}

otelmq_carrier otelmq_child_environment_carrier(otelmq_child_environment *child)
{
    static const otelmq_carrier_ops ops = {
        .get = child_get, .set = child_set, .key_at = child_key_at};
    return (otelmq_carrier){&ops, child};
}

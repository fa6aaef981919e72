/* SPDX-License-Identifier: Apache-2.0 */
#include "arguments.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_usage(FILE *stream, const char *program, const arguments_usage *usage)
{
    fprintf(stream, "usage: %s [%s N]%s\n", program, usage->option,
            usage->file != NULL ? " [FILE]" : "");
    fprintf(stream, "  %s N  %s\n", usage->option, usage->meaning);
    if (usage->file != NULL) {
        fprintf(stream, "  FILE  %s\n", usage->file);
    }
    fprintf(stream, "Environment: RABBITMQ_URL, KAFKA_BROKERS, and OTEL_... for the traces.\n");
}

static bool parse_number(const char *word, long *number)
{
    char *end = NULL;
    errno = 0;
    *number = word != NULL ? strtol(word, &end, 10) : 0;
    return errno == 0 && *number > 0 && *end == '\0';
}

arguments arguments_parse(int count, char *words[], const arguments_usage *usage)
{
    arguments parsed = {0};
    for (int i = 1; i < count; i++) {
        if (strcmp(words[i], "--help") == 0) {
            print_usage(stdout, words[0], usage);
            exit(0);
        }
        bool is_good = false;
        if (strcmp(words[i], usage->option) == 0) {
            is_good = parse_number(words[++i], &parsed.limit);
        } else if (usage->file != NULL && parsed.file == NULL && words[i][0] != '-') {
            parsed.file = words[i];
            is_good = true;
        }
        if (!is_good) {
            print_usage(stderr, words[0], usage);
            exit(2);
        }
    }
    return parsed;
}

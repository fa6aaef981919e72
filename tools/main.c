/* SPDX-License-Identifier: Apache-2.0 */
/* The command otelmq: finds the subcommand and hands the rest of the line to it. */
#include "subcommand.h"
#include "view/command.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

static const otelmq_subcommand subcommands[] = {
    {"view", "draws traces out of OTLP JSON lines", view_command_run},
};

enum { SUBCOMMAND_COUNT = sizeof subcommands / sizeof subcommands[0] };

static int print_help(void)
{
    printf("Usage: otelmq COMMAND [OPTION...]\n\nCommands:\n");
    for (size_t i = 0; i < SUBCOMMAND_COUNT; i++) {
        printf("  %-10s %s\n", subcommands[i].name, subcommands[i].purpose);
    }
    printf("\nOptions:\n"
           "  --help     this text; otelmq COMMAND --help for that of a command\n"
           "  --version  the version\n");
    return 0;
}

static int print_version(void)
{
    printf("otelmq %s\n", OTELMQ_VERSION);
    return 0;
}

static int refuse(const char *argument)
{
    fprintf(stderr, "otelmq: unknown %s '%s'; see otelmq --help\n",
            argument[0] == '-' ? "option" : "command", argument);
    return OTELMQ_EXIT_TROUBLE;
}

static int run_command(int argc, char **argv)
{
    for (size_t i = 0; i < SUBCOMMAND_COUNT; i++) {
        if (strcmp(argv[1], subcommands[i].name) == 0) {
            return subcommands[i].run(argc - 1, argv + 1);
        }
    }
    return refuse(argv[1]);
}

int main(int argc, char **argv)
{
    /* Only LC_CTYPE: numbers keep their decimal point in every locale. */
    setlocale(LC_CTYPE, "");
    if (argc < 2) {
        fprintf(stderr, "otelmq: no command given; see otelmq --help\n");
        return OTELMQ_EXIT_TROUBLE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        return print_help();
    }
    if (strcmp(argv[1], "--version") == 0) {
        return print_version();
    }
    return run_command(argc, argv);
}

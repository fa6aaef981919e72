/* SPDX-License-Identifier: Apache-2.0 */
/* otelmq view: reads files of OTLP JSON lines and draws their traces. */
#ifndef OTELMQ_VIEW_COMMAND_H
#define OTELMQ_VIEW_COMMAND_H

/* As otelmq_subcommand.run. */
int view_command_run(int argc, char **argv);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* A client's own copy of its options, which owns the lists and strings in it. */
#ifndef OTELMQ_MESSAGING_OPTIONS_COPY_H
#define OTELMQ_MESSAGING_OPTIONS_COPY_H

#include <otelmq/messaging_options.h>

/* Copies from, with what its defaults stand for filled in. False without memory: clean it then. */
bool otelmq_messaging_options_init(otelmq_messaging_options *options,
                                   const otelmq_messaging_options *from);

void otelmq_messaging_options_clean(otelmq_messaging_options *options);

#endif

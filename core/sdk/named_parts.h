/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts that the environment knows by name, in any case of the letters. The results are the
 * caller's. Any thread.
 */
#ifndef OTELMQ_SDK_NAMED_PARTS_H
#define OTELMQ_SDK_NAMED_PARTS_H

#include <otelmq/sampler.h>

bool otelmq_is_name(otelmq_str text, const char *name);

/* Whether there is a sampler of that name, and whether it needs a ratio. */
bool otelmq_sampler_is_known(otelmq_str name, bool *needs_ratio);

/* A known sampler; {0} without memory. */
otelmq_sampler otelmq_sampler_by_name(otelmq_str name, double ratio);

#endif

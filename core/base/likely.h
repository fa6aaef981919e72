/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tells the compiler what happens nearly always, so that the code for the rest stands elsewhere: a
 * thread that comes back from the kernel waits for each line of code that it runs through.
 */
#ifndef OTELMQ_BASE_LIKELY_H
#define OTELMQ_BASE_LIKELY_H

#define OTELMQ_LIKELY(condition) __builtin_expect((condition) ? 1 : 0, 1)
#define OTELMQ_UNLIKELY(condition) __builtin_expect((condition) ? 1 : 0, 0)

#endif

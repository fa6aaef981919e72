/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For variables that several files of one library share: a compiler that may not know that they are
 * in the same library goes the long way to each, and to those of a thread by a call.
 */
#ifndef OTELMQ_BASE_HIDDEN_H
#define OTELMQ_BASE_HIDDEN_H

#define OTELMQ_HIDDEN __attribute__((visibility("hidden")))

#endif

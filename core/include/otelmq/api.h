/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every public header of otelmq needs: which functions are visible outside the library, and
 * the C++ guards. You never include this one yourself.
 */
#ifndef OTELMQ_API_H
#define OTELMQ_API_H

#define OTELMQ_VERSION "0.1.0"

#define OTELMQ_API __attribute__((visibility("default")))
#define OTELMQ_PRINTF(at, first) __attribute__((format(printf, at, first)))

#ifdef __cplusplus
#define OTELMQ_BEGIN_C extern "C" {
#define OTELMQ_END_C }
#else
#define OTELMQ_BEGIN_C
#define OTELMQ_END_C
#endif

#endif

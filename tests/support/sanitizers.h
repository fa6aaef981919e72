/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a sanitizer does not support, for the tests that do it:
 *   - SANITIZER_FORBIDS_FORK: new threads in the child of a program with several;
 *   - SANITIZER_FORBIDS_BUSY_FORK: a fork while other threads allocate. The lock of the allocator
 *     then stays taken in the child; only newer AddressSanitizers see to it.
 */
#ifndef OTELMQ_TESTS_SUPPORT_SANITIZERS_H
#define OTELMQ_TESTS_SUPPORT_SANITIZERS_H

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SANITIZER_FORBIDS_FORK 1
#elif __has_feature(address_sanitizer) && __clang_major__ < 17
#define SANITIZER_FORBIDS_BUSY_FORK 1
#endif
#elif defined(__SANITIZE_THREAD__)
#define SANITIZER_FORBIDS_FORK 1
#elif defined(__SANITIZE_ADDRESS__) && __GNUC__ < 14
#define SANITIZER_FORBIDS_BUSY_FORK 1
#endif

#endif

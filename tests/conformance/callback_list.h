/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the body of a request asks for: a list of callbacks, each to be posted to a URL of this
 * machine. As JSON: [{"url": "http://127.0.0.1:7777/1", "arguments": []}, ...]
 */
#ifndef OTELMQ_TESTS_CONFORMANCE_CALLBACK_LIST_H
#define OTELMQ_TESTS_CONFORMANCE_CALLBACK_LIST_H

#include <otelmq/str.h>

enum { CALLBACKS_MAX = 64, CALLBACK_REASON_SIZE = 200 };

typedef struct {
    char *url;
    char *host; /* of the URL */
    int port; /* of the URL */
    char *arguments; /* JSON, to be posted as it is */
    long status; /* of the answer; 0: there was none */
    const char *error; /* why there was none; static */
} callback;

typedef struct {
    callback callbacks[CALLBACKS_MAX];
    size_t count;
} callback_list;

/*
 * Reads body into *list, which is then the caller's to clean. False when it is not well formed or
 * asks for what is not done, with a sentence about that in reason.
 */
bool callback_list_parse(callback_list *list, otelmq_str body, char reason[CALLBACK_REASON_SIZE]);

/* What became of the callbacks, as JSON: [{"url": ..., "status": 200}, ...] NULL without memory. */
char *callback_list_report(const callback_list *list);

void callback_list_clean(callback_list *list);

#endif

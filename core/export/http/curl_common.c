/* SPDX-License-Identifier: Apache-2.0 */
#include "export/http/curl_common.h"

#include <pthread.h>

static pthread_once_t init_once = PTHREAD_ONCE_INIT;
static CURLcode init_result;

static void init(void)
{
    init_result = curl_global_init(CURL_GLOBAL_DEFAULT);
}

CURLcode otelmq_curl_init(void)
{
    pthread_once(&init_once, init);
    return init_result;
}

static CURLcode set_protocols(CURL *easy)
{
#if LIBCURL_VERSION_NUM >= 0x075500
    return curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    return curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

/* Without it, giving up while a name is being resolved waits for the resolver all the same. */
static CURLcode set_quick_exit(CURL *easy)
{
#if LIBCURL_VERSION_NUM >= 0x075700
    return curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
#else
    (void)easy;
    return CURLE_OK;
#endif
}

CURLcode otelmq_curl_set_common(CURL *easy)
{
    CURLcode result = set_protocols(easy);
    if (result == CURLE_OK) {
        result = set_quick_exit(easy);
    }
    if (result == CURLE_OK) {
        result = curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    }
    return result == CURLE_OK ? curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) : result;
}

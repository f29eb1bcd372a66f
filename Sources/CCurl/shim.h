// libcurl for Swift. Only what Swift cannot say belongs here: doors with fixed arguments for the
// variadic curl_easy_setopt and curl_easy_getinfo.
#pragma once
#include <curl/curl.h>

typedef size_t (*tidemark_curl_receive)(char *data, size_t size, size_t count, void *context);
typedef int (*tidemark_curl_progress)(
    void *context, curl_off_t downloadTotal, curl_off_t downloaded, curl_off_t uploadTotal,
    curl_off_t uploaded);

static inline CURLcode tidemark_curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

// libcurl copies the text, except that of CURLOPT_POSTFIELDS.
static inline CURLcode tidemark_curl_set_text(CURL *handle, CURLoption option, const char *text) {
    return curl_easy_setopt(handle, option, text);
}

// For CURLOPT_ERRORBUFFER and CURLOPT_POSTFIELDS; libcurl keeps the pointer.
static inline CURLcode tidemark_curl_set_memory(CURL *handle, CURLoption option, void *memory) {
    return curl_easy_setopt(handle, option, memory);
}

static inline CURLcode tidemark_curl_set_list(
    CURL *handle, CURLoption option, struct curl_slist *list) {
    return curl_easy_setopt(handle, option, list);
}

static inline CURLcode tidemark_curl_set_body_receiver(
    CURL *handle, tidemark_curl_receive function, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, function);
    return code != CURLE_OK ? code : curl_easy_setopt(handle, CURLOPT_WRITEDATA, context);
}

static inline CURLcode tidemark_curl_set_header_receiver(
    CURL *handle, tidemark_curl_receive function, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, function);
    return code != CURLE_OK ? code : curl_easy_setopt(handle, CURLOPT_HEADERDATA, context);
}

static inline CURLcode tidemark_curl_set_progress(
    CURL *handle, tidemark_curl_progress function, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, function);
    return code != CURLE_OK ? code : curl_easy_setopt(handle, CURLOPT_XFERINFODATA, context);
}

static inline CURLcode tidemark_curl_get_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}

// The text belongs to the handle.
static inline CURLcode tidemark_curl_get_text(CURL *handle, CURLINFO info, const char **text) {
    return curl_easy_getinfo(handle, info, text);
}

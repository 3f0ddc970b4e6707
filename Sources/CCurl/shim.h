#pragma once
#include <curl/curl.h>

// curl_easy_setopt and its kin are variadic, which Swift cannot call: one typed wrapper for each type they take.

static inline CURLcode dw_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode dw_set_text(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode dw_set_size(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode dw_set_pointer(CURL *easy, CURLoption option, void *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode dw_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}

typedef size_t (*dw_receive)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode dw_set_receive(CURL *easy, CURLoption option, dw_receive value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode dw_set_open_socket(CURL *easy, curl_opensocket_callback value) {
    return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, value);
}

static inline CURLcode dw_set_before_request(CURL *easy, curl_prereq_callback value) {
    return curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, value);
}

static inline CURLMcode dw_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

static inline CURLMcode dw_multi_set_pointer(CURLM *multi, CURLMoption option, void *value) {
    return curl_multi_setopt(multi, option, value);
}

static inline CURLMcode dw_multi_set_watch(CURLM *multi, curl_socket_callback value) {
    return curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, value);
}

static inline CURLMcode dw_multi_set_timer(CURLM *multi, curl_multi_timer_callback value) {
    return curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, value);
}

static inline CURLcode dw_get_long(CURL *easy, CURLINFO info, long *value) {
    return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode dw_get_offset(CURL *easy, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode dw_get_pointer(CURL *easy, CURLINFO info, void **value) {
    return curl_easy_getinfo(easy, info, value);
}

// The CURLMsg union, which Swift sees as raw bytes.
static inline CURLcode dw_message_result(const CURLMsg *message) { return message->data.result; }

// Longer than its type says where it is an IPv6 address, so that a copy would cut it.
static inline const struct sockaddr *dw_socket_address(const struct curl_sockaddr *address) { return &address->addr; }

// A macro with a cast, which Swift does not import.
static inline long dw_auth_basic(void) { return CURLAUTH_BASIC; }

// TLS 1.2 or newer: an enumeration in newer versions of libcurl, and a number in older ones.
static inline long dw_least_tls(void) { return CURL_SSLVERSION_TLSv1_2; }

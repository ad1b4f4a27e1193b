#include <curl/curl.h>
#include <sys/prctl.h>
#include <sys/resource.h>

// Swift cannot call variadic C functions, and curl_easy_setopt and curl_easy_getinfo are variadic:
// one wrapper for each type that an option or an answer has.

static inline CURLcode plumb_curl_set_number(CURL *easy, CURLoption option, long value) {
  return curl_easy_setopt(easy, option, value);
}

// Sizes are curl_off_t and not long.
static inline CURLcode plumb_curl_set_size(CURL *easy, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode plumb_curl_set_text(CURL *easy, CURLoption option, const char *value) {
  return curl_easy_setopt(easy, option, value);
}

// libcurl copies the bytes, so that they may go out of scope in Swift; set their size before.
static inline CURLcode plumb_curl_set_body(CURL *easy, const void *bytes) {
  return curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, bytes);
}

static inline CURLcode plumb_curl_set_headers(CURL *easy, struct curl_slist *list) {
  return curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list);
}

typedef size_t (*plumb_curl_receiver)(char *bytes, size_t size, size_t count, void *context);

// Function and context of the body, and of the header lines.
static inline CURLcode plumb_curl_receive_body(
    CURL *easy, plumb_curl_receiver receiver, void *context) {
  CURLcode code = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, receiver);
  return code != CURLE_OK ? code : curl_easy_setopt(easy, CURLOPT_WRITEDATA, context);
}

static inline CURLcode plumb_curl_receive_headers(
    CURL *easy, plumb_curl_receiver receiver, void *context) {
  CURLcode code = curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, receiver);
  return code != CURLE_OK ? code : curl_easy_setopt(easy, CURLOPT_HEADERDATA, context);
}

typedef int (*plumb_curl_gate)(
    void *context, char *address, char *local, int port, int local_port);

// Asked whenever a request is about to leave.
static inline CURLcode plumb_curl_ask_before(CURL *easy, plumb_curl_gate gate, void *context) {
  CURLcode code = curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, gate);
  return code != CURLE_OK ? code : curl_easy_setopt(easy, CURLOPT_PREREQDATA, context);
}

static inline CURLcode plumb_curl_get_number(CURL *easy, CURLINFO info, long *value) {
  return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode plumb_curl_get_size(CURL *easy, CURLINFO info, curl_off_t *value) {
  return curl_easy_getinfo(easy, info, value);
}

static inline CURLMcode plumb_curl_set_connections(CURLM *multi, long most) {
  return curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, most);
}

// A union in C, of which Swift sees only one member.
static inline CURLcode plumb_curl_result(const CURLMsg *message) { return message->data.result; }

// A macro with a shift that Swift does not import.
static inline CURLcode plumb_curl_begin(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }

// prctl is variadic too: whoever holds keys leaves none of them in a core file.
static inline void plumb_forbid_core_files(void) {
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

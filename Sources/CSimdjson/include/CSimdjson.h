#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A C face over simdjson's DOM tape. Tape format: simdjson, doc/tape.md.
#ifdef __cplusplus
extern "C" {
#endif

typedef struct dw_json dw_json;

// A parser that keeps its memory between documents; NULL when there is none to have.
dw_json *dw_json_new(void);
void dw_json_free(dw_json *parser);

// Bytes that must be readable behind the text.
size_t dw_json_padding(void);

// Parses `length` bytes at `text`. Returns 0, or simdjson's error code. The tape stands until the next parse.
int dw_json_parse(dw_json *parser, const uint8_t *text, size_t length, size_t max_depth);

// The longest document that it has memory for.
size_t dw_json_capacity(const dw_json *parser);
bool dw_json_is_too_deep(int code);

const uint64_t *dw_json_tape(const dw_json *parser);
const uint8_t *dw_json_strings(const dw_json *parser);
const char *dw_json_error(int code);

#ifdef __cplusplus
}
#endif

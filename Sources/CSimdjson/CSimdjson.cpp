#include "CSimdjson.h"

#include <new>
#include <simdjson.h>

struct dw_json {
    simdjson::dom::parser parser;
};

dw_json *dw_json_new(void) { return new (std::nothrow) dw_json; }

void dw_json_free(dw_json *parser) { delete parser; }

size_t dw_json_padding(void) { return simdjson::SIMDJSON_PADDING; }

int dw_json_parse(dw_json *parser, const uint8_t *text, size_t length, size_t max_depth) {
    if (parser->parser.capacity() < length || parser->parser.max_depth() != max_depth) {
        // With room to spare: the next document is often a little longer, and fresh memory costs as much as parsing.
        size_t capacity = length <= SIZE_MAX / 2 ? length + length / 2 : length;
        if (capacity > simdjson::SIMDJSON_MAXSIZE_BYTES) capacity = length;
        auto error = parser->parser.allocate(capacity, max_depth);
        if (!error) error = parser->parser.doc.allocate(capacity);
        if (error) return int(error);
    }
    return int(parser->parser.parse(text, length, false).error());
}

size_t dw_json_capacity(const dw_json *parser) { return parser->parser.capacity(); }

bool dw_json_is_too_deep(int code) { return code == simdjson::DEPTH_ERROR; }

const uint64_t *dw_json_tape(const dw_json *parser) { return parser->parser.doc.tape.get(); }

const uint8_t *dw_json_strings(const dw_json *parser) { return parser->parser.doc.string_buf.get(); }

const char *dw_json_error(int code) { return simdjson::error_message(simdjson::error_code(code)); }

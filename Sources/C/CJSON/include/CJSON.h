#pragma once
#include <stddef.h>
#include <stdint.h>

// A strict reader of RFC 8259 texts on simdjson's index of structural characters.
//
// simdjson finds every structural character and checks UTF-8, many bytes at once. What it makes of that index does
// not serve here: its DOM reads numbers into doubles, and money must keep its exact digits; its On-Demand reader
// skips what nobody asks for, and what is not read is not checked. So the grammar is walked in json.cpp, which
// leaves a flat list of tokens. No exception crosses this interface.

#ifdef __cplusplus
extern "C" {
#endif

enum { CJSON_BYTE_COUNT_MAX = 256 * 1024 * 1024 };  // offsets are 32 bits, and so are simdjson's

typedef enum {
    CJSON_OK,
    CJSON_EMPTY,
    CJSON_TOO_LARGE,
    CJSON_TOO_DEEP,
    CJSON_INVALID_UTF8,
    CJSON_UNCLOSED_STRING,
    CJSON_CONTROL_CHARACTER,
    CJSON_INVALID_ESCAPE,
    CJSON_LONE_SURROGATE,
    CJSON_INVALID_NUMBER,
    CJSON_UNEXPECTED,  // a character or word that may not stand here
    CJSON_INCOMPLETE,  // the text ends inside a value
    CJSON_TRAILING_BYTES,
    CJSON_OUT_OF_MEMORY,
    CJSON_INTERNAL,
} cjson_status;

typedef enum {
    CJSON_NULL,
    CJSON_TRUE,
    CJSON_FALSE,
    CJSON_NUMBER,     // source[offset ..< offset + length], a number by the grammar
    CJSON_STRING,     // source[offset ..< offset + length], no escapes in it
    CJSON_UNESCAPED,  // a string too, in unescaped[offset ..< offset + length]
    CJSON_ARRAY,      // `length` values follow, each with what is inside it
    CJSON_OBJECT,     // `length` times a string and a value follow
} cjson_kind;

typedef struct {
    uint32_t kind;
    uint32_t offset;  // where the token begins in the source; for CJSON_UNESCAPED, in `unescaped`
    uint32_t length;
} cjson_token;

typedef struct cjson_document cjson_document;

// NULL on failure: then `status` says why and `failed_at` where, in bytes from the start.
// `source` must outlive the document.
cjson_document *cjson_parse(
    const uint8_t *source, size_t byte_count, size_t depth_max, cjson_status *status, size_t *failed_at
);
void cjson_free(cjson_document *document);

size_t cjson_token_count(const cjson_document *document);
const cjson_token *cjson_tokens(const cjson_document *document);
const uint8_t *cjson_unescaped(const cjson_document *document);

#ifdef __cplusplus
}
#endif

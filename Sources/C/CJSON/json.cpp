#include "CJSON.h"

#include <simdjson.h>

#include <cstring>
#include <memory>
#include <new>
#include <vector>

struct cjson_document {
    std::vector<cjson_token> tokens;
    std::vector<uint8_t> unescaped;
};

namespace {

struct Failure {
    cjson_status status;
    size_t offset;
};

bool is_space(uint8_t c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(uint8_t c) { return c >= '0' && c <= '9'; }

class Reader {
  public:
    Reader(const uint8_t *source, size_t count, size_t depth_max, cjson_document &document)
        : source(source), count(count), depth_max(depth_max), document(document) {}

    // Throws Failure or std::bad_alloc.
    void read() {
        index_structurals();
        read_values();
        if (next < index_count) throw Failure{CJSON_TRAILING_BYTES, indexes[next]};
    }

  private:
    struct Container {
        size_t token;
        bool is_object;
    };

    void index_structurals() {
        if (count == 0) throw Failure{CJSON_EMPTY, 0};
        // simdjson may read a little past the end.
        padded.resize(count + simdjson::SIMDJSON_PADDING);
        std::memcpy(padded.data(), source, count);
        const auto &implementation = simdjson::get_active_implementation();
        if (implementation->create_dom_parser_implementation(count, 1, parser) != simdjson::SUCCESS)
            throw std::bad_alloc();
        switch (parser->stage1(padded.data(), count, simdjson::stage1_mode::regular)) {
        case simdjson::SUCCESS: break;
        case simdjson::EMPTY: throw Failure{CJSON_EMPTY, count};
        case simdjson::UTF8_ERROR: throw Failure{CJSON_INVALID_UTF8, 0};  // the caller finds where
        case simdjson::UNESCAPED_CHARS: throw Failure{CJSON_CONTROL_CHARACTER, control_character()};
        case simdjson::UNCLOSED_STRING: throw Failure{CJSON_UNCLOSED_STRING, count};
        case simdjson::MEMALLOC: throw std::bad_alloc();
        default: throw Failure{CJSON_INTERNAL, 0};
        }
        indexes = parser->structural_indexes.get();
        index_count = parser->n_structural_indexes;
    }

    // The first one inside a string.
    size_t control_character() const {
        bool in_string = false;
        for (size_t i = 0; i < count; i++) {
            uint8_t c = source[i];
            if (in_string && c < 0x20) return i;
            if (in_string && c == '\\') {
                i++;
            } else if (c == '"') {
                in_string = !in_string;
            }
        }
        return count;
    }

    // Where the next token begins; takes it.
    size_t take() {
        if (next >= index_count) throw Failure{CJSON_INCOMPLETE, count};
        return indexes[next++];
    }

    bool take_if(uint8_t c) {
        if (next >= index_count) throw Failure{CJSON_INCOMPLETE, count};
        if (source[indexes[next]] != c) return false;
        next++;
        return true;
    }

    void add(cjson_kind kind, size_t offset, size_t length) {
        document.tokens.push_back({uint32_t(kind), uint32_t(offset), uint32_t(length)});
    }

    // One value with all that is inside it, without recursion: the depth is the sender's choice.
    void read_values() {
        read_value();
        while (!open.empty()) {
            Container container = open.back();
            cjson_token &head = document.tokens[container.token];
            if (take_if(container.is_object ? '}' : ']')) {
                open.pop_back();
                continue;
            }
            if (head.length > 0) {
                size_t at = take();
                if (source[at] != ',') throw Failure{CJSON_UNEXPECTED, at};
            }
            head.length++;
            if (container.is_object) read_key();
            read_value();
        }
    }

    void read_key() {
        size_t at = take();
        if (source[at] != '"') throw Failure{CJSON_UNEXPECTED, at};
        read_string(at);
        size_t colon = take();
        if (source[colon] != ':') throw Failure{CJSON_UNEXPECTED, colon};
    }

    void read_value() {
        size_t at = take();
        switch (source[at]) {
        case '{': read_container(at, CJSON_OBJECT); break;
        case '[': read_container(at, CJSON_ARRAY); break;
        case '"': read_string(at); break;
        case 't': read_word(at, "true", CJSON_TRUE); break;
        case 'f': read_word(at, "false", CJSON_FALSE); break;
        case 'n': read_word(at, "null", CJSON_NULL); break;
        default:
            if (source[at] != '-' && !is_digit(source[at])) throw Failure{CJSON_UNEXPECTED, at};
            read_number(at);
        }
    }

    void read_container(size_t at, cjson_kind kind) {
        if (open.size() >= depth_max) throw Failure{CJSON_TOO_DEEP, at};
        open.push_back({document.tokens.size(), kind == CJSON_OBJECT});
        add(kind, at, 0);
    }

    // simdjson indexes where a scalar begins, not what stands in it: its end is checked here.
    bool ends_scalar(size_t at) const {
        if (at >= count) return true;
        uint8_t c = source[at];
        return is_space(c) || c == ',' || c == ']' || c == '}';
    }

    void read_word(size_t at, const char *word, cjson_kind kind) {
        size_t length = std::strlen(word);
        if (count - at < length || std::memcmp(source + at, word, length) != 0 || !ends_scalar(at + length))
            throw Failure{CJSON_UNEXPECTED, at};
        add(kind, at, length);
    }

    uint8_t byte(size_t at) const { return at < count ? source[at] : 0; }

    size_t read_digits(size_t start, size_t at) const {
        if (!is_digit(byte(at))) throw Failure{CJSON_INVALID_NUMBER, start};
        while (is_digit(byte(at))) at++;
        return at;
    }

    void read_number(size_t start) {
        size_t at = start;
        if (byte(at) == '-') at++;
        at = byte(at) == '0' ? at + 1 : read_digits(start, at);
        if (byte(at) == '.') at = read_digits(start, at + 1);
        if (byte(at) == 'e' || byte(at) == 'E') {
            at++;
            if (byte(at) == '+' || byte(at) == '-') at++;
            at = read_digits(start, at);
        }
        if (!ends_scalar(at)) throw Failure{CJSON_INVALID_NUMBER, start};
        add(CJSON_NUMBER, start, at - start);
    }

    void read_string(size_t quote) {
        size_t start = quote + 1;
        auto *end = static_cast<const uint8_t *>(std::memchr(source + start, '"', count - start));
        if (!end) throw Failure{CJSON_UNCLOSED_STRING, count};
        auto *escape = static_cast<const uint8_t *>(std::memchr(source + start, '\\', end - (source + start)));
        if (!escape) return add(CJSON_STRING, start, end - (source + start));
        size_t at = escape - source;
        size_t begin = document.unescaped.size();
        document.unescaped.insert(document.unescaped.end(), source + start, source + at);
        while (byte(at) != '"') {
            if (at >= count) throw Failure{CJSON_UNCLOSED_STRING, count};
            if (source[at] == '\\') {
                at = read_escape(at);
            } else {
                document.unescaped.push_back(source[at++]);
            }
        }
        add(CJSON_UNESCAPED, begin, document.unescaped.size() - begin);
    }

    // Returns where the text goes on.
    size_t read_escape(size_t at) {
        switch (byte(at + 1)) {
        case '"': document.unescaped.push_back('"'); return at + 2;
        case '\\': document.unescaped.push_back('\\'); return at + 2;
        case '/': document.unescaped.push_back('/'); return at + 2;
        case 'b': document.unescaped.push_back('\b'); return at + 2;
        case 'f': document.unescaped.push_back('\f'); return at + 2;
        case 'n': document.unescaped.push_back('\n'); return at + 2;
        case 'r': document.unescaped.push_back('\r'); return at + 2;
        case 't': document.unescaped.push_back('\t'); return at + 2;
        case 'u': return read_code_point(at);
        default: throw Failure{CJSON_INVALID_ESCAPE, at};
        }
    }

    size_t read_code_point(size_t at) {
        uint32_t unit = code_unit(at);
        if (unit >= 0xDC00 && unit <= 0xDFFF) throw Failure{CJSON_LONE_SURROGATE, at};
        if (unit < 0xD800 || unit > 0xDFFF) {
            add_utf8(unit);
            return at + 6;
        }
        if (byte(at + 6) != '\\' || byte(at + 7) != 'u') throw Failure{CJSON_LONE_SURROGATE, at};
        uint32_t low = code_unit(at + 6);
        if (low < 0xDC00 || low > 0xDFFF) throw Failure{CJSON_LONE_SURROGATE, at};
        add_utf8(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
        return at + 12;
    }

    // The four digits after the two bytes of `\u` at `at`.
    uint32_t code_unit(size_t at) const {
        uint32_t unit = 0;
        for (size_t i = at + 2; i < at + 6; i++) {
            uint8_t c = byte(i);
            uint32_t digit;
            if (is_digit(c)) {
                digit = c - '0';
            } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
                digit = (c | 0x20) - 'a' + 10;
            } else {
                throw Failure{CJSON_INVALID_ESCAPE, at};
            }
            unit = unit << 4 | digit;
        }
        return unit;
    }

    void add_utf8(uint32_t point) {
        auto &text = document.unescaped;
        if (point < 0x80) {
            text.push_back(uint8_t(point));
        } else if (point < 0x800) {
            text.push_back(uint8_t(0xC0 | point >> 6));
            text.push_back(uint8_t(0x80 | (point & 0x3F)));
        } else if (point < 0x10000) {
            text.push_back(uint8_t(0xE0 | point >> 12));
            text.push_back(uint8_t(0x80 | (point >> 6 & 0x3F)));
            text.push_back(uint8_t(0x80 | (point & 0x3F)));
        } else {
            text.push_back(uint8_t(0xF0 | point >> 18));
            text.push_back(uint8_t(0x80 | (point >> 12 & 0x3F)));
            text.push_back(uint8_t(0x80 | (point >> 6 & 0x3F)));
            text.push_back(uint8_t(0x80 | (point & 0x3F)));
        }
    }

    const uint8_t *source;
    size_t count;
    size_t depth_max;
    cjson_document &document;
    std::vector<uint8_t> padded;
    std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
    const uint32_t *indexes = nullptr;
    size_t index_count = 0;
    size_t next = 0;
    std::vector<Container> open;
};

}  // namespace

extern "C" cjson_document *cjson_parse(
    const uint8_t *source, size_t byte_count, size_t depth_max, cjson_status *status, size_t *failed_at
) {
    *failed_at = 0;
    if (byte_count > CJSON_BYTE_COUNT_MAX) {
        *status = CJSON_TOO_LARGE;
        return nullptr;
    }
    try {
        auto document = std::make_unique<cjson_document>();
        Reader(source, byte_count, depth_max, *document).read();
        *status = CJSON_OK;
        return document.release();
    } catch (const Failure &failure) {
        *status = failure.status;
        *failed_at = failure.offset;
    } catch (const std::bad_alloc &) {
        *status = CJSON_OUT_OF_MEMORY;
    } catch (...) {
        *status = CJSON_INTERNAL;
    }
    return nullptr;
}

extern "C" void cjson_free(cjson_document *document) { delete document; }

extern "C" size_t cjson_token_count(const cjson_document *document) { return document->tokens.size(); }

extern "C" const cjson_token *cjson_tokens(const cjson_document *document) { return document->tokens.data(); }

extern "C" const uint8_t *cjson_unescaped(const cjson_document *document) { return document->unescaped.data(); }

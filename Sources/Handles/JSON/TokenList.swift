internal import CJSON

/// Owner of what the C++ side found in one text.
@safe struct TokenList: ~Copyable {
    private let bytes: [UInt8]
    private let document: OpaquePointer

    init(_ bytes: [UInt8], depthMax: Int) throws(JSONError) {
        var status = CJSON_OK
        var failedAt = 0
        guard let document = unsafe cjson_parse(bytes, bytes.count, depthMax, &status, &failedAt) else {
            let reason = JSONError.Reason(status)
            throw JSONError(reason: reason, offset: reason == .invalidUTF8 ? Self.invalidUTF8(bytes) : failedAt)
        }
        self.bytes = bytes
        unsafe self.document = document
    }

    deinit {
        unsafe cjson_free(document)
    }

    func value() throws(JSONError) -> JSON {
        let tokens = unsafe UnsafeBufferPointer(start: cjson_tokens(document), count: cjson_token_count(document))
        let unescaped = unsafe cjson_unescaped(document)
        let outcome: Result<JSON, JSONError> = unsafe bytes.withUnsafeBufferPointer { source in
            var reader = unsafe TokenReader(tokens: tokens, source: source.baseAddress, unescaped: unescaped)
            do throws(JSONError) {
                return .success(try reader.next())
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    /// How many bytes from the start are well-formed.
    private static func invalidUTF8(_ bytes: [UInt8]) -> Int {
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var count = 0
        while case .scalarValue(let scalar) = decoder.decode(&iterator) { count += UTF8.width(scalar) }
        return count
    }
}

/// Makes values of tokens; lives only as long as the pointers it was given.
@safe private struct TokenReader {
    private let tokens: UnsafeBufferPointer<cjson_token>
    private let source: UnsafePointer<UInt8>?
    private let unescaped: UnsafePointer<UInt8>?
    private var position = 0

    @unsafe init(
        tokens: UnsafeBufferPointer<cjson_token>,
        source: UnsafePointer<UInt8>?,
        unescaped: UnsafePointer<UInt8>?
    ) {
        unsafe self.tokens = unsafe tokens
        unsafe self.source = unsafe source
        unsafe self.unescaped = unsafe unescaped
    }

    mutating func next() throws(JSONError) -> JSON {
        let token = take()
        switch cjson_kind(token.kind) {
        case CJSON_NULL: return .null
        case CJSON_TRUE: return .bool(true)
        case CJSON_FALSE: return .bool(false)
        case CJSON_NUMBER: return .number(JSONNumber(unchecked: text(token)))
        case CJSON_STRING, CJSON_UNESCAPED: return .string(text(token))
        case CJSON_ARRAY: return try array(Int(token.length))
        case CJSON_OBJECT: return try object(Int(token.length), at: Int(token.offset))
        default: preconditionFailure("json.cpp gave a token of no kind")
        }
    }

    private mutating func take() -> cjson_token {
        precondition(unsafe position < tokens.count)
        defer { position += 1 }
        return unsafe tokens[position]
    }

    private mutating func array(_ count: Int) throws(JSONError) -> JSON {
        var values: [JSON] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(try next()) }
        return .array(values)
    }

    private mutating func object(_ count: Int, at offset: Int) throws(JSONError) -> JSON {
        var object = JSONObject()
        object.reserveCapacity(count)
        for _ in 0..<count {
            let token = take()
            let key = text(token)
            let value = try next()
            guard object.insert(key, value) else {
                // An unescaped key has no place in the source: its object has.
                let isPlain = cjson_kind(token.kind) == CJSON_STRING
                throw JSONError(reason: .duplicateKey(key), offset: isPlain ? Int(token.offset) : offset)
            }
        }
        return .object(object)
    }

    /// Well-formed already: simdjson checked the source, and an escape becomes a whole character.
    private func text(_ token: cjson_token) -> String {
        let base = unsafe cjson_kind(token.kind) == CJSON_UNESCAPED ? unescaped : source
        guard token.length > 0, let base = unsafe base else { return "" }
        return unsafe String(
            decoding: UnsafeBufferPointer(start: base + Int(token.offset), count: Int(token.length)),
            as: UTF8.self
        )
    }
}

extension JSONError.Reason {
    fileprivate init(_ status: cjson_status) {
        switch status {
        case CJSON_EMPTY: self = .empty
        case CJSON_TOO_LARGE: self = .tooLarge
        case CJSON_TOO_DEEP: self = .tooDeep
        case CJSON_INVALID_UTF8: self = .invalidUTF8
        case CJSON_UNCLOSED_STRING: self = .unclosedString
        case CJSON_CONTROL_CHARACTER: self = .controlCharacter
        case CJSON_INVALID_ESCAPE: self = .invalidEscape
        case CJSON_LONE_SURROGATE: self = .loneSurrogate
        case CJSON_INVALID_NUMBER: self = .invalidNumber
        case CJSON_INCOMPLETE: self = .incomplete
        case CJSON_TRAILING_BYTES: self = .trailingBytes
        case CJSON_OUT_OF_MEMORY: self = .outOfMemory
        default: self = .unexpected
        }
    }
}

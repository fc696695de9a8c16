internal import CYAML

/// One step of a document, of those that carry meaning.
struct Event {
    enum Kind: Equatable {
        case scalar(String, isQuoted: Bool)
        case sequenceStart
        case mappingStart
        case containerEnd
        case end
    }

    let kind: Kind
    /// Counted from 1.
    let line: Int
}

/// Owner of libyaml's parser over bytes of its own.
@safe final class EventStream {
    /// libyaml's parser points into both, so neither may move.
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>

    init(_ bytes: [UInt8]) {
        unsafe parser = .allocate(capacity: 1)
        unsafe input = .allocate(capacity: bytes.count)
        _ = unsafe input.initialize(from: bytes)
        let status = unsafe yaml_parser_initialize(parser)
        precondition(status == 1, "libyaml is out of memory")
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        unsafe yaml_parser_set_input_string(parser, input.baseAddress, input.count)
    }

    deinit {
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
        unsafe input.deallocate()
    }

    /// The next event that carries meaning; `.end` again and again at the end.
    func next() throws(YAMLError) -> Event {
        while true {
            var event = unsafe yaml_event_t()
            guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw syntaxError() }
            defer { unsafe yaml_event_delete(&event) }
            let line = unsafe Int(event.start_mark.line) + 1
            if let kind = unsafe try Self.kind(of: event, line: line) { return Event(kind: kind, line: line) }
        }
    }

    /// - Returns: `nil` for the marks around a document.
    private static func kind(of event: yaml_event_t, line: Int) throws(YAMLError) -> Event.Kind? {
        switch unsafe event.type {
        case YAML_SCALAR_EVENT:
            let scalar = unsafe event.data.scalar
            guard unsafe scalar.anchor == nil else { throw YAMLError(line: line, .alias) }
            guard unsafe scalar.tag == nil else { throw YAMLError(line: line, .tag) }
            let text = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            return unsafe .scalar(
                String(decoding: text, as: UTF8.self),
                isQuoted: scalar.style != YAML_PLAIN_SCALAR_STYLE
            )
        case YAML_SEQUENCE_START_EVENT:
            guard unsafe event.data.sequence_start.anchor == nil else { throw YAMLError(line: line, .alias) }
            guard unsafe event.data.sequence_start.tag == nil else { throw YAMLError(line: line, .tag) }
            return .sequenceStart
        case YAML_MAPPING_START_EVENT:
            guard unsafe event.data.mapping_start.anchor == nil else { throw YAMLError(line: line, .alias) }
            guard unsafe event.data.mapping_start.tag == nil else { throw YAMLError(line: line, .tag) }
            return .mappingStart
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return .containerEnd
        case YAML_ALIAS_EVENT: throw YAMLError(line: line, .alias)
        case YAML_STREAM_END_EVENT: return .end
        case _: return nil
        }
    }

    private func syntaxError() -> YAMLError {
        let message = unsafe parser.pointee.problem.map { unsafe String(cString: $0) } ?? "unreadable"
        return YAMLError(line: unsafe Int(parser.pointee.problem_mark.line) + 1, .syntax(message))
    }
}

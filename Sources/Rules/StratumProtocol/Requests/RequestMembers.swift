internal import JSON

/// The members of a request's object that have a meaning.
struct RequestMembers {
    private let idPlace: Int?
    private(set) var method: JSON?
    private(set) var params: JSON?
    private var hasResult = false
    /// What an answer says, if that is a text: printable ASCII, with `?` for anything else.
    private(set) var answer: String?

    init(_ members: [JSONObject.Member]) {
        idPlace = members.firstIndex { $0.key == "id" }
        for member in members where !member.value.isNull {
            switch member.key {
            case "method": method = member.value
            case "params": params = member.value
            case "result", "error":
                hasResult = true
                if member.key == "result" { answer = member.value.string.map(SubscribeRequest.printable) }
            case _: break
            }
        }
        // A miner that has nothing to say answers with nulls.
        if method == nil, members.contains(where: { $0.key == "result" }) { hasResult = true }
    }

    /// Whether the line answers something that the pool asked, such as `client.get_version`.
    var isAnswer: Bool { method == nil && hasResult }

    /// The id with the very bytes it was written in.
    ///
    /// - Parameter line: The text that the members were read from.
    /// - Returns: `nil` for an array, an object, and for more than `RequestID.byteCountMax` bytes.
    func requestID(in line: Span<UInt8>) -> RequestID? {
        guard let idPlace else { return .null }
        return RequestID(scalar: line.extracting(JSONWalker.value(ofMember: idPlace, in: line)))
    }
}

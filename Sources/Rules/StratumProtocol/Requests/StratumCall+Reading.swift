internal import Hashing
internal import JSON
internal import MiningDomain

extension StratumCall {
    /// The meaning of a request whose line is one JSON object.
    init(_ members: RequestMembers) {
        guard let method = members.method?.string else {
            self = .refused(.malformed)
            return
        }
        let params = members.params ?? .array([])
        guard let params = params.array else {
            self = method == SubmitScanner.method ? .refusedSubmit(.malformed) : .refused(.malformed)
            return
        }
        self = Self.call(method, params) ?? .refused(.malformed)
    }

    /// - Returns: `nil` when the parameters are not what the method takes.
    private static func call(_ method: String, _ params: [JSON]) -> StratumCall? {
        switch method {
        case SubmitScanner.method: submit(params)
        case "mining.subscribe": SubscribeRequest(params).map { .subscribe($0) }
        case "mining.authorize": AuthorizeRequest(params).map { .authorize($0) }
        case "mining.configure": ConfigureRequest(params).map { .configure($0) }
        case "mining.suggest_difficulty":
            params.first.flatMap { Difficulty(suggested: $0) }.map { .suggestDifficulty($0) }
        case "mining.suggest_target": params.first?.string.flatMap { Target(suggested: $0) }.map { .suggestTarget($0) }
        case "mining.extranonce.subscribe": .extranonceSubscribe
        case "mining.ping": .ping
        case "mining.get_transactions":
            params.first?.string.map { .getTransactions(WireJobID(Array($0.utf8).span)) }
        case "mining.multi_version": .multiVersion
        case _: .unknownMethod
        }
    }

    private static func submit(_ params: [JSON]) -> StratumCall {
        guard params.count >= SubmitFields.countMin else { return .refusedSubmit(.malformed) }
        var fields = SubmitFields()
        for (place, value) in params.prefix(SubmitFields.countMax).enumerated() {
            switch value {
            case .string(let text): fields.take(Array(text.utf8).span, at: place)
            case .null where place == SubmitFields.countMax - 1: break
            case .null, .bool, .number, .array, .object: fields.fail(.malformed)
            }
        }
        return fields.call(worker: .bytes(Array((params[0].string ?? "").utf8)))
    }
}

extension Difficulty {
    /// A number, or the same as a string.
    fileprivate init?(suggested value: JSON) {
        switch value {
        case .number(let number): self.init(decimal: number.description)
        case .string(let text): self.init(decimal: text)
        case .null, .bool, .array, .object: return nil
        }
    }
}

extension Target {
    /// 64 hex digits as a big-endian number, or fewer for a smaller one.
    fileprivate init?(suggested text: String) {
        let digits = text.hasPrefix("0x") ? text.dropFirst(2) : text[...]
        guard (1...64).contains(digits.utf8.count),
            let bytes = Hex.bytes(String(repeating: "0", count: 64 - digits.utf8.count) + digits),
            let target = Target(bigEndian: bytes), target.value != .zero
        else { return nil }
        self = target
    }
}

import JSON

/// One line of a pool.
enum StratumMessage: Sendable {
    /// To the request of that number; `nil` for a number that none of ours has.
    case answer(id: UInt64?, StratumAnswer)
    /// A call that wants an answer under its id, or a notification, whose id is null.
    case call(id: JSON, method: String, parameters: [JSON])

    /// Deep enough for every message there is.
    private static let depthMax = 16

    init(parsing line: [UInt8]) throws(PageError) {
        let json: JSON
        do throws(JSONError) {
            json = try JSON(parsing: line, depthMax: Self.depthMax)
        } catch {
            throw .notJSON("\(error)")
        }
        guard json.object != nil else { throw .notJSON("not an object") }
        if let method = json["method"]?.string {
            let parameters = json["params"] ?? []
            guard let list = parameters.isNull ? [] : parameters.array else { throw .field("params") }
            self = .call(id: json["id"] ?? .null, method: method, parameters: list)
        } else {
            guard json["result"] != nil || json["error"] != nil else { throw .field("method") }
            let id = json["id"]?.uint64 ?? json["id"]?.string.flatMap { UInt64($0) }
            self = .answer(id: id, StratumAnswer(result: json["result"] ?? .null, error: json["error"] ?? .null))
        }
    }
}

/// What a pool answers.
struct StratumAnswer: Sendable {
    /// Numbers of errors, as Stratum servers have agreed on them.
    enum Code {
        static let stale: Int64 = 21
        static let duplicate: Int64 = 22
        static let lowDifficulty: Int64 = 23
        static let unauthorized: Int64 = 24
        static let notSubscribed: Int64 = 25
    }

    let result: JSON
    let error: JSON

    var isYes: Bool { result == .bool(true) && error.isNull }

    /// `[code, text, …]`, or an object of both.
    var code: Int64? { error.array?.first?.int64 ?? error["code"]?.int64 }

    /// What a share is refused for, in the words of the miners' page.
    var reason: String {
        switch code {
        case Code.stale: "stale"
        case Code.duplicate: "duplicate"
        case Code.lowDifficulty: "low_difficulty"
        case Code.unauthorized: "unauthorized"
        case Code.notSubscribed: "not_subscribed"
        case _: text
        }
    }

    var text: String {
        let array = error.array ?? []
        let text = array.dropFirst().first?.string ?? error["message"]?.string ?? error.string
        return String((text ?? "no reason given").prefix(Self.textLengthMax))
    }

    /// More would only fill logs.
    private static let textLengthMax = 200
}

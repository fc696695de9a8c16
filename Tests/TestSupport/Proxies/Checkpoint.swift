/// A call on its way from the program under test to a neighbour.
package struct ProxiedCall: Sendable {
    package enum Neighbour: String, Sendable {
        case node
        case postgres
    }

    package let neighbour: Neighbour
    /// A JSON-RPC method, or a statement's text.
    package let text: String
    /// A statement's parameters that are text, an array's elements one by one.
    package let words: [String]
    /// The proxy's number of the connection that it came by.
    package let connection: Int
}

/// Sees every call that goes through a proxy, and may stop it or its answer.
package protocol Checkpoint: Sendable {
    /// Asked before a call goes on to the neighbour, who has not seen it.
    func before(_ call: ProxiedCall) async -> Passage

    /// Asked when the neighbour has answered, before the caller hears of it.
    func after(_ call: ProxiedCall) async -> Passage
}

package enum Passage: Sendable {
    case pass
    /// Nothing goes on, and the caller's connection ends.
    case cut
}

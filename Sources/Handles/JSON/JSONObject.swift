/// The members of an object, in the order of the text.
package struct JSONObject: Sendable {
    package struct Member: Sendable, Hashable {
        package let key: String
        package internal(set) var value: JSON
    }

    /// Up to this many members are searched one by one; more get an index.
    private static let unindexedCountMax = 12

    package private(set) var members: [Member] = []
    private var positions: [String: Int] = [:]

    package init() {}

    package var count: Int { members.count }
    package var isEmpty: Bool { members.isEmpty }
    package var keys: [String] { members.map(\.key) }

    /// Setting an unknown key adds it at the end; setting `nil` removes it.
    package subscript(key: String) -> JSON? {
        get { position(of: key).map { members[$0].value } }
        set {
            switch (position(of: key), newValue) {
            case (let position?, let value?): members[position].value = value
            case (nil, let value?): append(key, value)
            case (let position?, nil): remove(at: position)
            case (nil, nil): break
            }
        }
    }

    /// - Returns: `false`, with nothing added, when the key is there already.
    mutating func insert(_ key: String, _ value: JSON) -> Bool {
        guard position(of: key) == nil else { return false }
        append(key, value)
        return true
    }

    mutating func reserveCapacity(_ count: Int) {
        members.reserveCapacity(count)
    }

    private mutating func append(_ key: String, _ value: JSON) {
        members.append(Member(key: key, value: value))
        if members.count == Self.unindexedCountMax + 1 {
            reindex()
        } else if members.count > Self.unindexedCountMax {
            positions[key] = members.count - 1
        }
    }

    private mutating func remove(at position: Int) {
        members.remove(at: position)
        if members.count > Self.unindexedCountMax {
            reindex()
        } else {
            positions = [:]
        }
    }

    private mutating func reindex() {
        positions = [:]
        for (position, member) in members.enumerated() { positions[member.key] = position }
    }

    private func position(of key: String) -> Int? {
        members.count > Self.unindexedCountMax ? positions[key] : members.firstIndex { $0.key == key }
    }
}

extension JSONObject: Hashable {
    package static func == (left: JSONObject, right: JSONObject) -> Bool { left.members == right.members }
    package func hash(into hasher: inout Hasher) { hasher.combine(members) }
}

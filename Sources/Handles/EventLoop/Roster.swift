/// A loop's connections, each at a place that it knows, and when each is to be looked at next.
struct Roster {
    private(set) var connections: ContiguousArray<Connection> = []
    private var deadlines = DeadlineTable()

    mutating func add(_ connection: Connection) {
        connection.place = connections.count
        connections.append(connection)
        deadlines.append(connection.deadlineMs)
    }

    /// The last one comes to its place.
    mutating func remove(_ connection: Connection) {
        let place = connection.place
        connections.swapAt(place, connections.count - 1)
        connections[place].place = place
        connections.removeLast()
        deadlines.swapRemove(at: place)
    }

    /// Makes sure that the connection is looked at when its next time limit is over.
    mutating func keepDeadline(of connection: Connection) {
        deadlines.lower(at: connection.place, to: connection.deadlineMs)
    }

    /// Those whose time limits are to be looked at, which may have been put off meanwhile.
    func due(atMs now: UInt64) -> [Connection] {
        deadlines.due(atMs: now).map { connections[$0] }
    }

    /// What ends is not looked at again, unless it lingers; what is gone is not here any more.
    mutating func wasLookedAt(_ connection: Connection) {
        let place = connection.place
        guard place < connections.count, connections[place] === connection else { return }
        deadlines.set(at: place, to: connection.closing == nil ? connection.deadlineMs : .max)
    }
}

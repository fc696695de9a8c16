import ServiceRuntime
import System
import Testing

@testable import Gateway

/// Which addresses one loop remembers.
@Suite struct AddressBookTests {
    private static let nowMs: UInt64 = 1_000_000

    private static func book() -> AddressBook {
        AddressBook(rate: TokenBucket.Rate(perSecond: 1, burst: 1), windows: AddressWindows())
    }

    private static func address(_ number: Int) throws -> RemoteAddress {
        try #require(RemoteAddress("10.\(number >> 16 & 255).\(number >> 8 & 255).\(number & 255)"))
    }

    @Test func pastTheBoundOnlyThoseWithAConnectionStay() throws {
        var book = Self.book()
        let connected = book.record(of: try Self.address(0), nowMs: Self.nowMs)
        connected.connectionCount = 1
        weak let idle = book.record(of: try Self.address(1), nowMs: Self.nowMs)
        for number in 2..<AddressBook.countMax { _ = book.record(of: try Self.address(number), nowMs: Self.nowMs) }
        #expect(idle != nil)
        _ = book.record(of: try Self.address(AddressBook.countMax), nowMs: Self.nowMs)
        #expect(idle == nil)
        #expect(book.record(of: try Self.address(0), nowMs: Self.nowMs) === connected)
    }

    @Test(
        arguments: [
            (1, 0, 0, true), (0, 0, 0, false), (0, AddressBook.keepMs, 0, false), (0, AddressBook.keepMs - 1, 0, true),
            (0, 0, AddressBook.knockKeepMs, false), (0, 0, AddressBook.knockKeepMs - 1, true),
        ] as [(connections: Int, shareAgeMs: UInt64, knockAgeMs: UInt64, stays: Bool)]
    )
    func anAddressIsRememberedForAsLongAsItCounts(
        connections: Int,
        shareAgeMs: UInt64,
        knockAgeMs: UInt64,
        stays: Bool
    ) throws {
        var book = Self.book()
        weak var known: AddressRecord?
        do {
            let record = book.record(of: try Self.address(1), nowMs: Self.nowMs)
            record.connectionCount = connections
            // Zero: there was none.
            if shareAgeMs > 0 { record.countedAtMs = Self.nowMs - shareAgeMs }
            if knockAgeMs > 0 { record.openedAtMs = Self.nowMs - knockAgeMs }
            known = record
        }
        book.forget(nowMs: Self.nowMs)
        #expect((known != nil) == stays)
    }
}

import Hashing
import Synchronization
import TestSupport

/// Everything that one seed decides, in the order in which it is asked.
final class Chance: Sendable {
    private let generator: Mutex<SeededGenerator>

    init(seed: UInt64) {
        generator = Mutex(SeededGenerator(seed: seed))
    }

    func number(_ range: ClosedRange<Int>) -> Int {
        generator.withLock { Int.random(in: range, using: &$0) }
    }

    func happens(oneIn count: Int) -> Bool {
        count > 0 && number(1...count) == 1
    }

    func pick<Element>(_ elements: [Element]) -> Element? {
        elements.isEmpty ? nil : elements[number(0...(elements.count - 1))]
    }

    func hash() -> Hash256 {
        generator.withLock { generator in
            Hash256(words: (generator.next(), generator.next(), generator.next(), generator.next()))
        }
    }
}

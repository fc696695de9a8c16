import BlockFormat
import MiningDomain
import Testing

@testable import StratumProtocol

@Suite struct DecimalDifficultyTests {
    @Test(
        arguments: [
            ("1", "1"), ("0.5", "0.5"), (".5", "0.5"), ("5.", "5"), ("1e3", "1000"),
            ("1.52587890625e-05", "0.000015258"),
            ("0.0000000019", "0.000000001"), ("1E+2", "100"), ("000012.5000", "12.5"),
            ("99999999999", "18446744073.709551615"),
            ("1e999999999999", "18446744073.709551615"), ("0.000000000000000000000001e24", "1"),
            ("1234567890123456789012345678901234567890e-36", "1234.56789012"),
        ]
    )
    func decimalsAsMinersWriteThem(text: String, expected: String) {
        let read = Difficulty(decimal: text)?.description
        // Digits that no difficulty has are cut.
        #expect(read?.hasPrefix(expected) == true, "\(read ?? "nil")")
    }

    @Test(arguments: [
        "", ".", "0", "0.0", "-1", "+1", "1,5", "1e", "e5", "1e-99", "0x10", "NaN", "inf", " 1", "1 ", "1.2.3", "1e1e1",
        "١",
    ])
    func whatIsNoDecimal(text: String) {
        #expect(Difficulty(decimal: text) == nil)
    }

    @Test(arguments: [Network.litecoin, .bitcoin]) func targetsAndDifficultiesAgree(network: Network) throws {
        for text in ["0.00002", "0.001", "0.5", "1", "2", "1000", "123456.789", "1000000000"] {
            let difficulty = try #require(Difficulty(decimal: text))
            let target = Target(difficulty: difficulty, differenceOne: network.differenceOne)
            let again = Difficulty(of: target, differenceOne: network.differenceOne)
            #expect(max(again.scaled, difficulty.scaled) - min(again.scaled, difficulty.scaled) <= 1, "\(text)")
        }
        #expect(Difficulty(of: network.differenceOne, differenceOne: network.differenceOne) == .one)
        #expect(Difficulty(of: Target(UInt256(1)), differenceOne: network.differenceOne).scaled == .max)
        // Nothing is easier than the largest number that a hash can be.
        #expect(Difficulty(of: Target(.max), differenceOne: network.differenceOne).scaled <= 15_259)
    }
}

@Suite struct PasswordOptionsTests {
    private static func difficulty(_ text: String?) -> Difficulty? { text.flatMap { Difficulty(decimal: $0) } }

    @Test(
        arguments: [
            ("", nil, nil, nil), ("x", nil, nil, nil), ("passwd=5", nil, nil, nil), ("d=16", "16", "16", nil),
            ("x,d=0.5", "0.5", "0.5", nil), ("x;md=2;y", nil, "2", nil), ("d=16;md=4", "16", "4", nil),
            ("md=4,d=16", "16", "4", nil), ("fd=3", nil, nil, "3"), ("d=1,d=2", "2", "2", nil), ("d=-1", nil, nil, nil),
            ("d=0", nil, nil, nil), ("d=", nil, nil, nil), ("d", nil, nil, nil), ("d=1e3", nil, nil, nil),
            ("d=1=2", nil, nil, nil), ("d=0.000000001", "0.1", "0.1", nil),
            ("fd=99999999999999999999", nil, nil, "1000"),
            (" d=8", "8", "8", nil), (";;,=,d=8,", "8", "8", nil), ("D=8", nil, nil, nil),
        ] as [(String, String?, String?, String?)]
    )
    func options(password: String, start: String?, floor: String?, fixed: String?) throws {
        let bounds = try #require(Difficulty("0.1"))...(try #require(Difficulty("1000")))
        let options = PasswordOptions(password, within: bounds)
        #expect(options.start == Self.difficulty(start))
        #expect(options.floor == Self.difficulty(floor))
        #expect(options.fixed == Self.difficulty(fixed))
    }
}

@Suite struct DifficultyEpochsTests {
    private static func job(_ number: UInt64) throws -> JobID { try #require(JobID(number)) }

    private static func epochs(_ starts: [(UInt64, UInt32)]) throws -> DifficultyEpochs {
        var epochs = DifficultyEpochs()
        for (place, start) in starts.enumerated() {
            let difficulty = try #require(Difficulty(scaled: UInt64(place) + 1))
            let isAdded = epochs.append(
                firstJob: try job(start.0),
                firstTime: start.1,
                difficulty: difficulty,
                target: Target(UInt256(UInt128(place) + 1))
            )
            #expect(isAdded)
        }
        return epochs
    }

    @Test(
        arguments: [
            (4, 999, nil), (5, 0, 1), (5, .max, 1), (6, 0, 1), (7, 0, 2), (7, 99, 2), (7, 100, 3), (7, 101, 3),
            (8, 0, 3),
            (9, 49, 3), (9, 50, 4), (.max, 0, 4),
        ] as [(UInt64, UInt32, UInt64?)]
    )
    func jobAndTimeDecide(job: UInt64, time: UInt32, expected: UInt64?) throws {
        let epochs = try Self.epochs([(5, 0), (7, 0), (7, 100), (9, 50)])
        let epoch = epochs.epoch(forJob: try Self.job(job), time: time)
        #expect(epoch?.difficulty.scaled == expected)
        #expect(epoch?.target.value == expected.map { UInt256(UInt128($0)) })
    }

    /// Whatever a miner writes beside its find, job and time are inside the header: each belongs to exactly one epoch, and a
    /// later one never takes away from an earlier.
    @Test func nobodyCanChoose() throws {
        let starts: [(UInt64, UInt32)] = [(1, 0), (2, 0), (2, 10), (2, 20), (4, 0)]
        for count in 1..<starts.count {
            let before = try Self.epochs(Array(starts.prefix(count)))
            let after = try Self.epochs(Array(starts.prefix(count + 1)))
            for job in 1...5 as ClosedRange<UInt64> {
                for time in 0...25 as ClosedRange<UInt32> where (job, time) < starts[count] {
                    let id = try Self.job(job)
                    #expect(before.epoch(forJob: id, time: time) == after.epoch(forJob: id, time: time))
                }
            }
        }
    }

    @Test func whatDoesNotComeAfterAllOthersIsRefused() throws {
        var epochs = try Self.epochs([(5, 10)])
        for (job, time) in [(5, 10), (5, 9), (4, 100)] as [(UInt64, UInt32)] {
            let isAdded = epochs.append(
                firstJob: try Self.job(job),
                firstTime: time,
                difficulty: .one,
                target: Target(.max)
            )
            #expect(!isAdded)
        }
        #expect(epochs.epochs.count == 1)
    }

    @Test func thereIsABoundAndDeadJobsMakeRoom() throws {
        var epochs = try Self.epochs((1...UInt64(DifficultyEpochs.countMax)).map { ($0, 0) })
        func appendNext() throws -> Bool {
            epochs.append(firstJob: try Self.job(100), firstTime: 0, difficulty: .one, target: Target(.max))
        }
        #expect(try !appendNext())
        epochs.prune(oldestJob: try Self.job(1))
        #expect(epochs.epochs.count == DifficultyEpochs.countMax)
        epochs.prune(oldestJob: try Self.job(4))
        #expect(epochs.epochs.count == DifficultyEpochs.countMax - 3)
        #expect(epochs.epoch(forJob: try Self.job(4), time: 0)?.difficulty.scaled == 4)
        #expect(try appendNext())
        #expect(epochs.newest?.difficulty == .one)
        epochs.prune(oldestJob: try Self.job(1_000))
        #expect(epochs.epochs.count == 1)
        epochs.prune(oldestJob: try Self.job(2_000))
        #expect(epochs.epochs.count == 1)
    }

    @Test func anEpochThatBeginsInsideAJobKeepsTheOneBefore() throws {
        var epochs = try Self.epochs([(1, 0), (3, 0), (3, 50)])
        epochs.prune(oldestJob: try Self.job(3))
        #expect(epochs.epochs.map(\.firstTime) == [0, 50])
        epochs.prune(oldestJob: try Self.job(4))
        #expect(epochs.epochs.map(\.firstTime) == [50])
    }
}

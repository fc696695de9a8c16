import Hashing
import JSON
import MiningDomain
import Testing

@testable import StratumProtocol

@Suite struct AnswerTests {
    private static func text(_ write: (inout [UInt8]) -> Void) -> String {
        var bytes = Array("before\n".utf8)
        write(&bytes)
        return String(decoding: bytes.dropFirst(7), as: UTF8.self)
    }

    @Test(arguments: StratumError.allCases) func everyErrorIsOneLineOfJSON(error: StratumError) throws {
        let line = Self.text { StratumWriter.append(error, .number(4), to: &$0) }
        let json = try JSON(parsing: Array(line.utf8))
        #expect(json == ["id": 4, "result": nil, "error": [JSON(error.code), JSON(error.text), nil]])
        #expect(line.hasSuffix("}\n"))
        #expect((20...25).contains(error.code))
        #expect(Set(StratumError.allCases.map(\.text)).count == StratumError.allCases.count)
    }

    @Test func verdictsBecomeTheCodesThatMinersKnow() {
        #expect(ShareVerdict.accepted.error == nil)
        #expect(ShareVerdict.allCases.filter { $0.error == nil } == [.accepted])
        #expect(ShareVerdict.stale.error?.code == 21)
        #expect(ShareVerdict.duplicate.error?.code == 22)
        #expect(ShareVerdict.lowDifficulty.error?.code == 23)
        #expect(ShareVerdict.unauthorized.error?.code == 24)
        #expect(StratumError.notSubscribed.code == 25)
    }

    @Test func fixedLines() {
        #expect(
            Self.text { StratumWriter.appendTrue(.number(0), to: &$0) } == "{\"id\":0,\"result\":true,\"error\":null}\n"
        )
        #expect(
            Self.text { StratumWriter.append(.lowDifficulty, .null, to: &$0) }
                == "{\"id\":null,\"result\":null,\"error\":[23,\"Low difficulty share\",null]}\n"
        )
        #expect(
            Self.text { StratumWriter.appendSubscribed(.number(1), session: "5e55", extranonce1: 0x0a00_00ff, to: &$0) }
                == #"{"id":1,"result":[[["mining.set_difficulty","5e55"],["mining.notify","5e55"]],"0a0000ff",4],"#
                + "\"error\":null}\n"
        )
        #expect(
            Self.text { StratumWriter.appendPong(.number(1), to: &$0) }
                == "{\"id\":1,\"result\":\"pong\",\"error\":null}\n"
        )
        #expect(
            Self.text { StratumWriter.append(transactions: [], .null, to: &$0) }
                == "{\"id\":null,\"result\":[],\"error\":null}\n"
        )
        #expect(
            Self.text { StratumWriter.append(transactions: [[1, 0xab], [2]], .number(7), to: &$0) }
                == "{\"id\":7,\"result\":[\"01ab\",\"02\"],\"error\":null}\n"
        )
        #expect(
            Self.text { StratumWriter.appendGetVersion(to: &$0) }
                == "{\"id\":1,\"method\":\"client.get_version\",\"params\":[]}\n"
        )
        #expect(
            Self.text { StratumWriter.appendSetExtranonce(0x0102_0304, to: &$0) }
                == "{\"id\":null,\"method\":\"mining.set_extranonce\",\"params\":[\"01020304\",4]}\n"
        )
        #expect(
            Self.text { StratumWriter.appendReconnect(to: &$0) }
                == "{\"id\":null,\"method\":\"client.reconnect\",\"params\":[]}\n"
        )
        #expect(
            Self.text { StratumWriter.appendShowMessage("moin\n", to: &$0) }
                == "{\"id\":null,\"method\":\"client.show_message\",\"params\":[\"moin\\n\"]}\n"
        )
    }

    @Test(arguments: [
        "1", "16", "0.5", "0.001", "0.000000001", "1.25", "18446744073.709551615", "1000000", "10.1", "0.000015259",
    ])
    func difficultiesArePlainDecimals(text: String) throws {
        let difficulty = try #require(Difficulty(decimal: text))
        #expect(difficulty.description == text)
        #expect(
            Self.text { StratumWriter.append(difficulty, to: &$0) }
                == "{\"id\":null,\"method\":\"mining.set_difficulty\",\"params\":[\(text)]}\n"
        )
    }

    @Test func aJobIsSentAsMinersReadIt() throws {
        let display = "00000000000000000328e9fea9914ad83b7404a838aa66aefb970e5689c2f63d"
        let sibling = try #require(Hash256(hex: String(repeating: "ab", count: 31) + "01"))
        let notice = JobNotice(
            previousHash: try #require(Hash256(displayHex: display)),
            coinbase1: [1, 2, 0xff],
            coinbase2: [],
            merkleBranch: [sibling, sibling],
            version: 0x2000_0000,
            bits: 0x1d00_ffff
        )
        let name = WireJobID(jobID: try #require(JobID(0x0123_4567_89ab_cdef)), sendingNumber: 10)
        let previous = "89c2f63dfb970e5638aa66ae3b7404a8a9914ad80328e9fe0000000000000000"
        #expect(
            Self.text { notice.append(name, time: 0x6a8d, isClean: true, to: &$0) }
                == #"{"id":null,"method":"mining.notify","params":["0123456789abcdef0a","\#(previous)","0102ff","","#
                + "[\"\(sibling.hex)\",\"\(sibling.hex)\"],\"20000000\",\"1d00ffff\",\"00006a8d\",true]}\n"
        )
        #expect(WireJobID("0123456789abcdef0a") == name)
    }

    @Test func everyExtensionAskedForHasAnAnswer() throws {
        let names = ["version-rolling", "minimum-difficulty", "subscribe-extranonce", "info", "x\"y"]
        let request = ConfigureRequest(extensions: names, versionMask: 0x00ff_ffff, minimumDifficulty: .one)
        let rolling = VersionRolling(granting: request)
        #expect(
            Self.text { StratumWriter.appendConfigured(.number(1), request, rolling: rolling, to: &$0) }
                == #"{"id":1,"result":{"version-rolling":true,"version-rolling.mask":"00ffe000","minimum-difficulty":true,"#
                + #""subscribe-extranonce":true,"info":true,"x\"y":false},"error":null}"# + "\n"
        )
        let needy = ConfigureRequest(extensions: names.reversed(), versionBitCountMin: 17)
        #expect(
            Self.text {
                StratumWriter.appendConfigured(.null, needy, rolling: VersionRolling(granting: needy), to: &$0)
            }
                == #"{"id":null,"result":{"x\"y":false,"info":true,"subscribe-extranonce":true,"minimum-difficulty":false,"#
                + #""version-rolling":false},"error":null}"# + "\n"
        )
    }
}

@Suite struct VersionRollingTests {
    private static func rolling(_ mask: UInt32, bitCountMin: UInt32 = 0) -> VersionRolling? {
        VersionRolling(
            granting: ConfigureRequest(
                extensions: ["version-rolling"],
                versionMask: mask,
                versionBitCountMin: bitCountMin
            )
        )
    }

    @Test func theMaskIsWhatBothCanDo() {
        #expect(Self.rolling(.max)?.mask == 0x1fff_e000)
        #expect(Self.rolling(0x0000_e0ff)?.mask == 0xe000)
        #expect(Self.rolling(0x0000_e0ff, bitCountMin: 3)?.mask == 0xe000)
        #expect(Self.rolling(0x0000_e0ff, bitCountMin: 4) == nil)
        #expect(Self.rolling(0x0000_00ff) == nil)
        #expect(Self.rolling(.max, bitCountMin: .max) == nil)
        #expect(VersionRolling(granting: ConfigureRequest(extensions: [])) == nil)
    }

    @Test(
        arguments: [
            (0x2000_0000, nil, 0x2000_0000, true), (0x2000_0000, 0x0000_2000, 0x2000_2000, true),
            (0x3fff_ffff, 0, 0x2000_1fff, true), (0x2000_2000, 0x0000_4000, 0x2000_4000, true),
            (0x2000_0000, 0x2000_2000, 0x2000_2000, false), (0x2000_0000, 1, 0x2000_0001, false),
            (0x2000_0000, .max, .max, false),
        ] as [(UInt32, UInt32?, UInt32, Bool)]
    )
    func bitsReplaceTheJobsOwn(job: UInt32, bits: UInt32?, version: UInt32, isAllowed: Bool) throws {
        let rolling = try #require(Self.rolling(.max))
        #expect(rolling.version(job: job, bits: bits) == version)
        #expect(rolling.allows(bits) == isAllowed)
    }

    @Test func withoutTheExtensionNoBitMayBeSet() {
        #expect(VersionRolling.none.version(job: 0x2000_0004, bits: 0) == 0x2000_0004)
        #expect(VersionRolling.none.version(job: 0x2000_0004, bits: nil) == 0x2000_0004)
        #expect(VersionRolling.none.allows(0) && VersionRolling.none.allows(nil) && !VersionRolling.none.allows(4))
        #expect(VersionRolling.none.version(job: 0x2000_0000, bits: 4) == 0x2000_0004)
    }
}

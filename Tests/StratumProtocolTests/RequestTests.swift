import MiningDomain
import Testing

@testable import StratumProtocol

@Suite struct RequestTests {
    private static func read(_ text: String) -> StratumRequest {
        StratumRequest(parsing: Array(text.utf8))
    }

    private static func call(_ method: String, _ params: String) -> StratumCall {
        read(#"{"id":1,"method":"\#(method)","params":\#(params)}"#).call
    }

    @Test(arguments: [
        "1", "0", "18446744073709551615", "\"abc\"", #""\u0061\"b""#, "-7", "1.50", "true", "false", "null", "1e3",
        "\"\(String(repeating: "x", count: RequestID.byteCountMax - 2))\"",
    ])
    func anIDComesBackByteForByte(id: String) {
        for line in [
            #"{"id": \#(id) ,"method":"mining.ping"}"#,
            #"{"method":"mining.ping","params":[{"id":"no,}"},"]"],"i\u0064":\#(id)}"#,
            #"{"id":\#(id),"method":"mining.submit","params":["w","000000000000000100","00000001","00000002","00000003"]}"#,
        ] {
            var answer: [UInt8] = []
            StratumWriter.appendTrue(Self.read(line).id, to: &answer)
            #expect(String(decoding: answer, as: UTF8.self) == #"{"id":\#(id),"result":true,"error":null}"# + "\n")
        }
    }

    @Test(arguments: ["[1]", "{}", "\"\(String(repeating: "x", count: RequestID.byteCountMax - 1))\""])
    func whatIsNoIDIsRefused(id: String) {
        let expected = StratumRequest(id: .null, call: .refused(.malformed))
        #expect(Self.read(#"{"id":\#(id),"method":"mining.ping","params":[]}"#) == expected)
    }

    @Test func withoutAnIDTheAnswerCarriesNull() {
        #expect(Self.read(#"{"method":"mining.ping"}"#) == StratumRequest(id: .null, call: .ping))
        #expect(Self.read(#"{"id":null,"method":"mining.ping"}"#) == StratumRequest(id: .null, call: .ping))
    }

    @Test(arguments: [
        "", " ", "{", "[]", "7", "null", "\"mining.ping\"", "{}", #"{"id":1}"#, #"{"id":1,"method":7}"#,
        #"{"id":1,"method":null}"#, #"{"id":1,"method":["mining.ping"]}"#,
        #"{"id":1,"method":"mining.ping","params":{}}"#,
        #"{"id":1,"method":"mining.ping","params":"x"}"#, #"{"id":1,"method":"mining.ping"} {}"#,
        #"{"id":1,"id":1,"method":"mining.ping"}"#, #"{"id":1,"method":"mining.ping",}"#, "GET / HTTP/1.1",
        "{\"id\":1,\"method\":\"mining.ping\",\"params\":[\"\u{1}\"]}",
    ])
    func whatIsNoRequestIsMalformed(line: String) {
        #expect(Self.read(line).call == .refused(.malformed))
    }

    @Test func depthHasAnEnd() {
        func line(depth: Int) -> String {
            let list = String(repeating: "[", count: depth - 1) + String(repeating: "]", count: depth - 1)
            return #"{"id":1,"method":"mining.ping","params":\#(list)}"#
        }
        #expect(Self.read(line(depth: StratumRequest.depthMax)).call == .ping)
        #expect(Self.read(line(depth: StratumRequest.depthMax + 1)).call == .refused(.malformed))
    }

    @Test(
        arguments: [
            (#"{"id":1,"result":"cgminer/4.11.1","error":null}"#, "cgminer/4.11.1"),
            (#"{"id":{},"result":"a\nb\u00e9"}"#, "a?b?"), (#"{"id":1,"result":null,"error":null}"#, nil),
            (#"{"id":1,"result":null,"error":[20,"no",null]}"#, nil), (#"{"id":{},"result":true}"#, nil),
            (#"{"error":{"code":1},"id":1}"#, nil), (#"{"id":1,"method":null,"result":true}"#, nil),
        ] as [(String, String?)]
    )
    func answersOfMinersAreRecognised(line: String, text: String?) {
        #expect(Self.read(line).call == .answer(text))
    }

    @Test(
        arguments: [
            ("[]", nil, nil), ("[null,null,\"pool\",\"3333\"]", nil, nil), ("[\"cgminer/4.11\"]", "cgminer/4.11", nil),
            ("[\"NiceHash/1.0.0\",\"01020304\"]", "NiceHash/1.0.0", "01020304"),
            (
                #"["b\u0000\u001bf\u00ef","\#(String(repeating: "a", count: 64))"]"#, "b??f?",
                String(repeating: "a", count: 64)
            ),
            (
                #"["\#(String(repeating: "u", count: 129))","\#(String(repeating: "a", count: 65))"]"#,
                String(repeating: "u", count: 128), nil
            ),
        ] as [(String, String?, String?)]
    )
    func subscribing(params: String, agent: String?, session: String?) {
        let expected = SubscribeRequest(userAgent: agent, sessionID: session)
        #expect(Self.call("mining.subscribe", params) == .subscribe(expected))
    }

    @Test(
        arguments: [
            ("[\"ltc1q.rig\",\"x\"]", "ltc1q.rig", "x"), ("[\"a\"]", "a", ""), ("[\"a\",null]", "a", ""),
            ("[\"a\",123]", "a", "123"), ("[\"a\",\"d=1\",\"more\"]", "a", "d=1"),
        ]
    )
    func authorizing(params: String, name: String, password: String) {
        #expect(Self.call("mining.authorize", params) == .authorize(AuthorizeRequest(name: name, password: password)))
    }

    @Test(
        arguments: [
            ("mining.subscribe", "[7]"), ("mining.subscribe", "[\"a\",[]]"), ("mining.authorize", "[]"),
            ("mining.authorize", "[\"\"]"), ("mining.authorize", "[7]"), ("mining.authorize", "[\"a\",[]]"),
            ("mining.authorize", "[\"\(String(repeating: "n", count: 257))\"]"),
            ("mining.authorize", "[\"a\",\"\(String(repeating: "p", count: 513))\"]"),
            ("mining.configure", "[]"), ("mining.configure", "[{}]"), ("mining.configure", "[[7]]"),
            ("mining.configure", "[[],[]]"), ("mining.configure", "[[\"\(String(repeating: "e", count: 65))\"]]"),
            ("mining.configure", "[[\(Array(repeating: "\"e\"", count: 17).joined(separator: ","))]]"),
            ("mining.configure", "[[\"version-rolling\"],{\"version-rolling.mask\":\"xyz\"}]"),
            ("mining.configure", "[[\"version-rolling\"],{\"version-rolling.min-bit-count\":-1}]"),
            ("mining.suggest_difficulty", "[]"), ("mining.suggest_difficulty", "[0]"),
            ("mining.suggest_difficulty", "[-1]"), ("mining.suggest_difficulty", "[null]"),
            ("mining.suggest_target", "[]"), ("mining.suggest_target", "[\"0\"]"), ("mining.suggest_target", "[7]"),
            ("mining.suggest_target", "[\"\(String(repeating: "f", count: 65))\"]"),
        ]
    )
    func parametersThatAMethodDoesNotTake(method: String, params: String) {
        #expect(Self.call(method, params) == .refused(.malformed))
    }

    @Test func theRest() throws {
        #expect(Self.call("mining.extranonce.subscribe", "[]") == .extranonceSubscribe)
        #expect(Self.call("mining.get_transactions", "[\"1\"]") == .getTransactions(nil))
        let job = JobID(0xca6_71df_ad40_0000).map { WireJobID(jobID: $0, sendingNumber: 255) }
        #expect(Self.call("mining.get_transactions", "[\"0ca671dfad400000ff\"]") == .getTransactions(job))
        #expect(Self.call("mining.get_transactions", "[]") == .refused(.malformed))
        #expect(Self.call("mining.multi_version", "[4]") == .multiVersion)
        #expect(Self.call("mining.hello", "[]") == .unknownMethod)
        let half = try #require(Difficulty("0.5"))
        #expect(Self.call("mining.suggest_difficulty", "[0.5]") == .suggestDifficulty(half))
        #expect(Self.call("mining.suggest_difficulty", "[\"5e-1\"]") == .suggestDifficulty(half))
        let target = try #require(Target(bigEndian: [UInt8](repeating: 0, count: 30) + [1, 255]))
        #expect(Self.call("mining.suggest_target", "[\"0x1fF\"]") == .suggestTarget(target))
    }

    @Test func configuring() throws {
        let params = """
            [["version-rolling","minimum-difficulty","x","version-rolling"],{"version-rolling.mask":"ffFF0000",
            "version-rolling.min-bit-count":2,"minimum-difficulty.value":2048,"info.hw-version":"1"}]
            """
        let expected = ConfigureRequest(
            extensions: ["version-rolling", "minimum-difficulty", "x"],
            versionMask: 0xffff_0000,
            versionBitCountMin: 2,
            minimumDifficulty: Difficulty("2048") as Difficulty?
        )
        #expect(Self.call("mining.configure", params) == .configure(expected))
        #expect(Self.call("mining.configure", "[[]]") == .configure(ConfigureRequest(extensions: [])))
        #expect(Self.call("mining.configure", "[[],null]") == .configure(ConfigureRequest(extensions: [])))
    }
}

import Hashing
import TestSupport

@testable import StratumProtocol

/// One line of `mining.submit` in some spelling of many, good or bad.
struct Spelling {
    private var random: SeededGenerator

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    mutating func line() -> [UInt8] {
        var members = [
            "\(key("id"))\(space()):\(space())\(id())",
            "\(key("method"))\(space()):\(space())\(text(chance(20) ? "mining.subscribe" : "mining.submit"))",
            "\(key("params"))\(space()):\(space())[\(params())\(space())]",
        ]
        members.shuffle(using: &random)
        if chance(15) { members.removeLast() }
        if chance(15) { members.append(members[0]) }
        if chance(15) { members.append("\"jsonrpc\" :\"2.0\"") }
        var line = Array("\(space()){\(members.joined(separator: "\(space()),\(space())"))\(space())}\(space())".utf8)
        while chance(4) {
            let place = Int.random(in: 0..<line.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: line[place] = UInt8.random(in: 0...255, using: &random)
            case 1: line.remove(at: place)
            case _: line.insert(Array("\"\\,:{}[]0nx \u{7f}".utf8).randomElement(using: &random) ?? 0, at: place)
            }
        }
        return line
    }

    private mutating func params() -> String {
        var values = [
            text(chance(5) ? "ltc1qexample.rïg\u{1f600}" : "ltc1qexample.rig1"),
            text(digits(chance(10) ? 17 : 18)), text(digits(chance(10) ? 16 : 8)), text(digits(8)), text(digits(8)),
        ]
        switch Int.random(in: 0..<8, using: &random) {
        case 0, 1: values.append(text(digits(8)))
        case 2: values.append("null")
        case 3: values += [text(digits(8)), text("more")]
        case 4 where chance(3): values.removeLast()
        case _: break
        }
        if chance(15) {
            values[Int.random(in: 0..<values.count, using: &random)] =
                ["null", "7", "[]", "{\"a\":[1,\"]\"]}", "true", "\"\"", "\"zz\""].randomElement(using: &random) ?? ""
        }
        return values.map { space() + $0 }.joined(separator: "\(space()),")
    }

    private mutating func id() -> String {
        [
            "1", "0", "null", "\"a\"", "\"1\"", "18446744073709551615", "1234567890123456789", "-1", "1.50", "true",
            "01",
            "\"\\u0031\"", "[1]", "{}", "\"\(String(repeating: "x", count: 63))\"", "1e3",
        ].randomElement(using: &random) ?? ""
    }

    private mutating func digits(_ count: Int) -> String {
        String((0..<count).map { _ in "0123456789abcdefABCDEF".randomElement(using: &random) ?? "0" })
    }

    private mutating func key(_ name: String) -> String { chance(30) ? escaped(name) : "\"\(name)\"" }

    private mutating func text(_ content: String) -> String { chance(20) ? escaped(content) : "\"\(content)\"" }

    private mutating func escaped(_ content: String) -> String {
        let units = content.utf16.map { unit in
            let digits = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
        return "\"\(units.joined())\""
    }

    private mutating func space() -> String {
        chance(4) ? [" ", "  ", "\t", "\r", "\n "].randomElement(using: &random) ?? "" : ""
    }

    private mutating func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &random) == 0 }
}

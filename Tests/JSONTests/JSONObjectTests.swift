import JSON
import Testing

@Suite struct JSONObjectTests {
    @Test(arguments: [3, 12, 13, 1_000]) func membersKeepTheirOrderAndAreFound(count: Int) throws {
        let keys = (0..<count).map { "key\($0 * 7_919 % 1_009)" }
        let text = "{" + keys.map { #""\#($0)":"\#($0)""# }.joined(separator: ",") + "}"
        var object = try #require(JSON(parsing: Array(text.utf8)).object)
        #expect(object.keys == keys)
        for key in keys { #expect(object[key] == JSON(key)) }
        #expect(object["none"] == nil)
        object[keys[1]] = nil
        object[keys[2]] = 5
        #expect(object.count == count - 1)
        #expect(object[keys[1]] == nil)
        #expect(object[keys[2]] == 5)
    }

    @Test func aRepeatAmongManyKeysIsNoticed() {
        let keys = (0..<100).map { "key\($0)" } + ["key57"]
        let text = "{" + keys.map { #""\#($0)":1"# }.joined(separator: ",") + "}"
        let error = #expect(throws: JSONError.self) { try JSON(parsing: Array(text.utf8)) }
        #expect(error?.reason == .duplicateKey("key57"))
    }
}

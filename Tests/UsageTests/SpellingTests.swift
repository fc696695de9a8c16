import Testing
import Usage

@Suite struct SpellingTests {
    @Test(arguments: [
        ("netwrok", "network"), ("nodse", "nodes"), ("wallet.nam", "wallet.name"), ("xyz", nil), ("", nil),
    ])
    func theNearestNameIsFoundWhenItIsNear(_ typed: String, _ meant: String?) {
        #expect(Spelling.nearest(to: typed, among: ["network", "nodes", "wallet.name"]) == meant)
    }
}

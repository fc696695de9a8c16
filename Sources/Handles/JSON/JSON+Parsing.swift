extension JSON {
    /// What a text of ours or of a node needs, several times over.
    package static let depthMaxDefault = 64

    /// Reads one text of RFC 8259, whole and strictly: UTF-8, no comments, no trailing commas or bytes, no key twice.
    ///
    /// - Parameters:
    ///   - bytes: At most 256 MiB.
    ///   - depthMax: How many arrays and objects may stand inside each other, at most 512.
    /// - Throws: `JSONError`, which says what is wrong and where.
    package init(parsing bytes: [UInt8], depthMax: Int = depthMaxDefault) throws(JSONError) {
        precondition((1...512).contains(depthMax))  // reading the tokens recurses
        self = try TokenList(bytes, depthMax: depthMax).value()
    }
}

internal import JSON

extension StratumWriter {
    /// The answer to `mining.configure`: one entry for each extension asked for, `false` for those that the pool does not have.
    ///
    /// - Parameters:
    ///   - id: The request's.
    ///   - request: What was asked for.
    ///   - rolling: What `VersionRolling` made of it; `nil` where the bits do not suffice.
    ///   - bytes: Where the line is added.
    package static func appendConfigured(
        _ id: RequestID,
        _ request: ConfigureRequest,
        rolling: VersionRolling?,
        to bytes: inout [UInt8]
    ) {
        appendID(id, to: &bytes)
        bytes.append(contentsOf: #","result":{"#.utf8)
        for (place, name) in request.extensions.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: JSON(name).encoded())
            bytes.append(contentsOf: isGranted(name, request, rolling) ? ":true".utf8 : ":false".utf8)
            guard name == ConfigureRequest.versionRolling, let rolling else { continue }
            bytes.append(contentsOf: #","version-rolling.mask":"#.utf8)
            bytes.append(quotedHex: rolling.mask)
        }
        bytes.append(contentsOf: "},\"error\":null}\n".utf8)
    }

    private static func isGranted(_ name: String, _ request: ConfigureRequest, _ rolling: VersionRolling?) -> Bool {
        switch name {
        case ConfigureRequest.versionRolling: rolling != nil
        case ConfigureRequest.minimumDifficulty: request.minimumDifficulty != nil
        case ConfigureRequest.subscribeExtranonce, ConfigureRequest.info: true
        case _: false
        }
    }
}

extension ConfigureRequest {
    static let versionRolling = "version-rolling"
    static let minimumDifficulty = "minimum-difficulty"
    static let subscribeExtranonce = "subscribe-extranonce"
    static let info = "info"

    package var asksForVersionRolling: Bool { extensions.contains(Self.versionRolling) }
    package var asksForMinimumDifficulty: Bool { extensions.contains(Self.minimumDifficulty) }
    package var asksForSetExtranonce: Bool { extensions.contains(Self.subscribeExtranonce) }
}

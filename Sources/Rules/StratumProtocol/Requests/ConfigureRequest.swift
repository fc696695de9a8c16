internal import JSON
package import MiningDomain

/// Extensions of the protocol that a miner asks for: `mining.configure` (BIP 310).
package struct ConfigureRequest: Hashable, Sendable {
    /// The protocol has four so far.
    package static let extensionCountMax = 16
    /// In bytes.
    package static let extensionNameByteCountMax = 64

    /// In the order of the request, each once.
    package let extensions: [String]
    /// The bits of the version that the miner can roll; all of them when it does not say.
    package let versionMask: UInt32
    /// How many of them it needs.
    package let versionBitCountMin: UInt32
    /// It would not want an easier difficulty.
    package let minimumDifficulty: Difficulty?

    package init(
        extensions: [String],
        versionMask: UInt32 = .max,
        versionBitCountMin: UInt32 = 0,
        minimumDifficulty: Difficulty? = nil
    ) {
        self.extensions = extensions
        self.versionMask = versionMask
        self.versionBitCountMin = versionBitCountMin
        self.minimumDifficulty = minimumDifficulty
    }

    /// - Returns: `nil` for anything but a list of names and an object of their parameters, which may be missing.
    init?(_ params: [JSON]) {
        guard let names = params.first?.array, names.count <= Self.extensionCountMax else { return nil }
        var extensions: [String] = []
        for name in names {
            guard let name = name.string, name.utf8.count <= Self.extensionNameByteCountMax else { return nil }
            if !extensions.contains(name) { extensions.append(name) }
        }
        let parameters = params.count > 1 && !params[1].isNull ? params[1] : .object(JSONObject())
        guard parameters.object != nil, let mask = parameters["version-rolling.mask"].mask,
            let bitCount = parameters["version-rolling.min-bit-count"].count
        else { return nil }
        self.init(
            extensions: extensions,
            versionMask: mask,
            versionBitCountMin: bitCount,
            minimumDifficulty: (parameters["minimum-difficulty.value"]?.number).flatMap {
                Difficulty(decimal: $0.description)
            }
        )
    }
}

extension JSON? {
    /// 1 to 8 hex digits; every bit when there are none.
    fileprivate var mask: UInt32? {
        guard let self, !self.isNull else { return .max }
        guard let text = self.string, text.utf8.count <= 8,
            let value = HexNumber.value(of: Array(text.utf8).span)
        else { return nil }
        return UInt32(value)
    }

    fileprivate var count: UInt32? {
        guard let self, !self.isNull else { return 0 }
        return self.uint32
    }
}

/// Reads an address's text, in either of its forms, for one network.
struct AddressParser {
    private static let hashByteCount = 20
    /// Longer than addresses of an extension block are, which are told from nonsense.
    private static let characterCountMax = 200

    let network: Network

    func payee(of text: String) throws(AddressError) -> Address.Payee {
        guard text.utf8.count <= Self.characterCountMax else { throw .malformed }
        if isInExtensionBlock(text) { throw .extensionBlock }
        switch bech32(text) {
        case .success(let content): return try witnessPayee(content)
        case .failure(.badChecksum) where hasKnownName(text): throw .badChecksum
        case .failure(.mixedCase) where hasKnownName(text): throw .mixedCase
        case .failure(.notBech32) where hasKnownName(text): throw .malformed
        case .failure: return try base58Payee(text)
        }
    }

    private func bech32(_ text: String) -> Result<Bech32.Content, Bech32.Failure> {
        do throws(Bech32.Failure) {
            return .success(try Bech32.decode(text))
        } catch {
            return .failure(error)
        }
    }

    private func witnessPayee(_ content: Bech32.Content) throws(AddressError) -> Address.Payee {
        guard content.name == network.bech32Name else {
            let others = Network.all.filter { $0.bech32Name == content.name }
            throw others.isEmpty ? .unknownName(content.name) : .otherNetwork(others.map(\.name))
        }
        guard let version = content.digits.first, let program = Bech32.bytes(content.digits.dropFirst()) else {
            throw .wrongLength
        }
        guard content.variant == (version == 0 ? .bech32 : .bech32m) else { throw .wrongVariant }
        switch (version, program.count) {
        case (0, 20), (0, 32), (1, 32): return .witnessProgram(version: version, program)
        case (0...1, _): throw .wrongLength
        case _: throw .unknownWitnessVersion(version)
        }
    }

    private func base58Payee(_ text: String) throws(AddressError) -> Address.Payee {
        let payload: [UInt8]
        do throws(Base58.Failure) {
            payload = try Base58.decodeChecked(text)
        } catch {
            switch error {
            case .notBase58: throw .malformed
            case .badChecksum: throw .badChecksum
            }
        }
        let version = payload[0]
        guard payload.count == 1 + Self.hashByteCount else { throw .wrongLength }
        let hash = Array(payload.dropFirst())
        if version == network.publicKeyHashVersion { return .publicKeyHash(hash) }
        if network.scriptHashVersions.contains(version) { return .scriptHash(hash) }
        let others = Network.all.filter {
            $0.publicKeyHashVersion == version || $0.scriptHashVersions.contains(version)
        }
        throw others.isEmpty ? .unknownVersion(version) : .otherNetwork(others.map(\.name))
    }

    /// Whether the part before the last `1` is some known network's name: then a person meant bech32.
    private func hasKnownName(_ text: String) -> Bool {
        guard let name = bech32Name(of: text) else { return false }
        return Network.all.contains { $0.bech32Name == name }
    }

    private func isInExtensionBlock(_ text: String) -> Bool {
        guard let name = bech32Name(of: text) else { return false }
        return Network.all.contains { $0.extensionBech32Name == name }
    }

    private func bech32Name(of text: String) -> String? {
        text.lastIndex(of: "1").map { text[..<$0].lowercased() }
    }
}

import BlockFormat

/// The accounts that an operator's file names: one address a line, `#` begins a comment.
struct AccountList: Hashable, Sendable {
    /// Accounts of one list.
    static let countMax = 200_000
    /// Of one file: so many addresses of the longest kind.
    static let byteCountMax = 24 << 20

    /// In their canonical form.
    private(set) var accounts: Set<String> = []

    init() {}

    /// - Throws: The first line that is no address on `network`.
    init(_ bytes: [UInt8], on network: Network, countMax: Int = countMax) throws(AccountListError) {
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            guard let text = String(validating: line.prefix { $0 != UInt8(ascii: "#") }, as: UTF8.self) else {
                throw .line(index + 1, "is not UTF-8")
            }
            let word = text.trimmed
            guard !word.isEmpty else { continue }
            do throws(AddressError) {
                accounts.insert(try Address(parsing: String(word), on: network).text)
            } catch {
                throw .line(index + 1, "is no address of \(network.name): \(error)")
            }
            guard accounts.count <= countMax else { throw .line(index + 1, "is one account too many") }
        }
    }
}

/// Why a list cannot be used.
enum AccountListError: Error, Hashable {
    /// What is wrong with a line; the first is 1.
    case line(Int, String)
    case unreadable(String)
}

extension AccountListError: CustomStringConvertible {
    var description: String {
        switch self {
        case .line(let number, let problem): "line \(number) \(problem)"
        case .unreadable(let reason): reason
        }
    }
}

extension String {
    /// Without spaces, tabs and a carriage return at its ends.
    fileprivate var trimmed: Substring {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" }
        let start = drop(while: isBlank)
        return start.lastIndex { !isBlank($0) }.map { start[...$0] } ?? ""
    }
}

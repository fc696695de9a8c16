internal import JSON
package import MiningDomain

/// What the pool sends on its own account.
extension StratumWriter {
    /// A whole number where it is one, else a decimal without exponent: exactly the difficulty that shares are judged at.
    package static func append(_ difficulty: Difficulty, to bytes: inout [UInt8]) {
        appendCall("mining.set_difficulty", to: &bytes) { $0.append(difficulty) }
    }

    /// Another extranonce1, from the next job on.
    package static func appendSetExtranonce(_ extranonce1: UInt32, to bytes: inout [UInt8]) {
        appendCall("mining.set_extranonce", to: &bytes) { bytes in
            bytes.append(quotedHex: extranonce1)
            bytes.append(UInt8(ascii: ","))
            bytes.append(decimal: UInt64(extranonce2ByteCount))
        }
    }

    /// Asks the miner to connect again, to where it is connected.
    ///
    /// Without parameters: cgminer and bfgminer take an empty host and port 0 for what they say, and refuse them.
    package static func appendReconnect(to bytes: inout [UInt8]) {
        appendCall("client.reconnect", to: &bytes) { _ in }
    }

    /// A text for the person who watches the miner.
    package static func appendShowMessage(_ text: String, to bytes: inout [UInt8]) {
        appendCall("client.show_message", to: &bytes) { $0.append(contentsOf: JSON(text).encoded()) }
    }
}

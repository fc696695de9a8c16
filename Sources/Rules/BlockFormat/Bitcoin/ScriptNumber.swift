/// A number as Bitcoin Core's `CScript() << n` pushes it: BIP 34 asks for a block's height in this very form.
enum ScriptNumber {
    static func push(_ number: UInt32) -> [UInt8] {
        switch number {
        case 0: return [0x00]
        case 1...16: return [0x50 + UInt8(number)]  // OP_1 to OP_16
        case _:
            var digits = number.littleEndianBytes
            while digits.last == 0 { digits.removeLast() }
            if let top = digits.last, top & 0x80 != 0 { digits.append(0) }  // else it would read as negative
            return [UInt8(digits.count)] + digits
        }
    }
}

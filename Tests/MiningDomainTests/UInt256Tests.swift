import MiningDomain
import TestSupport
import Testing

@Suite struct UInt256Tests {
    private static let one = UInt256(1)

    @Test func bytesAreBigEndianAndComeBack() throws {
        let value = UInt256(high: 0x0102, low: 0x0304)
        #expect(
            value.bigEndianBytes == [UInt8](repeating: 0, count: 14) + [1, 2] + [UInt8](repeating: 0, count: 14) + [
                3, 4,
            ]
        )
        #expect(UInt256(bigEndian: value.bigEndianBytes) == value)
        #expect(UInt256(bigEndian: [UInt8](repeating: 0xff, count: 32)) == .max)
        #expect(UInt256(bigEndian: [UInt8](repeating: 0, count: 31)) == nil)
        #expect(UInt256(bigEndian: [UInt8](repeating: 0, count: 33)) == nil)
    }

    @Test func theHighHalfDecidesTheOrder() {
        let ascending = [.zero, Self.one, UInt256(.max), UInt256(high: 1, low: 0), UInt256(high: 1, low: 1), .max]
        for (index, value) in ascending.enumerated() {
            for other in ascending[..<index] { #expect(other < value && !(value < other)) }
            #expect(!(value < value))
        }
    }

    @Test(arguments: [0, 1, 63, 64, 127, 128, 129, 200, 255]) func aBitShiftsToItsPlaceAndBack(count: Int) {
        let shifted = Self.one << count
        #expect(shifted.leadingZeroBitCount == 255 - count)
        #expect(shifted >> count == Self.one)
        #expect(shifted >> -count == shifted << count)
        #expect(((UInt256.max >> count) << count) >> count == .max >> count)
    }

    @Test(arguments: [256, 257, 1_000, Int.max]) func everythingShiftsOut(count: Int) {
        #expect(UInt256.max << count == .zero)
        #expect(UInt256.max >> count == .zero)
    }

    @Test func sumsCarryAndOverflow() {
        let carried = UInt256(.max).addingReportingOverflow(Self.one)
        #expect(carried.partialValue == UInt256(high: 1, low: 0) && !carried.overflow)
        let wrapped = UInt256.max.addingReportingOverflow(Self.one)
        #expect(wrapped.partialValue == .zero && wrapped.overflow)
        let high = UInt256(high: .max, low: 0).addingReportingOverflow(UInt256(high: 1, low: 0))
        #expect(high.overflow)
        #expect(UInt256(high: 1, low: 0).subtracting(Self.one) == UInt256(.max))
    }

    @Test func productsCarryAndOverflow() {
        let carried = UInt256(.max).multipliedReportingOverflow(by: 2)
        #expect(carried.partialValue == UInt256(high: 1, low: .max - 1) && !carried.overflow)
        #expect((Self.one << 255).multipliedReportingOverflow(by: 2).overflow)
        #expect(UInt256.max.multipliedReportingOverflow(by: 2).overflow)
        #expect(!UInt256.max.multipliedReportingOverflow(by: 1).overflow)
        #expect(UInt256(high: .max >> 64, low: .max).multipliedReportingOverflow(by: .max).overflow == false)
    }

    @Test func divisionUndoesMultiplication() {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<500 {
            func half() -> UInt128 { UInt128(generator.next()) << 64 | UInt128(generator.next()) }
            let dividend = UInt256(high: half(), low: half()) >> Int.random(in: 0..<256, using: &generator)
            let factor = generator.next() >> UInt64.random(in: 0..<63, using: &generator) | 1
            let small = dividend.quotientAndRemainder(dividingBy: UInt256(UInt128(factor)))
            let product = small.quotient.multipliedReportingOverflow(by: factor)
            #expect(!product.overflow && small.remainder < UInt256(UInt128(factor)))
            #expect(product.partialValue.addingReportingOverflow(small.remainder).partialValue == dividend)
            let divisor = UInt256(high: half(), low: half()) >> Int.random(in: 0..<255, using: &generator)
            guard divisor != .zero else { continue }
            let large = dividend.quotientAndRemainder(dividingBy: divisor)
            #expect(large.remainder < divisor)
            // What is left after taking the divisor away as often as the quotient says, by additions of shifts.
            var rest = large.remainder
            for bit in 0..<256 where (large.quotient >> bit).bigEndianBytes[31] & 1 == 1 {
                rest = rest.addingReportingOverflow(divisor << bit).partialValue
            }
            #expect(rest == dividend)
        }
    }

    @Test func divisionAtTheEdges() {
        #expect(UInt256.max.quotientAndRemainder(dividingBy: .max) == (Self.one, .zero))
        #expect(UInt256.max.quotientAndRemainder(dividingBy: Self.one) == (.max, .zero))
        #expect(UInt256.zero.quotientAndRemainder(dividingBy: .max) == (.zero, .zero))
        #expect((UInt256.max >> 1).quotientAndRemainder(dividingBy: .max) == (.zero, .max >> 1))
        let top = Self.one << 255
        #expect(UInt256.max.quotientAndRemainder(dividingBy: top) == (Self.one, top.subtracting(Self.one)))
    }
}

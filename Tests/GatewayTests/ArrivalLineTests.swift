import Testing

@testable import Gateway

/// Who came first, however many left in between.
@Suite struct ArrivalLineTests {
    @Test func theFirstIsWhoeverHasBeenHereForTheLongest() {
        var line = ArrivalLine<String>()
        #expect(line.first == nil && line.count == 0)
        let places = ["a", "b", "c", "d"].map { line.append($0) }
        #expect(line.first == "a" && line.count == 4 && line[places[2]] == "c")
        #expect(line.remove(at: places[1]) == "b" && line.remove(at: places[1]) == nil)
        #expect(line.first == "a" && line[places[1]] == nil)
        line.remove(at: places[0])
        #expect(line.first == "c" && line.count == 2)
        for place in places { line.remove(at: place) }
        #expect(line.first == nil && line.count == 0)
        let place = line.append("e")
        #expect(line.first == "e" && !places.contains(place))
    }

    @Test func whoComesAndGoesLeavesNothingBehind() {
        var line = ArrivalLine<Int>()
        let stays = line.append(0)
        for number in 1...100_000 {
            let place = line.append(number)
            #expect(line.remove(at: place) == number)
        }
        #expect(line.first == 0 && line.count == 1)
        let last = line.append(1)
        line.remove(at: stays)
        #expect(line.first == 1)
        line.remove(at: last)
        #expect(line.first == nil)
    }
}

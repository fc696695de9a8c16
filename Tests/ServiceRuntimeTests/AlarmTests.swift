import ServiceRuntime
import Testing

@Suite struct AlarmTests {
    @Test("rung while nobody waits, however often, it rings once for whoever waits next")
    func rungBefore() async {
        let alarm = Alarm()
        alarm.ring()
        alarm.ring()
        #expect(await alarm.wait())
        let waiting = Task { await alarm.wait() }
        waiting.cancel()
        #expect(await waiting.value == false)
    }

    @Test("every ring is heard by a task that waits again and again")
    func rungOften() async {
        let (alarm, heard) = (Alarm(), AsyncStream.makeStream(of: Void.self))
        let listening = Task {
            while await alarm.wait() { heard.continuation.yield() }
            heard.continuation.finish()
        }
        var ears = heard.stream.makeAsyncIterator()
        for _ in 0..<1_000 {
            alarm.ring()
            await ears.next()
        }
        listening.cancel()
        await listening.value
        #expect(await alarm.wait() == false)  // its task is over
        alarm.ring()
        #expect(await alarm.wait() == false)
    }
}

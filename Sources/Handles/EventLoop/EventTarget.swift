internal import CLibEvent

/// Something that libevent calls when its descriptor can be read or written, or its time has come.
package class EventTarget {
    init() {}

    func ready(_: Readiness) {}
}

/// What a descriptor is ready for.
struct Readiness: OptionSet {
    let rawValue: Int16

    static let timeout = Readiness(rawValue: Int16(EV_TIMEOUT))
    static let reading = Readiness(rawValue: Int16(EV_READ))
    static let writing = Readiness(rawValue: Int16(EV_WRITE))
}

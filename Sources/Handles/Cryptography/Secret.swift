/// A value that must not reach a log: it prints as `•••`, however it is printed.
package struct Secret<Value: Sendable>: Sendable {
    /// The value itself; say this word only where it is needed.
    package let exposed: Value

    package init(_ value: Value) {
        exposed = value
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "•••" }
    package var debugDescription: String { "•••" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension Secret: Equatable where Value: Equatable {}

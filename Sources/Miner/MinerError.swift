/// Why a miner cannot go on.
package enum MinerError: Error, Hashable, CustomStringConvertible {
    /// The pool will never let us in like this: the key, the address or the worker's name is wrong.
    case refused(String)

    package var description: String {
        switch self {
        case .refused(let reason): "the pool refuses this miner: \(reason)"
        }
    }
}

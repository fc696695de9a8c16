internal import ChainAdapter

/// What a call on the node came to, beside calls on the store, which fail with another error.
func outcome<Value>(_ call: () async throws(NodeError) -> Value) async -> Result<Value, NodeError> {
    do throws(NodeError) {
        return .success(try await call())
    } catch {
        return .failure(error)
    }
}

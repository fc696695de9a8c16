/// Reads the usual spelling of `mining.submit` where it stands: the one line that comes a hundred thousand times a second.
///
/// It takes a line only when it is sure that the strict reader would take it and understand the same.
enum SubmitScanner {
    static let method = "mining.submit"

    /// - Returns: `nil` for every other line, which says nothing about whether it is good.
    static func request(in line: Span<UInt8>) -> StratumRequest? {
        guard line.count <= StratumRequest.lineByteCountMax else { return nil }
        var scanner = LineScanner()
        guard scanner.take("{", in: line) else { return nil }
        var id: RequestID?
        var hasMethod = false
        var call: StratumCall?
        repeat {
            guard let key = scanner.plainString(in: line), scanner.take(":", in: line) else { return nil }
            if line.extracting(key).isEqual(to: "id") {
                guard id == nil, let value = scanner.scalar(in: line) else { return nil }
                id = value
            } else if line.extracting(key).isEqual(to: "method") {
                guard !hasMethod, let name = scanner.plainString(in: line),
                    line.extracting(name).isEqual(to: method)
                else { return nil }
                hasMethod = true
            } else if line.extracting(key).isEqual(to: "params") {
                guard call == nil, let value = parameters(&scanner, in: line) else { return nil }
                call = value
            } else {
                return nil
            }
        } while scanner.take(",", in: line)
        guard hasMethod, let call, scanner.take("}", in: line), scanner.isAtEnd(of: line) else { return nil }
        return StratumRequest(id: id ?? .null, call: call)
    }

    private static func parameters(_ scanner: inout LineScanner, in line: Span<UInt8>) -> StratumCall? {
        guard scanner.take("[", in: line), let worker = scanner.plainString(in: line) else { return nil }
        var fields = SubmitFields()
        var count = 1
        while scanner.take(",", in: line) {
            guard count < SubmitFields.countMax else { return nil }
            if let text = scanner.plainString(in: line) {
                fields.take(line.extracting(text), at: count)
            } else {
                guard count == SubmitFields.countMax - 1, scanner.takeNull(in: line) else { return nil }
            }
            count += 1
        }
        guard count >= SubmitFields.countMin, scanner.take("]", in: line) else { return nil }
        return fields.call(worker: .place(worker))
    }
}

extension String {
    /// What PostgreSQL keeps of a text from elsewhere: all but NUL.
    var withoutNUL: String { filter { $0 != "\0" } }
}

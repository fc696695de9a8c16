/// A program to start, with all that it is given.
package struct Command: Sendable {
    package enum Output: Sendable {
        case inherited
        case discarded
        /// Appended to a file that is created for the owner alone.
        case file(String)
    }

    /// A path, or a name to be looked for in `PATH`.
    package var program: String
    package var arguments: [String]
    /// `nil`: as this process was started with.
    package var environment: [String: String]?
    package var workingFolder: String?
    /// Standard output and standard error both.
    package var output: Output
    /// Whom it acts as; only root may ask for another user.
    package var user: UserAccount?
    /// Lets another user walk through and read what root owns, such as a folder below `/root`, and nothing else of root's.
    package var readsEverything: Bool
    /// Out of reach of a terminal's Ctrl-C, which goes to every process of the session.
    package var ownSession: Bool

    package init(
        _ program: String,
        _ arguments: [String] = [],
        environment: [String: String]? = nil,
        workingFolder: String? = nil,
        output: Output = .inherited,
        user: UserAccount? = nil,
        readsEverything: Bool = false,
        ownSession: Bool = false
    ) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.workingFolder = workingFolder
        self.output = output
        self.user = user
        self.readsEverything = readsEverything
        self.ownSession = ownSession
    }

    /// Program and arguments as the kernel gets them: through `setpriv` when another user is asked for.
    var words: [String] {
        guard let user, UserAccount.isRoot else { return [program] + arguments }
        let capabilities = readsEverything ? "-all,+dac_read_search" : "-all"
        return [
            "setpriv", "--reuid=\(user.userID)", "--regid=\(user.groupID)", "--init-groups",
            "--inh-caps=\(capabilities)", "--ambient-caps=\(capabilities)", "--", program,
        ] + arguments
    }
}

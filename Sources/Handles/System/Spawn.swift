internal import CSpawn
import Glibc

/// `posix_spawn`, with its C tables built and freed around the one call.
enum Spawn {
    /// The first descriptor above the three standard ones: none from here on reaches a child.
    private static let firstPrivateDescriptor: Int32 = 3

    static func start(_ command: Command) throws(SystemError) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe prepare(&actions, for: command)

        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        prepare(&attributes, for: command)

        let words: [UnsafeMutablePointer<CChar>?] = unsafe command.words.map { unsafe strdup($0) } + [nil]
        let variables = command.environment ?? ProcessEnvironment.variables
        let environment: [UnsafeMutablePointer<CChar>?] =
            unsafe variables.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
        defer {
            unsafe (words + environment).forEach { unsafe free($0) }
        }
        var processID: pid_t = 0
        guard let program = unsafe words[0] else { throw SystemError("start", command.program, code: ENOMEM) }
        let status = unsafe posix_spawnp(&processID, program, &actions, &attributes, words, environment)
        guard status == 0 else { throw SystemError("start", command.program, code: status) }
        return processID
    }

    private static func prepare(_ actions: inout posix_spawn_file_actions_t, for command: Command) {
        unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        switch command.output {
        case .inherited: break
        case .discarded: unsafe redirect(&actions, to: "/dev/null", O_WRONLY)
        case .file(let path): unsafe redirect(&actions, to: path, O_WRONLY | O_CREAT | O_APPEND)
        }
        if let folder = command.workingFolder {
            unsafe lode_spawn_set_folder(&actions, folder)
        }
        unsafe lode_spawn_close_from(&actions, firstPrivateDescriptor)
    }

    private static func redirect(_ actions: inout posix_spawn_file_actions_t, to path: String, _ flags: Int32) {
        unsafe posix_spawn_file_actions_addopen(
            &actions,
            STDOUT_FILENO,
            path,
            flags,
            FilePermissions.ownerOnly.fileMode
        )
        unsafe posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
    }

    /// This process ignores SIGTERM and SIGINT to catch them its own way; a child must not inherit that.
    private static func prepare(_ attributes: inout posix_spawnattr_t, for command: Command) {
        var all = sigset_t()
        unsafe sigfillset(&all)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        var flags = Int32(POSIX_SPAWN_SETSIGDEF) | Int32(POSIX_SPAWN_SETSIGMASK)
        if command.ownSession { flags |= Int32(lode_spawn_own_session()) }
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
    }
}

import System
import Testing

@Suite struct FolderTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    @Test func nestedFoldersAreMadePrivately() throws {
        try Folder.create(scratch("a/b/c"))
        #expect(Folder.exists(scratch("a/b/c")))
        #expect(try ScratchFolder.mode(scratch("a/b")) == 0o700)
        #expect(throws: Never.self) { try Folder.create(scratch("a/b/c")) }
    }

    @Test func aFileInTheWayIsSaidSo() throws {
        try DurableFile.replace(scratch("file"), with: [])
        #expect(throws: SystemError.self) { try Folder.create(scratch("file")) }
        #expect(throws: SystemError.self) { try Folder.create(scratch("file/below")) }
    }

    @Test func namesAreSorted() throws {
        for name in ["b", "a", ".hidden", "c"] { try DurableFile.replace(scratch(name), with: []) }
        #expect(try Folder.names(in: scratch.path) == [".hidden", "a", "b", "c"])
    }

    @Test func aTreeGoesWhole() throws {
        try Folder.create(scratch("tree/deep"))
        try DurableFile.replace(scratch("tree/deep/file"), with: [1])
        try Folder.removeTree(scratch("tree"))
        #expect(!Folder.exists(scratch("tree")))
        #expect(throws: Never.self) { try Folder.removeTree(scratch("tree")) }
    }

    @Test(arguments: [("a", "."), ("/a", "/"), ("a/b", "a"), ("/a/b/c", "/a/b")])
    func parents(of path: String, _ parent: String) {
        #expect(Folder.parent(of: path) == parent)
    }

    @Test func absolutePathsOfWhatIsNotThereYet() throws {
        let root = try Folder.absolute(scratch.path)
        #expect(try Folder.absolute(scratch("x/y")) == root + "/x/y")
    }

    @Test func oneFolderHasOneHolder() throws {
        let path = scratch.path
        do {
            let lock = try FolderLock(path)
            #expect(throws: SystemError("flock", path + "/lock", .held)) { _ = try FolderLock(path) }
            #expect(FolderLock.holder(of: path) == ProcessEnvironment.processID)
            withExtendedLifetime(lock) {}
        }
        #expect(throws: Never.self) { _ = try FolderLock(path) }
    }
}

import Foundation

/// A new folder that nobody else can look into, or has made before: its name cannot be guessed.
struct PrivateFolder {
    let path: String

    /// Below the system's folder for temporary files, which is everybody's.
    init(named name: String) throws {
        var template = FileManager.default.temporaryDirectory.appendingPathComponent("\(name)-XXXXXX").path
            .utf8CString
        // mkdtemp(3): mode 0700, and an error where the name is there already, be it a link.
        let isMade = template.withUnsafeMutableBufferPointer { $0.baseAddress.map(mkdtemp) ?? nil } != nil
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        guard isMade else {
            throw Exit(
                code: .noPermission,
                message: "no folder can be made in \(FileManager.default.temporaryDirectory.path) "
                    + "(\(String(cString: strerror(errno)))); name another with TMPDIR")
        }
    }

    /// Writes a file that is not there yet, for its owner alone.
    func write(_ text: String, to name: String) throws {
        try PrivateFile.write(text, to: "\(path)/\(name)")
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}

enum PrivateFile {
    /// Makes a file that only its owner reads, and never writes to one that is there, nor through a link.
    static func write(_ text: String, to path: String, permissions: mode_t = 0o600) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, permissions)
        guard descriptor >= 0 else { throw failure(path) }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        // Whatever the umask took away or an earlier file had.
        guard fchmod(descriptor, permissions) == 0 else { throw failure(path) }
        try file.write(contentsOf: Data(text.utf8))
        try file.synchronize()
    }

    /// Who may do what with the file that a path leads to, links followed; nil where it leads to none.
    static func permissions(of path: String) -> mode_t? {
        let file = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let attributes = try? FileManager.default.attributesOfItem(atPath: file)
        return (attributes?[.posixPermissions] as? NSNumber).map { mode_t($0.uint32Value) & 0o777 }
    }

    private static func failure(_ path: String) -> Exit {
        Exit(code: .noPermission, message: "\(path) cannot be made: \(String(cString: strerror(errno)))")
    }
}

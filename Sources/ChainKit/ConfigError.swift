/// Something in a configuration file that cannot be used: where it is, what it is, and what to do.
public struct ConfigError: Error, Hashable, Sendable, CustomStringConvertible {
    public let file: String
    /// Counted from 1; nil where the whole file is meant.
    public let line: Int?
    public let message: String

    public init(file: String, line: Int?, message: String) {
        self.file = file
        self.line = line
        self.message = message
    }

    public var description: String {
        line.map { "\(file):\($0): \(message)" } ?? "\(file): \(message)"
    }
}

import Logging

/// Worlds are full of trouble, and a log line for each would hide what a test has to say.
let quiet: Void = LoggingSystem.bootstrap { _ in SwiftLogNoOpLogHandler() }

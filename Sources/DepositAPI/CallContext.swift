internal import Hummingbird
internal import Logging
internal import NIOCore

/// What Hummingbird keeps of one request. Made without a connection too, so that tests need none.
struct CallContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Nil where there is none, as in a test.
    let connection: ObjectIdentifier?

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        connection = ObjectIdentifier(source.channel)
    }

    init(logger: Logger) {
        coreContext = CoreRequestContextStorage(source: LoggerSource(logger: logger))
        connection = nil
    }

    private struct LoggerSource: RequestContextSource {
        let logger: Logger
    }
}

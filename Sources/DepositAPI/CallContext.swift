internal import Hummingbird
internal import Logging

/// What Hummingbird keeps of one request. Made without a connection too, so that tests need none.
struct CallContext: RequestContext {
    var coreContext: CoreRequestContextStorage

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
    }

    init(logger: Logger) {
        coreContext = CoreRequestContextStorage(source: LoggerSource(logger: logger))
    }

    private struct LoggerSource: RequestContextSource {
        let logger: Logger
    }
}

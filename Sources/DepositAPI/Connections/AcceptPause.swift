internal import Foundation
internal import Logging
internal import NIOCore

/// Takes no connections for a moment when the process or the system has no descriptor left for one.
///
/// Without it such an error would end the server: NIO lets a server go on, but tells of it on the channel, and whoever
/// reads the connections as a sequence takes it for their end.
final class AcceptPause: ChannelDuplexHandler {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel
    typealias OutboundIn = Never
    typealias OutboundOut = Never

    private let logger: Logger
    private var isPausing = false
    /// Nothing is said of the next ones for so long.
    private var quietUntil = NIODeadline.uptimeNanoseconds(0)

    init(_ logger: Logger) {
        self.logger = logger
    }

    /// accept(2): all of these pass.
    private static let passing = [EMFILE, ENFILE, ENOBUFS, ENOMEM, ECONNABORTED]

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? IOError, Self.passing.contains(error.errnoCode) else {
            return context.fireErrorCaught(error)
        }
        guard !isPausing else { return }
        isPausing = true
        tell(error)
        // NIO goes on waiting for the connection that it could not take, and would be woken for it without a pause.
        try? context.channel.syncOptions?.setOption(.autoRead, value: false)
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: .milliseconds(200)) {
            let (handler, context) = bound.value
            handler.isPausing = false
            try? context.channel.syncOptions?.setOption(.autoRead, value: true)
            context.read()
        }
    }

    private func tell(_ error: IOError) {
        guard quietUntil < .now() else { return }
        quietUntil = .now() + .minutes(1)
        logger.warning(
            "API: connections cannot be taken just now; raise the limit of open files (ulimit -n, LimitNOFILE)",
            metadata: ["reason": "\(error)"])
    }

    func read(context: ChannelHandlerContext) {
        if !isPausing { context.read() }
    }

    /// In front of all that takes errors for the end.
    static func install(on channel: any Channel, _ logger: Logger) async {
        let installing = channel.eventLoop.submit {
            try channel.pipeline.syncOperations.addHandler(AcceptPause(logger), position: .first)
        }
        try? await installing.get()
    }
}

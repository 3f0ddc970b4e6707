internal import NIOCore

/// Notices on one connection what HTTP does not: a client that has said its last, and one that takes nothing.
final class ConnectionWatch: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let guest: Guest
    private let unread: TimeAmount
    private var ending: Scheduled<Void>?

    init(_ guest: Guest, unread: TimeAmount) {
        self.guest = guest
        self.unread = unread
    }

    /// The end of what a client sends mostly is its end. One that only will say nothing more still gets its answer.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent { guest.hasGone() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        ending?.cancel()
        ending = nil
        if !context.channel.isWritable {
            let guest = guest
            ending = context.eventLoop.scheduleTask(in: unread) { guest.showOut() }
        }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        ending?.cancel()
        guest.hasGone()
        context.fireChannelInactive()
    }
}

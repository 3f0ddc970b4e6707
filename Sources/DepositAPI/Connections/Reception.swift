internal import Foundation
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import Synchronization

/// All connections of the API: lets them in, shows out who must give way, and knows who has gone.
final class Reception: Sendable {
    private struct State {
        var book: GuestBook
        var guests: [ObjectIdentifier: Guest] = [:]
    }

    private let state: Mutex<State>

    init(_ limits: APILimits) {
        state = Mutex(State(book: GuestBook(limits)))
    }

    var count: Int { state.withLock { $0.book.count } }

    func guest(_ id: ObjectIdentifier?) -> Guest? {
        id.flatMap { id in state.withLock { $0.guests[id] } }
    }

    func hear(_ id: ObjectIdentifier?) {
        if let id { state.withLock { $0.book.hear(id) } }
    }

    /// False where as many calls are at work as there may be.
    func begin(_ id: ObjectIdentifier?) -> Bool {
        id.map { id in state.withLock { $0.book.begin(id) } } ?? true
    }

    func end(_ id: ObjectIdentifier?) {
        if let id { state.withLock { $0.book.end(id) } }
    }

    func arrive(_ channel: any Channel) -> Guest {
        let id = ObjectIdentifier(channel)
        let guest = Guest(channel)
        let loser = state.withLock { state in
            state.guests[id] = guest
            return state.book.arrive(id, from: channel.peer).flatMap { state.guests[$0] }
        }
        channel.closeFuture.whenComplete { _ in
            guest.hasGone()
            self.state.withLock { state in
                state.guests[id] = nil
                state.book.leave(id)
            }
        }
        loser?.showOut()
        return guest
    }
}

/// One connection.
final class Guest: Sendable {
    private let channel: any Channel
    /// Closed once the client has gone, or says nothing any more: a call that waits need not wait longer.
    let departure = FeedBell()

    init(_ channel: any Channel) {
        self.channel = channel
    }

    func hasGone() {
        departure.close()
    }

    /// In a turn of the loop of its own: it may just be being set up.
    func showOut() {
        channel.eventLoop.execute { [channel] in channel.close(promise: nil) }
    }
}

extension Channel {
    /// Whose connection it is: an IPv4 address, a network of IPv6 (a host has all of its /64), or this machine.
    fileprivate var peer: String {
        guard let text = remoteAddress?.ipAddress else { return "local" }
        var bytes = [UInt8](repeating: 0, count: 16)
        guard !text.contains("."), inet_pton(AF_INET6, text, &bytes) == 1 else { return text }
        return bytes.prefix(8).map { "\($0)" }.joined(separator: ":")
    }
}

/// HTTP/1.1 for those whom the reception lets in.
struct ReceptionChannel: ServerChildChannel {
    let reception: Reception
    let http: HTTP1Channel
    /// A client that takes nothing of its answer for so long is shown out.
    let unread: TimeAmount

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        let guest = reception.arrive(channel)
        do {
            try channel.pipeline.syncOperations.addHandler(ConnectionWatch(guest, unread: unread))
        } catch {
            return channel.eventLoop.makeFailedFuture(error)
        }
        return http.setup(channel: channel, logger: logger)
    }

    func handle(value: HTTP1Channel.Value, logger: Logger) async {
        await http.handle(value: value, logger: logger)
    }
}

import CallbackNotifier
import DepositAPI
import DepositCore
import DepositStore
import Logging
import NodeRPC
import Synchronization

/// The callbacks of the configuration, and those made through the API: these are kept in the store, delivered to at
/// once, and known again after a restart.
final class CallbackDesk: CallbackControl {
    /// What seals secrets, and where events may be sent.
    struct Rules: Sendable {
        var key: SecretsKey?
        var networks: [IPNetwork] = []
        var limit = APILimits().callbacks
    }

    let notifier: Notifier
    let configured: [CallbackCard]
    private let store: Store
    let rules: Rules
    private let now: @Sendable () -> Timestamp
    private let kept: Mutex<[String: KeptCallback]>
    private let turns = OneAtATime()

    /// Why one is paused whose secrets the key does not open.
    static let lock =
        "its secrets cannot be read by api.secrets_key; put back the key under which it was made, and restart"

    /// Takes what was made before. One whose secrets cannot be read is paused and said aloud, and events are kept for
    /// it: a daemon that did not start at all would keep every other receiver waiting, and could not be asked to
    /// remove it.
    ///
    /// - Throws: `Exit` where the configuration has a callback of the same name.
    init(
        configured: [Callback], store: Store, rules: Rules, clock: any NotifierClock = WallClock(),
        logger: Logger = Logger(label: "depositwatch.callbacks")
    ) async throws {
        var kept: [String: KeptCallback] = [:]
        for made in try await store.madeCallbacks() { kept[made.name] = KeptCallback(made, rules) }
        for callback in configured where kept[callback.name] != nil { throw Self.twice(callback.name) }
        let readable = kept.values.compactMap(\.callback).sorted { $0.name < $1.name }
        notifier = try await Notifier(configured + readable, store: store, clock: clock)
        self.configured = configured.map { CallbackCard($0, .configuration) }
        self.store = store
        self.rules = rules
        now = { clock.now }
        self.kept = Mutex(kept)
        for one in kept.values.sorted(by: { $0.made.name < $1.made.name }) {
            try await lockOrUnlock(one, logger)
        }
    }

    private static func twice(_ name: String) -> Exit {
        Exit(
            code: .configuration,
            message: """
                callbacks.\(name): a callback of this name was made through the API, and two may not share one; give the \
                configuration's another name, or take it out, start, and depositwatch callback remove \(name)
                """)
    }

    private func lockOrUnlock(_ one: KeptCallback, _ logger: Logger) async throws {
        let name = one.made.name
        guard one.callback == nil else {
            let health = try await store.health(of: name)
            if health.pause?.reason == Self.lock { _ = try await store.resume(callback: name, now: now()) }
            return
        }
        _ = try await store.pause(callback: name, reason: Self.lock, now: now())
        logger.critical(
            "a callback's secrets cannot be read: nothing is sent to it, and its events are kept",
            metadata: ["callback": "\(name)", "cure": "\(Self.lock)"])
    }

    var cards: [CallbackCard] {
        configured + kept.withLock { $0.values.map(\.card) }.sorted { $0.name < $1.name }
    }

    func make(_ name: String, _ wish: CallbackWish) async throws -> IssuedSecret? {
        try await turns.run { [self] in
            try refuseConfigured(name)
            let key = try requireKey()
            let terms = try CallbackTerms(named: name, wish, rules.networks)
            if let known = kept.withLock({ $0[name] }) {
                guard CallbackTerms(of: known.made, openedBy: key) == terms else {
                    throw CallbackRefusal(
                        .exists,
                        "There is another callback \(name); change it by PATCH, or take another name.")
                }
                return nil
            }
            let secret = Secret.random()
            let made = terms.sealed(
                for: name, secret: key.seal(secret, as: .secret, of: name), by: key, made: now())
            try refuse(name, try await store.make(made, atMost: rules.limit))
            await deliver(made)
            return IssuedSecret(secret)
        }
    }

    func change(_ name: String, to wish: CallbackWish) async throws {
        try await turns.run { [self] in
            let (made, key) = try readable(name)
            guard let former = CallbackTerms(of: made, openedBy: key) else { throw Self.locked(name) }
            let terms = try former.changed(by: wish, rules.networks)
            try await replace(
                terms.sealed(
                    for: name, secret: made.secret, oldSecret: made.oldSecret, by: key, made: made.made))
        }
    }

    func rotate(_ name: String) async throws -> IssuedSecret {
        try await turns.run { [self] in
            var (made, key) = try readable(name)
            guard made.oldSecret == nil else {
                throw CallbackRefusal(
                    .rotation,
                    "\(name) has a new secret and an old one already; end that rotation first, by finish=true."
                )
            }
            let secret = Secret.random()
            (made.secret, made.oldSecret) = (key.seal(secret, as: .secret, of: name), made.secret)
            try await replace(made)
            return IssuedSecret(secret)
        }
    }

    func finishRotation(of name: String) async throws {
        try await turns.run { [self] in
            var (made, _) = try readable(name)
            guard made.oldSecret != nil else {
                throw CallbackRefusal(.rotation, "\(name) has one secret: no rotation is under way.")
            }
            made.oldSecret = nil
            try await replace(made)
        }
    }

    func remove(_ name: String, givingUp: Bool) async throws -> Int {
        try await turns.run { [self] in
            try refuseConfigured(name)
            // Asked first, so that nothing that is on its way is cut off for a callback that stays.
            let waiting = givingUp ? 0 : try await store.backlog(of: name).waiting
            if waiting > 0 { throw Self.waiting(name, waiting) }
            await notifier.remove(name)
            do {
                let givenUp = try await removeKept(name, givingUp: givingUp)
                kept.withLock { $0[name] = nil }
                return givenUp
            } catch {
                // It stays, and goes on.
                if let callback = kept.withLock({ $0[name]?.callback }) { await notifier.set(callback) }
                throw error
            }
        }
    }
}

extension CallbackDesk {
    private func replace(_ made: MadeCallback) async throws {
        guard try await store.change(made) else {
            throw Self.unknown(made.name)
        }
        await deliver(made)
    }

    private func removeKept(_ name: String, givingUp: Bool) async throws -> Int {
        switch try await store.remove(made: name, givingUp: givingUp) {
        case .removed(let givenUp): return givenUp
        case .waiting(let count): throw Self.waiting(name, count)
        case .unknown: throw Self.unknown(name)
        }
    }

    private func deliver(_ made: MadeCallback) async {
        let now = KeptCallback(made, rules)
        kept.withLock { $0[made.name] = now }
        if let callback = now.callback { await notifier.set(callback) }
    }

    /// One of the API's whose secrets can be read, and what reads them.
    private func readable(_ name: String) throws -> (MadeCallback, SecretsKey) {
        try refuseConfigured(name)
        guard let one = kept.withLock({ $0[name] }) else {
            throw Self.unknown(name)
        }
        guard one.callback != nil, let key = rules.key else { throw Self.locked(name) }
        return (one.made, key)
    }
}

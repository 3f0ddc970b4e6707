import CallbackNotifier
import DepositAPI
import DepositStore

/// Why a callback is not made, changed or removed, in words for the client.
extension CallbackDesk {
    func requireKey() throws -> SecretsKey {
        guard let key = rules.key else {
            throw CallbackRefusal(
                .noSecretsKey,
                "A callback's secret is kept encrypted, and there is no key for that: set api.secrets_key in the "
                    + "configuration, as {file: PATH} or {env: NAME}, to what openssl rand -base64 32 prints; then restart."
            )
        }
        return key
    }

    func refuseConfigured(_ name: String) throws {
        guard configured.contains(where: { $0.name == name }) else { return }
        throw CallbackRefusal(
            .configured,
            "\(name) stands in the daemon's configuration; change it there, or take another name.")
    }

    func refuse(_ name: String, _ making: Making) throws {
        switch making {
        case .made: return
        case .exists: throw CallbackRefusal(.exists, "There is another callback \(name); take another name.")
        case .waiting(let count):
            throw CallbackRefusal(
                .eventsWaiting(count),
                "\(count) events wait for a callback \(name) that the configuration had; take another name.")
        case .tooMany:
            throw CallbackRefusal(
                .tooMany,
                "There may be \(rules.limit) callbacks made through the API; remove one that is not used.")
        }
    }

    static func locked(_ name: String) -> CallbackRefusal {
        CallbackRefusal(.locked, "\(name) cannot be changed: \(lock).")
    }

    static func waiting(_ name: String, _ count: Int) -> CallbackRefusal {
        CallbackRefusal(
            .eventsWaiting(count),
            "\(count) events wait for \(name). Let it take them, or give them up by discard=true: they are kept as "
                + "exhausted, and stay in the feed.")
    }

    static func unknown(_ name: String) -> CallbackRefusal {
        CallbackRefusal(.unknown, "There is no callback \(name) any more.")
    }
}

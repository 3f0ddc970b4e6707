import CallbackNotifier
import DepositAPI
import DepositStore

/// A callback that was made through the API, and how it is delivered to: nil where its secrets cannot be read.
struct KeptCallback: Sendable {
    var made: MadeCallback
    var callback: Callback?
}

extension KeptCallback {
    init(_ made: MadeCallback, _ rules: CallbackDesk.Rules) {
        self.made = made
        callback = rules.key.flatMap { Callback(made, openedBy: $0, networks: rules.networks) }
    }

    var card: CallbackCard {
        guard let callback else {
            var card = CallbackCard(
                name: made.name, origin: .api, endpoint: "\(Endpoint.http(url: made.url))",
                filter: made.filter)
            card.lock = CallbackDesk.lock
            return card
        }
        var card = CallbackCard(callback, .api)
        card.isRotating = made.oldSecret != nil
        return card
    }
}

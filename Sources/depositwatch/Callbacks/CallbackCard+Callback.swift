import CallbackNotifier
import DepositAPI
import NodeRPC

extension CallbackCard {
    init(_ callback: Callback, _ origin: Origin) {
        self.init(
            name: callback.name, origin: origin, endpoint: "\(callback.endpoint)", filter: callback.filter)
        publicKeys = callback.secrets.compactMap { $0.publicKey?.description }
        headers = callback.headers.map(\.name)
        pace = Pace(
            timeout: callback.timeout, concurrency: callback.concurrency, schedule: callback.schedule.delays,
            pauseAfter: callback.pauseAfter)
        isRotating = callback.secrets.count > 1
    }
}

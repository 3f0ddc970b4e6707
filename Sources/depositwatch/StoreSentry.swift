import DepositStore
import Logging
import ServiceLifecycle

/// Ends the daemon when its store has failed: the log says so at once, and the API stays a while, so that whoever asks
/// `/readyz` is told why before there is nobody left to ask.
struct StoreSentry: Service {
    let store: Store
    let logger: Logger
    /// A few turns of a load balancer's usual health check.
    var stay = Duration.seconds(5)

    func run() async throws {
        let failure = await cancelWhenGracefulShutdown { await store.waitForFailure() }
        guard let failure else { return }
        logger.critical(
            "the store has failed: nothing is written any more, and the daemon stops",
            metadata: ["reason": "\(failure)", "stops_in": "\(stay)"])
        try? await Task.sleep(for: stay)
        throw failure
    }
}

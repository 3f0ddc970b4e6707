import CallbackNotifier
import DepositCore
import DepositTestKit
import Foundation
import Testing

/// A receiver that misbehaves, as a sender meets it over real HTTP.
@Suite(.timeLimit(.minutes(5))) struct RecordingReceiverTests {
    private static let text = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    private let clock = SteppedClock()

    private func request(_ id: String, signedWith secret: Secret) -> SignedRequest {
        let body = Array(#"{"id":"\#(id)"}"#.utf8)
        let signature = Signature.of(id: id, timestamp: clock.now, body: body, secrets: [secret])
        return SignedRequest(id: id, timestamp: "\(clock.now.seconds)", signature: signature, body: body)
    }

    @Test func `it hangs, refuses, redirects, resets, never ends and forgets, and then takes everything`()
        async throws
    {
        let secret = try Secret(Self.text)
        let receiver = RecordingReceiver(secrets: [secret], now: { [clock] in clock.now })
        try await receiver.serving { url in
            // Patient with a busy machine; the other one, with what never ends, is not.
            let sink = try Endpoint(url + "/hooks").sink(timeout: 60, clock: clock)
            let hasty = try Endpoint(url + "/hooks").sink(timeout: 5, clock: clock)
            func send(_ id: String) async -> SinkOutcome { await sink.send(request(id, signedWith: secret)) }
            func sendInHaste(_ id: String) async -> SinkOutcome {
                await hasty.send(request(id, signedWith: secret))
            }
            receiver.behave(
                .status(410), .status(500), .status(429, retryAfter: 60), .redirect(to: "/elsewhere"), .reset,
                .reset, .hang, .endlessBody, .forget)
            let refusals: [(status: Int, pause: Int64?)] = [(410, nil), (500, nil), (429, 60), (307, nil)]
            for (status, pause) in refusals {
                let outcome = await send("evt_1")
                #expect(outcome == .refused(status: status, excerpt: "", retryAfter: pause))
            }
            // A request on a connection that was used before is sent once more on a new one when that is reset.
            for _ in ["reset", "hang"] {
                guard case .failed = await sendInHaste("evt_1") else {
                    Issue.record("an answer came from nowhere")
                    continue
                }
            }
            #expect(receiver.received.isEmpty)
            guard case .failed = await sendInHaste("evt_1") else {
                Issue.record("a body without an end was waited for")
                return
            }
            #expect(receiver.received.map(\.isRepeated) == [false])
            guard case .accepted = await send("evt_2") else {
                Issue.record("a receiver that is about to die says yes first")
                return
            }
            #expect(receiver.received.map(\.id) == ["evt_1"])
            _ = await send("evt_1")
            _ = await send("evt_2")
            #expect(receiver.received.map(\.id) == ["evt_1", "evt_1", "evt_2"])
            #expect(receiver.received.map(\.isRepeated) == [false, true, false])
        }
    }

    @Test func `a request signed with another secret is turned away, whatever it should do next`()
        async throws
    {
        let receiver = RecordingReceiver(secrets: [try Secret(Self.text)], now: { [clock] in clock.now })
        receiver.behave(.forget)
        let other = try Secret("whsec_" + Data(repeating: 7, count: 32).base64EncodedString())
        try await receiver.serving { url in
            let sink = try Endpoint(url).sink(timeout: 60, clock: clock)
            let outcome = await sink.send(request("evt_1", signedWith: other))
            guard case .refused(401, _, _) = outcome else {
                Issue.record("a false signature was not refused: \(outcome)")
                return
            }
        }
        #expect(receiver.refusedSignatures == 1)
        #expect(receiver.received.isEmpty)
    }
}

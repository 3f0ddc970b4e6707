import DepositCore
import Testing

@testable import CallbackNotifier

@Suite struct ScheduleTests {
    private let now = Timestamp(seconds: 1_700_000_000)

    @Test(
        arguments: [
            (1, 5), (2, 300), (3, 1_800), (4, 7_200), (5, 18_000), (6, 36_000), (7, 50_400), (8, 72_000),
            (9, 86_400),
        ] as [(Int, Int64)])
    func `after each failure the standard wait and up to a fifth more`(_ attempts: Int, _ wait: Int64) throws
    {
        for delivery in 0..<200 as Range<Int64> {
            let next = try #require(Schedule.standard.next(after: attempts, of: delivery, at: now))
            #expect((wait...wait * 6 / 5).contains(next.seconds - now.seconds))
            #expect(next == Schedule.standard.next(after: attempts, of: delivery, at: now))
        }
        let moments = (0..<200).map { Schedule.standard.next(after: attempts, of: $0, at: now)?.seconds }
        #expect(Set(moments).count == min(Set(moments).count, Int(wait) / 5 + 1))
        #expect(Set(moments).count > 1)
    }

    @Test func `the tenth failure is the last`() {
        #expect(Schedule.standard.next(after: 10, of: 1, at: now) == nil)
        #expect(Schedule([0]).next(after: 1, of: 1, at: now) == nil)
    }

    @Test
    func `a receiver may ask for a longer pause, up to the longest of the schedule, never for a shorter`() {
        func wait(_ asked: Int64) -> Int64? {
            Schedule.standard.next(after: 1, of: 1, at: now, retryAfter: asked).map {
                $0.seconds - now.seconds
            }
        }
        #expect(wait(120) == 120)
        #expect(wait(10_000_000) == 86_400)
        #expect(wait(0) == wait(1))
    }

    @Test func `the pause is understood as seconds or as a moment`() {
        #expect(RetryAfter.seconds("120", now: now) == 120)
        #expect(RetryAfter.seconds("Tue, 14 Nov 2023 22:13:50 GMT", now: now) == 30)
        #expect(RetryAfter.seconds("Sun, 06 Nov 1994 08:49:37 GMT", now: now) == 0)
        let leap = Timestamp(seconds: 1_709_164_800)
        #expect(RetryAfter.seconds("Thu, 29 Feb 2024 00:00:09 GMT", now: leap) == 9)
        for text in ["", "soon", "-1", "1.5", "99999999999", "Tue, 99 Nov 2023 22:13:50 GMT"] {
            #expect(RetryAfter.seconds(text, now: now) == nil)
        }
    }
}

@Suite struct EndpointTests {
    @Test(
        arguments: [
            ("https://a.example/hooks?x=1", .http(url: "https://a.example/hooks?x=1")),
            ("http://127.0.0.1:8080", .http(url: "http://127.0.0.1:8080")),
            ("http+unix:///run/ledger.sock/path/to", .unix(socket: "/run/ledger.sock", path: "/path/to")),
            ("http+unix:///run/ledger.sock:/path", .unix(socket: "/run/ledger.sock", path: "/path")),
            ("http+unix:///run/ledger.sock", .unix(socket: "/run/ledger.sock", path: "/")),
            ("exec:/usr/local/bin/credit", .exec(program: "/usr/local/bin/credit")),
        ] as [(String, Endpoint)])
    func `an endpoint is what its URL says`(_ text: String, _ endpoint: Endpoint) throws {
        #expect(try Endpoint(text) == endpoint)
    }

    @Test(arguments: [
        "", "ftp://a", "https://", "https:///path", "http+unix://run/x.sock", "http+unix:///run/x",
        "exec:credit",
        "https://user:secret@a.example/",
    ]) func `what is no endpoint is refused with the forms that are`(_ text: String) {
        do throws(EndpointError) {
            _ = try Endpoint(text)
            Issue.record("\(text) was taken")
        } catch {
            #expect(!error.description.contains("secret"))
        }
    }

    @Test func `a query is not shown`() throws {
        #expect("\(try Endpoint("https://a.example/h?token=1"))" == "https://a.example/h")
    }
}

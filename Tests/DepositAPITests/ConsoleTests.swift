import HTTPTypes
import Testing

@testable import DepositAPI

struct ConsoleTests {
    @Test(arguments: ["/", "/console.css", "/console.js", "/words.js"])
    func `the console is served without a token, and may load nothing from elsewhere`(path: String)
        async throws
    {
        let world = try await World()
        let answer = try await world.call(.get, path, as: nil)
        #expect(answer.status == 200)
        #expect(answer.headers[.contentSecurityPolicy]?.hasPrefix("default-src 'self'") == true)
        #expect(!answer.text.isEmpty)
    }

    @Test func `no script or style is inline`() async throws {
        let world = try await World()
        let page = try await world.call(.get, "/", as: nil).text
        #expect(page.contains("<script src=\"/console.js\""))
        #expect(!page.contains("<style"))
        #expect(!page.contains(" style="))
        #expect(page.firstMatch(of: /<script>/) == nil)
        #expect(page.firstMatch(of: /\ on[a-z]+=/) == nil)
    }

    @Test(arguments: ["/console.js", "/words.js"])
    func `a script never makes markup of text`(path: String) async throws {
        let world = try await World()
        let script = try await world.call(.get, path, as: nil).text
        for word in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", ".style"] {
            #expect(!script.contains(word), "\(word)")
        }
    }

    @Test func `what a script looks for is on the page`() async throws {
        let world = try await World()
        let page = try await world.call(.get, "/", as: nil).text
        let script = try await world.call(.get, "/console.js", as: nil).text
        let named = script.matches(of: /(?:\$|fill)\("([a-z-]+)"/).map { $0.1 }
        #expect(named.contains("paused"))
        for id in named { #expect(page.contains("id=\"\(id)\""), "\(id)") }
    }

    /// The page itself runs in a browser alone; that what it reads is there can be told here.
    @Test func `a callback that is paused is shown with the reason`() async throws {
        let world = try await World()
        _ = try await world.call(.post, "/v1/callbacks/ledger/pause")
        let paused = try await world.call(.get, "/v1/callbacks", as: .read).items.filter {
            $0["state"] as? String == "paused"
        }
        let fields = try await world.call(.get, "/console.js", as: nil).text
            .matches(of: /callback\.([a-z_]+)/).map { String($0.1) }
        let read = ["callback", "endpoint", "oldest_waiting", "reason", "since", "state", "waiting"]
        #expect(Set(fields) == Set(read))
        for field in fields { #expect(paused.first?.keys.contains(field) == true, "\(field)") }
    }
}

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
}

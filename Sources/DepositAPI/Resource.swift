internal import HTTPTypes
internal import Hummingbird

/// A file that is served as it was built in.
struct Resource: Sendable {
    let type: String
    let bytes: [UInt8]

    static let page = Resource(type: "text/html; charset=utf-8", bytes: PackageResources.console_html)
    static let style = Resource(type: "text/css; charset=utf-8", bytes: PackageResources.console_css)
    static let script = Resource(type: "text/javascript; charset=utf-8", bytes: PackageResources.console_js)
    static let words = Resource(type: "text/javascript; charset=utf-8", bytes: PackageResources.words_js)
    static let openapi = Resource(
        type: "application/yaml; charset=utf-8", bytes: PackageResources.openapi_yaml)

    /// No inline script or style runs, nothing is loaded from elsewhere, no other site may frame the page.
    static let policy = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

    var response: Response {
        let headers: HTTPFields = [
            .contentType: type, .cacheControl: "no-cache", .contentSecurityPolicy: Self.policy,
            .xContentTypeOptions: "nosniff",
        ]
        return Response(
            status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}

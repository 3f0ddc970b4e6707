internal import DepositCore
internal import HTTPTypes
internal import Hummingbird

extension Response {
    static func json(
        _ value: JSONText, status: HTTPResponse.Status = .ok, type: String = "application/json",
        headers: HTTPFields = [:]
    ) -> Response {
        text(value.text, type: type, status: status, headers: headers)
    }

    static func text(
        _ text: String, type: String, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) -> Response {
        var headers = headers
        headers[.contentType] = type
        headers[.cacheControl] = "no-store"
        headers[.xContentTypeOptions] = "nosniff"
        return Response(
            status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// A list: its items, and the cursor that the next page begins after.
    static func page(_ items: [JSONText], next: String?) -> Response {
        json(.object(["items": .array(items), "next": .optional(next)]))
    }
}

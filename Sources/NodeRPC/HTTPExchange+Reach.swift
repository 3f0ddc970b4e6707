internal import CCurl
internal import Foundation

extension HTTPExchange {
    /// Opens each socket that libcurl wants, if it may lead there.
    func openSockets(_ easy: UnsafeMutableRawPointer) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        dw_set_pointer(easy, CURLOPT_OPENSOCKETDATA, context)
        dw_set_open_socket(easy) { context, _, address in
            guard let context, let address else { return CURL_SOCKET_BAD }
            let exchange = Unmanaged<HTTPExchange>.fromOpaque(context).takeUnretainedValue()
            return exchange.open(address.pointee, dw_socket_address(address))
        }
        if request.route.reach != nil { checkBeforeRequest(easy, context) }
    }

    private func open(_ wish: curl_sockaddr, _ address: UnsafePointer<sockaddr>?) -> curl_socket_t {
        guard mayReach(address.flatMap { IPAddress($0) }) else { return CURL_SOCKET_BAD }
        let opened = socket(wish.family, wish.socktype, wish.protocol)
        if opened < 0, errno == EMFILE || errno == ENFILE {
            lack = "this process may open no more files or sockets; raise its limit (ulimit -n, LimitNOFILE)"
        }
        guard opened >= 0 else { return CURL_SOCKET_BAD }
        _ = fcntl(opened, F_SETFD, FD_CLOEXEC)
        return opened
    }

    /// Once more before a request goes out on a connection: that may be one that another request, of a wider reach, has
    /// left open.
    private func checkBeforeRequest(_ easy: UnsafeMutableRawPointer, _ context: UnsafeMutableRawPointer) {
        dw_set_pointer(easy, CURLOPT_PREREQDATA, context)
        dw_set_before_request(easy) { context, farEnd, _, _, _ in
            guard let context, let farEnd else { return CURL_PREREQFUNC_ABORT }
            let exchange = Unmanaged<HTTPExchange>.fromOpaque(context).takeUnretainedValue()
            return exchange.mayReach(IPAddress(String(cString: farEnd)))
                ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
        }
    }

    /// What cannot be told from another address is refused.
    private func mayReach(_ address: IPAddress?) -> Bool {
        guard let reach = request.route.reach else { return true }
        guard let address else {
            refusal = "not connected to what is no IP address"
            return false
        }
        let why = reach.refusal(of: address)
        // A host may have several addresses: one that is tried decides how the request ends.
        if let why { refusal = refusal ?? why } else { hasTried = true }
        return why == nil
    }
}
